"""The token of one channel: under which header it goes, and what says that it was refused."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import grpc

from zeebe_auth import Secret, StaticCredentialsProvider
from zeebe_auth.adapters import AcceptedTokens, TokenAccess, access_to

if TYPE_CHECKING:
    from zeebe_auth import AccessToken, CredentialsProvider

Metadata = Mapping[str, str | bytes | Secret] | Iterable[tuple[str, str | bytes | Secret]]
"""Metadata of each call: names in lower case, values of visible ASCII, or bytes for names that end
with ``-bin``."""

Refused = Callable[[grpc.StatusCode, str], bool]
"""Says of a call that ended with this status and these details whether its token was refused."""

_AUTHORIZATION = "authorization"
# gRPC over HTTP/2, Custom-Metadata; grpcio says "Illegal metadata" of others, and not of which.
_NAME = re.compile(r"[0-9a-z_.-]+")
_VALUE = re.compile(r"[\x20-\x7e]*")
_LOGGER = logging.getLogger("zeebe_grpc")


class TokenHeader(NamedTuple):
    """How the token is sent, as it was given to a function of ours.

    Args:
        name: The metadata key.
        prefix: What is in front of the bare token; None sends the token's own authorization.
        metadata: What else each call carries.
    """

    name: str | None = _AUTHORIZATION
    prefix: str | None = None
    metadata: tuple[tuple[str, str | bytes], ...] = ()

    @classmethod
    def checked(
        cls, header: str = _AUTHORIZATION, prefix: str | None = None, metadata: Metadata = ()
    ) -> TokenHeader:
        """The header, if gRPC can send it.

        Raises:
            TypeError: An argument is of the wrong type; no value is quoted.
            ValueError: A name or a value is not valid as metadata; no value is quoted.
        """
        _check_name(header, "The header")
        if header.endswith("-bin"):
            raise ValueError("The header can't end with -bin: the token is text.")
        if prefix is not None and not isinstance(prefix, str):
            raise TypeError(
                f'Pass a str as the header_prefix, such as "Token ", not {type(prefix).__name__}.'
            )
        if prefix is not None and not _VALUE.fullmatch(prefix):
            raise ValueError("The header_prefix must be visible ASCII.")
        if isinstance(metadata, str) or not isinstance(metadata, Iterable):
            raise TypeError(
                "Pass a dict or pairs of a name and a value as the metadata, not "
                f"{type(metadata).__name__}."
            )
        pairs = metadata.items() if isinstance(metadata, Mapping) else metadata
        return cls(header, prefix, tuple(_checked_pair(pair, header) for pair in pairs))

    def __repr__(self) -> str:
        names = [name for name, _ in self.metadata]
        return f"TokenHeader({self.name!r}, {self.prefix!r}, {names!r})"


class ChannelToken:
    """What every call of a channel needs for its token.

    Args:
        access: The provider.
        header: How the token is sent.
        refused: What else than UNAUTHENTICATED means that it was refused.

    Attributes:
        access: The provider.
        accepted: The tokens that were accepted on this channel.
        sent: The token sent last and its metadata, replaced together: whoever finds its token
            there needn't build the metadata.
    """

    __slots__ = ("_has_told", "_header", "_refused", "accepted", "access", "sent")

    def __init__(
        self, access: TokenAccess, header: TokenHeader, refused: Refused | None = None
    ) -> None:
        self.access = access
        self.accepted = AcceptedTokens()
        self.sent: tuple[AccessToken | None, tuple[Any, ...]] = (None, ())
        self._header = header
        self._refused = refused
        self._has_told = False

    def by_way_of(self, access: TokenAccess) -> ChannelToken:
        """The same with another access to the provider."""
        return ChannelToken(access, self._header, self._refused)

    def metadata_of(self, token: AccessToken) -> tuple[Any, ...]:
        """The metadata of a call whose caller brings none."""
        sent = self.sent
        if sent[0] is not token:
            header = self._header
            own = () if header.name is None else ((header.name, self._value(token)),)
            self.sent = sent = token, (*own, *header.metadata)
        return sent[1]

    def with_token(self, metadata: tuple[Any, ...], token: AccessToken) -> tuple[Any, ...]:
        """The caller's metadata, followed by the token and the channel's own."""
        if not metadata:
            return self.metadata_of(token)
        names = _names(metadata)
        return (*metadata, *(pair for pair in self.metadata_of(token) if pair[0] not in names))

    def without_token(self, metadata: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """All metadata of a call whose caller brings a header of that name; None of another."""
        header = self._header
        names = _names(metadata)
        if header.name is None or header.name not in names:
            return None
        return (*metadata, *(pair for pair in header.metadata if pair[0] not in names))

    def was_refused(
        self, status: grpc.StatusCode | None, sent: AccessToken | None, ended: Any
    ) -> bool:
        """Whether the server said that this token is no good, so that nobody should send it again.

        PERMISSION_DENIED is no such answer: the server knew who asked.

        Args:
            status: How the attempt ended.
            sent: The token it carried; None if the caller brought a header of their own.
            ended: The attempt or its error, which has the details.
        """
        if sent is None:
            return False
        if status is grpc.StatusCode.UNAUTHENTICATED:
            return True
        if self._refused is None or status is None or status is grpc.StatusCode.OK:
            return False
        try:
            return bool(self._refused(status, _details_of(ended)))
        except Exception:
            if not self._has_told:
                self._has_told = True
                _LOGGER.exception("The function given as refused raised; this is logged once")
            return False

    def _value(self, token: AccessToken) -> str:
        prefix = self._header.prefix
        return token.authorization if prefix is None else prefix + token.value.reveal()


def check_refused(refused: object) -> None:
    """Refuse what can't say whether a token was refused.

    Raises:
        TypeError: It can't be called.
    """
    if refused is not None and not callable(refused):
        raise TypeError(
            "Pass a function that takes a StatusCode and the details as refused, not "
            f"{type(refused).__name__}."
        )


def channel_token(
    provider: CredentialsProvider | None, header: TokenHeader, refused: Refused | None
) -> ChannelToken | None:
    """What a channel sends; None where it sends neither a token nor metadata of its own.

    Raises:
        TypeError: It is no provider, or ``refused`` can't be called.
    """
    check_refused(refused)
    access = access_to(provider)
    if access is not None:
        return ChannelToken(access, header, refused)
    if not header.metadata:
        return None
    # Metadata without a token: the one that stands for it is never sent.
    nobody = access_to(StaticCredentialsProvider("none"))
    assert nobody is not None
    return ChannelToken(nobody, header._replace(name=None))


def given_options(
    credentials: grpc.CallCredentials | None,
    wait_for_ready: bool | None,
    compression: grpc.Compression | None,
) -> dict[str, Any]:
    """Those of a call's options that were given, by name: not every channel takes the others."""
    options = {
        "credentials": credentials,
        "wait_for_ready": wait_for_ready,
        "compression": compression,
    }
    return {name: value for name, value in options.items() if value is not None}


def _names(metadata: Iterable[Any]) -> set[str]:
    """The names in a caller's metadata; what is no pair is left for gRPC to complain about."""
    names = set()
    for entry in metadata:
        name = entry[0] if isinstance(entry, tuple | list) and entry else None
        if isinstance(name, bytes):
            name = name.decode("latin-1")
        if isinstance(name, str):
            # gRPC refuses upper case; that complaint must not be hidden by a header of ours.
            names.add(name.lower())
    return names


def _details_of(ended: Any) -> str:
    try:
        details = ended.details()
        if inspect.iscoroutine(details):
            # Of an asyncio call that is over, so there is nothing to wait for.
            try:
                details.send(None)
            except StopIteration as told:
                return str(told.value or "")
            details.close()
            return ""
    except Exception:
        return ""
    return str(details or "")


def _check_name(name: object, what: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"{what} is a metadata key, a str, not {type(name).__name__}.")
    if not _NAME.fullmatch(name) or name.startswith("grpc-"):
        raise ValueError(
            f"{what} {name!r} is no metadata key: lower-case letters, digits, - _ and . are, and "
            'those that begin with "grpc-" are gRPC\'s own.'
        )


def _checked_pair(pair: object, header: str) -> tuple[str, str | bytes]:
    try:
        name, value = pair if isinstance(pair, tuple | list) else ()
    except ValueError:
        raise TypeError(
            "metadata takes pairs of a name and a value, or a mapping of them."
        ) from None
    _check_name(name, "The metadata")
    if name == header:
        raise ValueError(f"The metadata {name!r} is the header that has the token.")
    if isinstance(value, Secret):
        value = value.reveal()
    binary = name.endswith("-bin")
    if not isinstance(value, bytes if binary else str):
        kind, wanted = type(value).__name__, "bytes" if binary else "a str or a Secret"
        del value, pair
        raise TypeError(f"Pass {wanted} as the metadata {name!r}, not {kind}.")
    if isinstance(value, str) and not _VALUE.fullmatch(value):
        del value, pair
        raise ValueError(f"The value of the metadata {name!r} must be visible ASCII.")
    return name, value
