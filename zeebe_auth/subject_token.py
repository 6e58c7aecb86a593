"""The token that a client exchanges for another one (RFC 8693)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zeebe_auth.authentication import file_state
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

__all__ = ["SubjectToken"]

_TYPE_PREFIX = "urn:ietf:params:oauth:token-type:"


@dataclass(frozen=True, slots=True)
class SubjectToken:
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

    token: Path | Callable[[], Secret]
    token_type: str = "access_token"  # noqa: S105 - a type's name
    subject: str | None = None

    def __post_init__(self) -> None:
        if self.subject is None and not isinstance(self.token, Path):
            raise ConfigurationError(
                "A function that gives subject tokens needs a subject beside it, so that tokens "
                "of different people are kept apart. Give SubjectToken(…, subject=…)."
            )

    @property
    def token_type_uri(self) -> str:
        """The type as it is sent."""
        return self.token_type if ":" in self.token_type else f"{_TYPE_PREFIX}{self.token_type}"

    @property
    def public_identity(self) -> str:
        return self.subject or str(self.token)

    def _state(self) -> str:
        return file_state(self.token) if isinstance(self.token, Path) else ""
