"""The tokens that a client exchanges for another one (RFC 8693)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from zeebe_auth.credentials.authentication import file_state
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

__all__ = ["ActorToken", "SubjectToken", "token_type_uri"]

_TYPE_PREFIX = "urn:ietf:params:oauth:token-type:"


@dataclass(frozen=True, slots=True)
class _ExchangedToken:
    called: ClassVar[str]
    """What it is, for people."""

    token: Path | Callable[[], Secret]
    token_type: str = "access_token"  # noqa: S105 - a type's name
    subject: str | None = None

    def __post_init__(self) -> None:
        if self.subject is None and not isinstance(self.token, Path):
            raise ConfigurationError(
                f"A function that gives {self.called}s needs a subject beside it, so that tokens "
                f"of different people are kept apart. Give {type(self).__name__}(…, subject=…)."
            )

    @property
    def token_type_uri(self) -> str:
        """The type as it is sent."""
        return token_type_uri(self.token_type)

    @property
    def public_identity(self) -> str:
        return self.subject or str(self.token)

    def _state(self) -> str:
        return file_state(self.token) if isinstance(self.token, Path) else ""


@dataclass(frozen=True, slots=True)
class SubjectToken(_ExchangedToken):
    """A token that says for whom another one is asked: token exchange (RFC 8693, 2.1).

    It is read again for every token request.

    Args:
        token: The file with it, or a function that gives it, on a worker thread; such as
            ``lambda: provider.get_token().value``.
        token_type: The token's type (RFC 8693, 3): ``access_token``, ``id_token``, ``jwt``,
            ``saml1``, ``saml2``, ``refresh_token``, or a URI.
        subject: Whom it speaks of. Tokens of different subjects are kept apart; without one, those
            of different files are. A function needs one.

    Raises:
        ConfigurationError: A function has no subject beside it.
    """

    called: ClassVar[str] = "subject token"


@dataclass(frozen=True, slots=True)
class ActorToken(_ExchangedToken):
    """A token that says who acts for the subject, where that isn't the client (RFC 8693, 2.1).

    Args:
        token: As for `SubjectToken`.
        token_type: As there.
        subject: Who acts; as there.

    Raises:
        ConfigurationError: A function has no subject beside it.
    """

    called: ClassVar[str] = "actor token"


def token_type_uri(name: str) -> str:
    """A token's type as it is sent: a short name in full, a URI as it is."""
    return name if ":" in name else f"{_TYPE_PREFIX}{name}"
