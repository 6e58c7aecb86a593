"""The tokens that a client exchanges for another one (RFC 8693)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Self

from zeebe_auth.arguments import check_text, refuse_type
from zeebe_auth.credentials.proofs import file_state, sha256_of
from zeebe_auth.errors import AuthError, ConfigurationError, without_arguments
from zeebe_auth.files.small_files import absolute, is_one_word, read_token
from zeebe_auth.jwt_claims import unverified_claims
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret

_TYPE_PREFIX = "urn:ietf:params:oauth:token-type:"
_MAX_LABEL_CHARACTERS = 100


@dataclass(frozen=True, slots=True, init=False)
class _ExchangedToken:
    called: ClassVar[str]
    """What it is, for people."""

    token: Path | Callable[[], Secret] | Secret
    token_type: str = "access_token"
    subject: str | None = None
    _origin: Path | Callable[[], Secret] | None = field(
        default=None, init=False, repr=False, compare=False
    )
    """Where the token was read, once it was."""

    @without_arguments
    def __init__(
        self,
        token: Path | Callable[[], Secret] | Secret,
        token_type: str = "access_token",
        subject: str | None = None,
    ) -> None:
        kind = type(self).__name__
        if not isinstance(token, Path | Secret) and not callable(token):
            refuse_type(
                token,
                f"token of {kind}",
                "Path(…) for the file with it, Secret(…) for the token itself, or a function that "
                "gives it",
            )
        if not isinstance(token_type, str):
            refuse_type(token_type, f"token_type of {kind}", "a str")
        check_text(subject, f"subject of {kind}")
        set_field = object.__setattr__
        set_field(self, "token", token)
        set_field(self, "token_type", token_type)
        # Nobody is vouched for by an empty name.
        set_field(self, "subject", subject or None)
        set_field(self, "_origin", None)
        self._check()

    def _check(self) -> None:
        if isinstance(self.token, Path):
            object.__setattr__(self, "token", absolute(self.token, f"file of the {self.called}"))
        elif isinstance(self.token, Secret):
            if not is_one_word(self.token):
                raise ConfigurationError(
                    f"The {self.called} that was given is no token. Give one word of ASCII."
                )
        elif self.subject is None:
            raise ConfigurationError(
                f"A function that gives {self.called}s needs a subject beside it: it is called "
                "only when a token is asked for, and what is kept must be found before. Give "
                f"{type(self).__name__}(…, subject=…)."
            )

    @property
    def token_type_uri(self) -> str:
        """The type as it is sent."""
        return token_type_uri(self.token_type)

    @property
    def public_identity(self) -> tuple[str, ...]:
        # The subject that the caller vouches for, else the hash of what is sent.
        if self.subject is not None:
            return ("subject", self.subject)
        return ("sha256", sha256_of(self.reveal()))

    @property
    def described(self) -> str:
        # Whose token it is, for people, as far as that is known without a look at the file.
        if self.subject is not None:
            return self.subject
        if isinstance(self.token, Secret):
            said = unverified_claims(self.token.reveal()).get("sub")
            if isinstance(said, str) and said and said.isprintable():
                return f"{said[:_MAX_LABEL_CHARACTERS]} (unverified)"
        where = self._origin or self.token
        return str(where) if isinstance(where, Path) else f"an unnamed {self.called}"

    def as_read(self) -> Self:
        # The same with the token that is there now, or that was read before.
        if isinstance(self.token, Secret):
            return self
        twin = replace(self, token=_read(self.token, self.called, self.subject))
        object.__setattr__(twin, "_origin", self.token)
        return twin

    def unread(self) -> Self:
        # The same without what was read, so that it is read again.
        return self if self._origin is None else replace(self, token=self._origin)

    def reveal(self) -> str:
        # The token that was read, or that is there now.
        token = self.as_read().token
        assert isinstance(token, Secret)
        return token.reveal()

    def _state(self) -> str:
        where = self._origin or self.token
        # With a subject it may not have been read yet: the answer is the same before and after.
        if isinstance(where, Path) and (self.subject is not None or where is self.token):
            return file_state(where)
        return sha256_of(self.token.reveal()) if isinstance(self.token, Secret) else ""


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class SubjectToken(_ExchangedToken):
    """A token that says for whom another one is asked: token exchange (RFC 8693, 2.1).

    It is read once for each token request, and what was read is what is sent. Tokens that were
    obtained for it are kept under its SHA-256, so that nobody is given another person's, whatever
    is written into the file next; what the token itself says of its subject is unverified and
    decides nothing.

    Args:
        token: The file with it (a relative path is made absolute when this is made), the token
            itself, or a function that gives it, on a worker thread; such as
            ``lambda: provider.get_token().value``.
        token_type: The token's type (RFC 8693, 3): ``access_token``, ``id_token``, ``jwt``,
            ``saml1``, ``saml2``, ``refresh_token``, or a URI.
        subject: Whom it identifies. It takes the place of the hash, so that what is kept is found
            again when the token was renewed, and the caller vouches that file or function never
            gives another's. A function needs one.

    Raises:
        TypeError: An argument is of the wrong type, such as the token as a str; its value is not
            quoted.
        ConfigurationError: A function has no subject beside it, the token itself is not one word
            of ASCII, or a path is relative and the working directory is gone.
    """

    called: ClassVar[str] = "subject token"


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class ActorToken(_ExchangedToken):
    """A token that says who acts for the subject, where that isn't the client (RFC 8693, 2.1).

    Args:
        token: As for `SubjectToken`.
        token_type: As there.
        subject: Who acts; as there.

    Raises:
        TypeError: As there.
        ConfigurationError: As there.
    """

    called: ClassVar[str] = "actor token"


def token_type_uri(name: str) -> str:
    """A token's type as it is sent: a short name in full, a URI as it is."""
    return name if ":" in name else f"{_TYPE_PREFIX}{name}"


def _read(where: Path | Callable[[], Secret], called: str, subject: str | None) -> Secret:
    if isinstance(where, Path):
        return read_token(where, called)
    given = _given(where, called, subject)
    if isinstance(given, Secret):
        return given
    # Raised here: the frames down there hold what the function gave.
    raise ConfigurationError(given)


def _given(function: Callable[[], Secret], called: str, subject: str | None) -> Secret | str:
    """What the function gives, or the sentences that say why that is no token."""
    named = f"The function that gives the {called} of {subject!r}"
    try:
        token: object = function()
    except AuthError:
        raise
    except (Exception, SystemExit) as error:
        # Its text may hold anything.
        raise ConfigurationError(
            f"{named} failed with {type(error).__name__}; see the error's cause."
        ) from error
    if isinstance(token, Secret) and is_one_word(token):
        return token
    kind = "a Secret that is no token" if isinstance(token, Secret) else type(token).__name__
    return f"{named} gave {kind}. Let it return a Secret with the token."
