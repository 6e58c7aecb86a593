"""A provider's token on HTTP requests, for any client: where it goes, and what a 401 means."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterable
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from zeebe_auth.adapters.accepted_tokens import AcceptedTokens
from zeebe_auth.adapters.repeat import Outcome, Step, attempts
from zeebe_auth.adapters.token_access import access_to
from zeebe_auth.arguments import check_switch, refuse_type
from zeebe_auth.errors import AuthError, ConfigurationError
from zeebe_auth.exposure import PlaintextWarning, warn_at_caller
from zeebe_auth.loopback import is_loopback_name
from zeebe_auth.protocols import CredentialsProvider
from zeebe_auth.token import AccessToken

Origins = str | Iterable[str]
"""One origin or several, such as ``https://api.example.com``."""

_LOGGER = logging.getLogger("zeebe_auth")
_PORTS = {"https": 443, "http": 80}
# RFC 9110, 5.6.2.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*)")
# Frames between the program and an adapter.
_CLIENTS = ("httpx", "httpx2", "requests", "aiohttp", "asyncio", "anyio", "trio", "contextlib")


class Origin(NamedTuple):
    """What a URL has in common with all others of the same server (RFC 6454, 4)."""

    scheme: str
    host: str
    port: int | None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS.get(self.scheme) else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


def origin_of(url: str) -> Origin:
    """The origin of a URL; the default port is filled in.

    Raises:
        ValueError: It has no host, or its port is none.
    """
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if not host:
        raise ValueError("This is no URL with a host.")
    return Origin(scheme, host, parts.port or _PORTS.get(scheme))


class HttpToken:
    """One provider's token for the requests of one client.

    Args:
        provider: Any provider; None and an `AnonymousCredentialsProvider` send nothing.
        header: The header that has the token.
        header_prefix: What is in front of the bare token, with its space; None sends the token's
            own authorization, such as ``Bearer …``.
        origins: To which origins it goes; none of them means that of each chain's first request.
        allow_plaintext: Whether it may travel unencrypted to other machines.
        taker: The adapter, for errors.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: The header's name or prefix is not valid in HTTP, or an origin is none.
    """

    def __init__(
        self,
        provider: CredentialsProvider | None,
        *,
        header: str,
        header_prefix: str | None,
        origins: Origins,
        allow_plaintext: bool,
        taker: str,
    ) -> None:
        self.access = access_to(provider)
        self.accepted = AcceptedTokens()
        if not isinstance(header, str) or not _HEADER_NAME.fullmatch(header):
            raise ValueError(f"The header of {taker} is no name of an HTTP header.")
        if header_prefix is not None and not isinstance(header_prefix, str):
            refuse_type(header_prefix, f"header_prefix of {taker}", 'a str, such as "Token "')
        if header_prefix and not _VISIBLE_ASCII.fullmatch(header_prefix):
            raise ValueError(f"The header_prefix of {taker} is not valid in an HTTP header.")
        self.header = header
        self._prefix = header_prefix
        self._origins = frozenset(_origins(origins, taker))
        check_switch(allow_plaintext, f"allow_plaintext of {taker}")
        self._allow_plaintext = allow_plaintext
        self._has_warned = False
        self._last: tuple[AccessToken, str] | None = None

    @property
    def has_origins(self) -> bool:
        """Whether it goes to named origins alone."""
        return bool(self._origins)

    def goes_to(self, origin: Origin, first: Origin | None = None) -> bool:
        """Whether the token goes to ``origin``.

        Args:
            origin: Where a request goes.
            first: Where the first request of its chain of redirects went; None if this is it.

        Raises:
            ConfigurationError: It would travel unencrypted to another machine.
        """
        if self.access is None:
            return False
        if self._origins:
            if origin not in self._origins:
                return False
        elif first is not None and origin != first:
            return False
        self._check_encryption(origin)
        return True

    def _check_encryption(self, origin: Origin) -> None:
        if origin.scheme == "https" or is_loopback_name(origin.host):
            return
        if not self._allow_plaintext:
            raise ConfigurationError(
                f"The token would travel unencrypted to {origin}. Use https, or pass "
                "allow_plaintext=True where the network between is trusted."
            )
        if not self._has_warned:
            self._has_warned = True
            warn_at_caller(
                f"Tokens travel unencrypted to {origin}, as allow_plaintext allows.",
                PlaintextWarning,
                *_CLIENTS,
            )

    def value_of(self, token: AccessToken) -> str:
        """What the header has for ``token``; it is built once for each."""
        if self._prefix is None:
            return token.authorization
        last = self._last
        if last is None or last[0] is not token:
            self._last = last = token, self._prefix + token.value.reveal()
        return last[1]

    def begin(
        self, token: AccessToken | None
    ) -> Generator[Step | AccessToken | Outcome, Any, None]:
        """The attempts of one request; see `zeebe_auth.adapters.attempts`."""
        assert self.access is not None
        return attempts(self.access, token)

    def is_refusal(self, status: int) -> bool:
        """Whether a response says that its token is no good."""
        return status == HTTPStatus.UNAUTHORIZED

    def note(self, token: AccessToken, status: int) -> None:
        """Remember a token with which a request went well."""
        if status < HTTPStatus.BAD_REQUEST and token is not self.accepted.last:
            self.accepted.add(token)

    def end(self, outcome: Outcome) -> None:
        """Raise what ended the request instead of a response, if anything did.

        Raises:
            BaseException: The provider's error.
        """
        if outcome.error is not None:
            raise outcome.error
        if outcome.cause is not None:
            cause = outcome.cause
            why = cause.message if isinstance(cause, AuthError) else type(cause).__name__
            _LOGGER.info("A request that was answered 401 is not repeated: %s", why)


def _origins(origins: Origins, taker: str) -> Iterable[Origin]:
    given = (origins,) if isinstance(origins, str) else tuple(origins)
    for each in given:
        if not isinstance(each, str):
            refuse_type(each, f"origins of {taker}", "strings such as https://api.example.com")
        try:
            origin = origin_of(each)
        except ValueError:
            origin = None
        if origin is None or origin.scheme not in _PORTS or urlsplit(each).path not in {"", "/"}:
            raise ValueError(
                f"The origins of {taker} are addresses without a path, such as "
                "https://api.example.com or http://localhost:8080."
            )
        yield origin
