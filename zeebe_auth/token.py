"""The access token: what goes on the wire, and until when."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zeebe_auth.arguments import as_secret, check_text, finite_number, refuse_type
from zeebe_auth.errors import ConfigurationError, without_arguments
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret

_RECORD_VERSION = 1
_VISIBLE_ASCII = frozenset(map(chr, range(0x21, 0x7F)))


class _HeaderValue(str):
    """Goes on the wire as any text; where a call's metadata is printed it shows the scheme alone.

    gRPC's own frames hold the metadata of a failed call, and error reporters show their variables.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(f"{self.partition(' ')[0]} {'*' * 10}")


class _Header:
    """Keeps the ready header value where nothing that looks into an object finds it."""

    __slots__ = ("_authorization",)


# Taken off the class, as `Secret` does it, so that no walk over attributes or slots meets it.
_AUTHORIZATION: Any = _Header.__dict__["_authorization"]
delattr(_Header, "_authorization")


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class AccessToken(_Header):
    """An access token and what is known of it (RFC 6749, 5.1; RFC 6750).

    Basic authentication is a token of type ``Basic``, so one protocol serves both.

    Args:
        value: The token: visible ASCII, as it must be in a header; a str is wrapped at once.
        token_type: The scheme in front of it, such as ``Bearer``. ``bearer`` in any case is kept
            as ``Bearer``, since strict gateways compare it letter by letter.
        issued_at: Wall clock when the request for it began, in epoch seconds.
        expires_at: When it stops being valid, in epoch seconds; None if it never does.
        scope: The scope granted, as the reply gave it.

    Raises:
        ValueError: The token is not valid in an HTTP header, or a time is not a finite number.
        ConfigurationError: The token ends with a new line.
        TypeError: An argument is of the wrong type; its value is not quoted.
    """

    value: Secret
    token_type: str = "Bearer"
    issued_at: float = 0.0
    expires_at: float | None = None
    scope: str | None = field(default=None, kw_only=True)

    @without_arguments
    def __init__(
        self,
        value: Secret | str,
        token_type: str = "Bearer",
        issued_at: float = 0.0,
        expires_at: float | None = None,
        *,
        scope: str | None = None,
    ) -> None:
        check_text(token_type, "token_type of AccessToken")
        check_text(scope, "scope of AccessToken")
        set_field = object.__setattr__
        set_field(self, "value", as_secret(value, "value of AccessToken"))
        set_field(self, "token_type", token_type)
        set_field(self, "issued_at", issued_at)
        set_field(self, "expires_at", expires_at)
        set_field(self, "scope", scope)
        self._check()

    def _check(self) -> None:
        if not self.value or not _VISIBLE_ASCII.issuperset(self.value.reveal()):
            if has_scheme(self.value):
                raise ValueError(
                    'A token is passed alone, without "Bearer" in front of it; this one has it.'
                )
            raise ValueError(
                "A token must be visible ASCII without spaces; this one is not valid in an HTTP "
                "header."
            )
        if not self.token_type or not _VISIBLE_ASCII.issuperset(self.token_type):
            raise ValueError("A token type must be one word of visible ASCII; this one isn't.")
        for name in ("issued_at", "expires_at"):
            moment = getattr(self, name)
            if moment is not None and not isinstance(moment, int | float):
                refuse_type(moment, f"{name} of AccessToken", "epoch seconds, a number")
            if moment is not None and finite_number(moment) is None:
                raise ValueError(f"{name} must be a finite number of epoch seconds.")
        if self.token_type.lower() == "bearer":
            object.__setattr__(self, "token_type", "Bearer")
        _AUTHORIZATION.__set__(self, _authorization(self))

    def __copy__(self) -> AccessToken:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> AccessToken:
        return self

    @property
    def authorization(self) -> str:
        """The ready value of the ``authorization`` header. It holds the secret."""
        raise NotImplementedError

    @property
    def lifetime_seconds(self) -> float | None:
        """From the request to the expiry, in seconds; None if it never expires."""
        return None if self.expires_at is None else self.expires_at - self.issued_at

    def to_record(self) -> dict[str, object]:
        """A mapping of JSON types for a store. It reveals the secret."""
        return {
            "version": _RECORD_VERSION,
            "access_token": self.value.reveal(),
            "token_type": self.token_type,
            "issued_at": self.issued_at,
            "expires_at": self.expires_at,
            "scope": self.scope,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> AccessToken:
        """The token that `to_record` wrote down.

        Args:
            record: A mapping as `to_record` gives it; unknown keys are ignored.

        Raises:
            ValueError: It is of another version, or a field is missing or of the wrong type. The
                message names the field, never its content.
        """
        if record.get("version") != _RECORD_VERSION:
            raise ValueError("The token record is not of version 1, the only one known here.")
        value = _text(record, "access_token")
        token_type = _text(record, "token_type")
        issued_at = _seconds(record, "issued_at")
        expires_at = None if record.get("expires_at") is None else _seconds(record, "expires_at")
        scope = None if record.get("scope") is None else _text(record, "scope")
        return cls(Secret(value), token_type, issued_at, expires_at, scope=scope)


if not TYPE_CHECKING:
    # Each call reads it: without a frame of Python's own it takes half the time. Python 3.14's
    # dataclasses look for the code of each property in the class, and C has none.
    AccessToken.authorization = property(
        _AUTHORIZATION.__get__, doc=AccessToken.authorization.__doc__
    )


def _authorization(token: AccessToken) -> str:
    return _HeaderValue(f"{token.token_type} {token.value.reveal()}")


def _text(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str):
        raise ValueError(f"The token record's field {name} is not a string.")  # noqa: TRY004 - one kind for what is corrupt
    return value


def _seconds(record: Mapping[str, object], name: str) -> float:
    value = finite_number(record.get(name))
    if value is None:
        raise ValueError(f"The token record's field {name} is not a finite number.")
    return value


def basic_token(username: str, password: Secret, *, named: str) -> AccessToken:
    """User name and password joined in UTF-8 (RFC 7617, 2.1).

    Args:
        username: The user name.
        password: The password.
        named: What the user name is called where it was given, for an error.

    Raises:
        ConfigurationError: The user name is empty or holds a colon or a control character.
    """
    if not username or ":" in username or not username.isprintable():
        raise ConfigurationError(
            f"{named} is empty or has a colon or a control character, which Basic authentication "
            "can't carry (RFC 7617, 2). Use a user name without one."
        )
    # What an environment holds beyond UTF-8 goes out byte by byte as it came.
    pair = f"{username}:{password.reveal()}".encode("utf-8", "surrogateescape")
    return AccessToken(Secret(b64encode(pair).decode("ascii")), "Basic")


def basic_username(token: AccessToken) -> str | None:
    """Return the user name of a Basic token (RFC 7617, 2); None if it has none to show."""
    if token.token_type.lower() != "basic":
        return None
    try:
        pair = b64decode(token.value.reveal(), validate=True).decode()
    except ValueError:  # not base64, or not UTF-8
        return None
    username, colon, _ = pair.partition(":")
    return username if colon and username and username.isprintable() else None


def has_scheme(token: Secret) -> bool:
    """Whether a token was copied with what is in front of it in an HTTP header (RFC 6750, 2.1)."""
    words = token.reveal().lower().removeprefix("authorization:").split()
    return words[:1] == ["bearer"]
