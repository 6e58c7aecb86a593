"""Client authentication by a JWT that a function gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

from zeebe_auth.arguments import check_text, refuse_type
from zeebe_auth.credentials.assertion_types import assertion_type_uri
from zeebe_auth.credentials.method_names import MethodName
from zeebe_auth.credentials.proofs import Proof
from zeebe_auth.errors import AuthError, ConfigurationError, without_arguments
from zeebe_auth.files.small_files import is_one_word
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class AssertionFunction(Proof):
    """A function that gives a JWT which somebody else signs (RFC 7523, 2.2): workload identity.

    Such as a cloud's metadata service, SPIFFE's Workload API, or a vault that makes whole
    assertions. It is called on a worker thread, once for each token request; it should give up by
    itself within 10 s.

    Args:
        get: Takes nothing and returns the assertion, a str or a `Secret`.
        subject: Whom the assertions identify, such as a SPIFFE id. Tokens of one subject are
            shared, so the caller vouches that they are never another's.
        assertion_type: ``jwt-bearer``, ``jwt-spiffe``, or another ``client_assertion_type`` as a
            whole URI.

    Raises:
        TypeError: An argument is of the wrong type.
        ConfigurationError: The subject is empty.
        ValueError: The type is neither one of the two nor a URI.
    """

    get: Callable[[], Secret | str]
    subject: str
    assertion_type: str = "jwt-bearer"
    _read: Secret | None = field(default=None, init=False, repr=False, compare=False)

    @without_arguments
    def __init__(
        self,
        get: Callable[[], Secret | str],
        subject: str,
        assertion_type: str = "jwt-bearer",
    ) -> None:
        if not callable(get) or isinstance(get, type):
            refuse_type(get, "get of AssertionFunction", "a function that returns the assertion")
        check_text(subject, "subject of AssertionFunction")
        if not subject:
            raise ConfigurationError(
                "AssertionFunction needs the subject that its assertions identify: tokens are "
                "kept under it."
            )
        assertion_type_uri(assertion_type, "assertion_type of AssertionFunction")
        set_field = object.__setattr__
        set_field(self, "get", get)
        set_field(self, "subject", subject)
        set_field(self, "assertion_type", assertion_type)
        set_field(self, "_read", None)

    @property
    def kind(self) -> str:
        return "assertion_function"

    @property
    def method(self) -> MethodName:
        return "assertion_file"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ("subject", self.subject)

    def as_read(self) -> Self:
        # The same with the assertion that the function gives now, or gave before.
        if self._read is not None:
            return self
        twin = replace(self)
        object.__setattr__(twin, "_read", self._called())
        return twin

    def unread(self) -> Self:
        # The same without what was read of it.
        return replace(self)

    def reveal(self) -> str:
        # The assertion that was read, or that there is now.
        return (self._read or self._called()).reveal()

    def _called(self) -> Secret:
        try:
            given = self.get()
        except AuthError:
            raise
        except Exception as error:
            raise ConfigurationError(
                f"The function that gives assertions for {self.subject} failed with "
                f"{type(error).__name__}; see the error's cause."
            ) from error
        secret = Secret(given) if isinstance(given, str) else given
        if not isinstance(secret, Secret) or not is_one_word(secret):
            kind = type(given).__name__
            del given, secret
            raise ConfigurationError(
                f"The function that gives assertions for {self.subject} gave no JWT but a {kind}. "
                "Return one word of ASCII, a str or a Secret."
            )
        return secret

    def _proof(self) -> str:
        # With its subject it may not have been read yet: the answer is the same before and after.
        return f"{self.assertion_type} {self.subject}"
