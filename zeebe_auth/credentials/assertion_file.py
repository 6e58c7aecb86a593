"""Client authentication by a JWT that another program signs and renews."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from zeebe_auth.arguments import check_text, refuse_type
from zeebe_auth.credentials.assertion_types import assertion_type_uri
from zeebe_auth.credentials.method_names import MethodName
from zeebe_auth.credentials.proofs import Proof, file_state, sha256_of
from zeebe_auth.errors import without_arguments
from zeebe_auth.files.small_files import absolute, read_token
from zeebe_auth.jwt_claims import unverified_claims
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class AssertionFile(Proof):
    """A file with a JWT that somebody else signs and renews (RFC 7523, 2.2): workload identity.

    It is read once for each token request, and what was read is what is sent. Such a file is
    renewed again and again for the same client, so tokens are kept under its path and what the
    JWT says of its issuer and subject (``iss``, ``sub``; the hash of a JWT that says neither).

    Args:
        path: The file, such as a Kubernetes projected service account token. A relative path is
            made absolute when this is made.
        subject: Whom the assertion identifies; it takes the place of path, issuer and subject, and
            the caller vouches that the file never holds another's: tokens of one subject are
            shared.
        assertion_type: ``jwt-bearer``, ``jwt-spiffe`` for a JWT-SVID of SPIFFE, or another
            ``client_assertion_type`` as a whole URI.

    Raises:
        TypeError: An argument is of the wrong type, such as the path as a str; its value is not
            quoted.
        ConfigurationError: The path is relative and the working directory is gone.
        ValueError: The type is neither one of the two nor a URI.
    """

    path: Path
    subject: str | None = None
    assertion_type: str = "jwt-bearer"
    _read: Secret | None = field(default=None, init=False, repr=False, compare=False)

    @without_arguments
    def __init__(
        self, path: Path, subject: str | None = None, assertion_type: str = "jwt-bearer"
    ) -> None:
        # A str may be the assertion itself.
        if not isinstance(path, Path):
            refuse_type(path, "path of AssertionFile", "Path(…) for the file with the assertion")
        check_text(subject, "subject of AssertionFile")
        set_field = object.__setattr__
        set_field(self, "path", absolute(path, "assertion file"))
        # Nobody is vouched for by an empty name.
        set_field(self, "subject", subject or None)
        assertion_type_uri(assertion_type, "assertion_type of AssertionFile")
        set_field(self, "assertion_type", assertion_type)
        set_field(self, "_read", None)

    @property
    def kind(self) -> str:
        return "assertion_file"

    @property
    def method(self) -> MethodName:
        return "assertion_file"

    @property
    def public_identity(self) -> tuple[str, ...]:
        if self.subject is not None:
            return ("subject", self.subject)
        assertion = self.reveal()
        claims = unverified_claims(assertion)
        issuer, subject = claims.get("iss"), claims.get("sub")
        if isinstance(issuer, str) and isinstance(subject, str):
            return ("file", str(self.path), "claims", issuer, subject)
        return ("file", str(self.path), "sha256", sha256_of(assertion))

    def as_read(self) -> Self:
        # The same with the assertion that is in the file now, or that was read before.
        if self._read is not None:
            return self
        twin = replace(self)
        object.__setattr__(twin, "_read", read_token(self.path, "client assertion"))
        return twin

    def unread(self) -> Self:
        # The same without what was read of it.
        return replace(self)

    def reveal(self) -> str:
        # The assertion that was read, or that is in the file now.
        return (self._read or read_token(self.path, "client assertion")).reveal()

    def _proof(self) -> str:
        # With a subject it may not have been read yet: the answer is the same before and after.
        if self._read is None or self.subject is not None:
            return file_state(self.path)
        return sha256_of(self._read.reveal())
