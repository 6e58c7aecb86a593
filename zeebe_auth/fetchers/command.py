"""Tokens that a program prints, such as a cloud's own command line."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from zeebe_auth.arguments import finite_number, unknown_word
from zeebe_auth.configuration.helper_program import (
    TIME_LIMIT_SECONDS,
    Argv,
    output_of,
)
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    TokenEndpointUnreachable,
    TokenResponseError,
    without_arguments,
    without_frames,
)
from zeebe_auth.fetchers.plain_tokens import next_look_at, token_of
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

TokenFormat = Literal["text", "json", "exec-credential"]
"""How a program prints a token: alone, in a JSON object, or as kubectl's ExecCredential."""

# What the clouds' command lines, OAuth's reply and golang/oauth2 call them.
_TOKENS = ("access_token", "accessToken", "token", "id_token")
_EPOCH_SECONDS = ("expires_at", "expires_on")
_TIMES = ("expires_at", "expiresOn", "expiry", "token_expiry", "expirationTimestamp", "expiration")

_EXEC_API = "client.authentication.k8s.io/v1"
_EXEC_APIS = {_EXEC_API, f"{_EXEC_API}beta1"}


@public_class("zeebe_auth")
class CommandTokenFetcher:
    """Runs a program that prints a token. No shell takes part, and the program gets no input.

    ``text`` is the token alone; it is good until a JWT's ``exp``, else for 300 s. ``json`` is an
    object with the token as ``access_token``, ``accessToken``, ``token`` or ``id_token``, and its
    end as ``expires_in`` (seconds), ``expires_on`` or ``expires_at`` (epoch seconds), or
    ``expiresOn``, ``expiry``, ``token_expiry``, ``expirationTimestamp``, ``expires_at`` or
    ``expiration`` (ISO 8601; without a zone it is this machine's local time).
    ``exec-credential`` is what kubectl's plugins print: an ``ExecCredential`` of
    client.authentication.k8s.io/v1.

    Args:
        argv: The program and its arguments, at least the program.
        format: ``text``, ``json`` or ``exec-credential``.
        time_limit_seconds: How long it may take until it is killed with its children; above 0, and
            10 at most.
        place: Where the command is written, for errors, such as "token in the profile prod".

    Raises:
        ConfigurationError: ``argv`` is no list of strings, the format is none of the three, or the
            limit is out of range.
    """

    @without_arguments
    def __init__(
        self,
        argv: Sequence[str],
        format: TokenFormat = "text",  # noqa: A002 - the word that config files have
        *,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
        place: str | None = None,
    ) -> None:
        if isinstance(argv, str) or not argv or not all(isinstance(part, str) for part in argv):
            raise ConfigurationError(
                "A command is a list of strings, the program first, such as "
                '["gcloud", "auth", "print-access-token"]; it is not run by a shell.'
            )
        if format not in get_args(TokenFormat):
            raise unknown_word("The format of a token command", str(format), get_args(TokenFormat))
        limit_seconds = finite_number(time_limit_seconds)
        if limit_seconds is None or not 0 < limit_seconds <= TIME_LIMIT_SECONDS:
            raise ConfigurationError(
                "time_limit_seconds of a token command must be a number of seconds above 0, and "
                f"{TIME_LIMIT_SECONDS:g} at most."
            )
        self._argv = Argv(argv)
        self._format: TokenFormat = format
        self._limit_seconds = limit_seconds
        self._place = place
        self._last: AccessToken | None = None
        self._keeps_tokens = False

    def identity(self) -> TokenKey:
        """The program and its arguments, of which the label shows the program alone."""
        digest = TokenKey.for_identity("command", self._format, *self._argv).digest
        return TokenKey(digest, f"the program {self._argv[0]}")

    @without_frames
    def fetch(self, *, timeout: float, rejected: AccessToken | None = None) -> AccessToken:
        """Run the program.

        Args:
            timeout: How long it may take, in seconds, if that is less than its own limit.
            rejected: The token that a server refused last. Such a program has no way to be told.

        Raises:
            ConfigurationError: It can't be started.
            TokenEndpointUnreachable: It takes too long.
            TokenResponseError: It fails, prints too much, or something that isn't a token.
        """
        who, issued_at = f"The program {self._argv[0]}", time.time()
        if self._place is not None:
            who = f"{who} ({self._place})"
        more = {} if self._format != "exec-credential" else {"KUBERNETES_EXEC_INFO": _exec_info()}
        seconds = min(timeout, self._limit_seconds)
        text = output_of(self._argv, seconds, more=more, who=who, failed=_failed)
        token = _token_in(text, self._format, who, issued_at)
        last = self._last
        self._keeps_tokens = last is not None and last.value == token.value
        if last is not None and self._keeps_tokens and last.expires_at == token.expires_at:
            token = last
        self._last = token
        return token

    def look_again_at(self, token: AccessToken) -> float | None:
        """When the program may have another token, if it gave the same one twice."""
        return next_look_at(token) if self._keeps_tokens else None

    def __repr__(self) -> str:
        return f"CommandTokenFetcher({self._argv!r}, {self._format!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (tuple(self._argv), self._format, self._limit_seconds, self._place)


def _remake(
    argv: Sequence[str], form: TokenFormat, seconds: float, place: str | None
) -> CommandTokenFetcher:
    return CommandTokenFetcher(argv, form, time_limit_seconds=seconds, place=place)


def _failed(message: str, took_too_long: bool) -> AuthError:
    return (TokenEndpointUnreachable if took_too_long else TokenResponseError)(message)


def _token_in(text: str, form: TokenFormat, who: str, issued_at: float) -> AccessToken:
    if form == "text":
        return token_of(text.strip(), who, issued_at=issued_at)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        # The parser's error would carry the text.
        document = None
    if not isinstance(document, dict):
        raise TokenResponseError(
            f'{who} printed no JSON object. For a token alone the format is "text".'
        )
    if form == "exec-credential":
        document = _status(document, who)
    value = next((document[name] for name in _TOKENS if document.get(name)), None)
    if not isinstance(value, str):
        raise TokenResponseError(
            f"{who} printed a JSON object without a token. Its key is one of {', '.join(_TOKENS)}."
        )
    expires_at = _expires_at(document, who, issued_at)
    kind = document.get("token_type") or document.get("tokenType") or "Bearer"
    return token_of(value, who, issued_at=issued_at, expires_at=expires_at, token_type=str(kind))


def _status(document: Mapping[str, Any], who: str) -> Mapping[str, Any]:
    """What an ExecCredential holds."""
    status = document.get("status")
    if (
        document.get("kind") != "ExecCredential"
        or document.get("apiVersion") not in _EXEC_APIS
        or not isinstance(status, dict)
    ):
        raise TokenResponseError(
            f"{who} printed no ExecCredential of {_EXEC_API} with a status. For another JSON "
            'object with a token the format is "json".'
        )
    if not status.get("token") and status.get("clientCertificateData"):
        raise TokenResponseError(
            f"{who} gave a client certificate instead of a token. Only tokens are of use here."
        )
    return status


def _expires_at(document: Mapping[str, Any], who: str, issued_at: float) -> float | None:
    """The token's end in epoch seconds; None if the object doesn't tell it."""
    seconds = _number(document.get("expires_in"))
    if seconds is not None and seconds > 0:
        return issued_at + seconds
    for name in _EPOCH_SECONDS:
        if (moment := _number(document.get(name))) is not None:
            return moment
    for name in _TIMES:
        text = document.get(name)
        if isinstance(text, str) and text:
            try:
                return datetime.fromisoformat(text).timestamp()
            except (ValueError, OverflowError, OSError):
                raise TokenResponseError(
                    f"{who} printed a token whose {name} is no time of ISO 8601, such as "
                    "2026-01-31T12:00:00Z."
                ) from None
    return None


def _number(value: object) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return finite_number(value)


def _exec_info() -> str:
    spec = {"interactive": False}
    return json.dumps({"apiVersion": _EXEC_API, "kind": "ExecCredential", "spec": spec})
