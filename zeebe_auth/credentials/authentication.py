"""The ways in which a client proves who it is."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from zeebe_auth.arguments import (
    as_secret,
    as_secret_or_none,
    check_path,
    check_text,
    refuse_type,
)
from zeebe_auth.credentials.file_formats import der_kind, is_pem
from zeebe_auth.credentials.key_files import place_of, read_key, with_line_ends
from zeebe_auth.errors import ConfigurationError, without_arguments, without_frames
from zeebe_auth.jwt_claims import unverified_claims
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret
from zeebe_auth.small_files import absolute, read_together, read_token

if TYPE_CHECKING:
    from zeebe_auth.credentials import certificate
else:
    certificate = LazyModule("zeebe_auth.credentials.certificate")

__all__ = [
    "AssertionFile",
    "Authentication",
    "ClientCertificate",
    "ClientSecret",
    "MethodName",
    "PrivateKey",
    "Public",
    "SecretMethodName",
    "TlsMethodName",
    "file_state",
    "sha256_of",
]

SecretMethodName = Literal["client_secret_post", "client_secret_basic", "client_secret_jwt"]
TlsMethodName = Literal["tls_client_auth", "self_signed_tls_client_auth"]
MethodName = Literal[SecretMethodName, TlsMethodName, "private_key_jwt", "assertion_file", "none"]
"""What methods are called (OpenID Connect Core, 9; RFC 7591, 2; RFC 8705, 2).

``assertion_file`` is our word for ``private_key_jwt`` with an assertion that somebody else signs.
"""


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class ClientSecret:
    """A shared secret (RFC 6749, 2.3.1; OpenID Connect Core, 9).

    Args:
        secret: The client secret; a str is wrapped at once.
        method: ``client_secret_post`` puts it into the body (what Camunda's own clients do),
            ``client_secret_basic`` into an ``Authorization`` header, ``client_secret_jwt`` signs
            a short-lived assertion with it.
        algorithm: The JWS algorithm of that assertion, ``HS256``, ``HS384`` or ``HS512``; None is
            ``HS256``.
        audience: What that assertion is for: ``token_url``, ``issuer``, or the text itself; None
            is ``token_url``.

    Raises:
        TypeError: An argument is of the wrong type; its value is not quoted.
        ConfigurationError: The secret ends with a new line.
    """

    secret: Secret
    method: SecretMethodName = "client_secret_post"
    algorithm: str | None = None
    audience: str | None = None

    @without_arguments
    def __init__(
        self,
        secret: Secret | str,
        method: SecretMethodName = "client_secret_post",
        algorithm: str | None = None,
        audience: str | None = None,
    ) -> None:
        check_text(method, "method of ClientSecret")
        check_text(algorithm, "algorithm of ClientSecret")
        check_text(audience, "audience of ClientSecret")
        set_field = object.__setattr__
        set_field(self, "secret", as_secret(secret, "secret of ClientSecret"))
        set_field(self, "method", method)
        set_field(self, "algorithm", algorithm)
        set_field(self, "audience", audience)

    @property
    def kind(self) -> str:
        return "client_secret"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ()

    def _proof(self) -> str:
        return self.secret.reveal()


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class PrivateKey:
    r"""A private key that signs a short-lived assertion: ``private_key_jwt`` (RFC 7523, 2.2).

    Where a certificate goes with the key, the assertion names it by its SHA-256 thumbprint
    (``x5t#S256``; RFC 7515, 4.1.8): the one beside the key in a PEM text or file, the key's own
    of a PKCS#12 file, or ``certificate``.

    Relative paths are made absolute when it is made.

    Args:
        key: The private key: its PEM text (a str is wrapped at once; ``\n`` in two characters is
            a new line), or the path of a PEM, DER or PKCS#12 file, which is read again for every
            token request.
        key_id: The ``kid`` header of the assertion, if the server tells keys apart by it.
        algorithm: The JWS algorithm (RFC 7518, 3.1; RFC 8037, 3.1), such as ``PS256``; None takes
            the usual one of the key's type: ``RS256``, ``ES256`` or that of the key's curve,
            ``EdDSA``.
        audience: What the assertion is for: ``token_url``, ``issuer``, or the text itself; None
            is ``token_url``.
        password: That of an encrypted key or of a PKCS#12 file; a str is wrapped at once.
        certificate: A PEM or DER file with the key's certificate, where that stands by itself.
        alias: Which key of a PKCS#12 file is meant, in any case; None if there is but one. To
            choose among several takes the extra ``keystore``. Other files have no aliases.

    Raises:
        TypeError: An argument is of the wrong type, or the key a str that is no PEM text; its
            value is not quoted.
        ConfigurationError: The password ends with a new line.
    """

    key: Secret | Path
    key_id: str | None = None
    algorithm: str | None = None
    audience: str | None = None
    password: Secret | None = None
    certificate: Path | None = None
    alias: str | None = None

    @without_arguments
    def __init__(
        self,
        key: Secret | Path | str,
        key_id: str | None = None,
        algorithm: str | None = None,
        audience: str | None = None,
        password: Secret | str | None = None,
        certificate: Path | None = None,
        alias: str | None = None,
    ) -> None:
        check_text(key_id, "key_id of PrivateKey")
        check_text(algorithm, "algorithm of PrivateKey")
        check_text(audience, "audience of PrivateKey")
        check_path(certificate, "certificate of PrivateKey")
        check_text(alias, "alias of PrivateKey")
        set_field = object.__setattr__
        set_field(self, "key", _pem_or_path(key))
        set_field(self, "key_id", key_id)
        set_field(self, "algorithm", algorithm)
        set_field(self, "audience", audience)
        set_field(self, "password", as_secret_or_none(password, "password of PrivateKey"))
        set_field(self, "certificate", certificate)
        set_field(self, "alias", alias)
        _make_absolute(self, "key", "certificate", what="private key file")

    @property
    def kind(self) -> str:
        return "private_key"

    @property
    def method(self) -> MethodName:
        return "private_key_jwt"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ()

    def _proof(self) -> str:
        key = file_state(self.key) if isinstance(self.key, Path) else self.key.reveal()
        password = self.password.reveal() if self.password else ""
        # A text alone stays what it was before there were passwords and aliases.
        proof = f"{key} {password}" if password else key
        return f"{proof} alias {self.alias.casefold()}" if self.alias else proof


def _pem_or_path(key: Secret | Path | str) -> Secret | Path:
    if isinstance(key, Path):
        return key
    if isinstance(key, Secret):
        return with_line_ends(key)
    if not isinstance(key, str):
        refuse_type(
            key, "key of PrivateKey", "its PEM text, or Path(…) of a PEM, DER or PKCS#12 file"
        )
    if "-----BEGIN" not in key:
        raise TypeError(
            'The key of PrivateKey is a str without "-----BEGIN", so it is no PEM text. To name '
            "the file that holds the key, pass Path(…)."
        )
    return with_line_ends(Secret(key))


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class AssertionFile:
    """A file with a JWT that somebody else signs and renews (RFC 7523, 2.2): workload identity.

    It is read once for each token request, and what was read is what is sent. Such a file is
    renewed again and again for the same client, so tokens are kept under its path and what the
    JWT says of its issuer and subject (``iss``, ``sub``; the hash of a JWT that says neither).

    Args:
        path: The file, such as a Kubernetes projected service account token. A relative path is
            made absolute when this is made.
        subject: Whom the assertion speaks of; it takes the place of path, issuer and subject, and
            the caller vouches that the file never holds another's: tokens of one subject are
            shared.

    Raises:
        TypeError: An argument is of the wrong type, such as the path as a str; its value is not
            quoted.
        ConfigurationError: The path is relative and the working directory is gone.
    """

    path: Path
    subject: str | None = None
    _read: Secret | None = field(default=None, init=False, repr=False, compare=False)

    @without_arguments
    def __init__(self, path: Path, subject: str | None = None) -> None:
        # A str may be the assertion itself.
        if not isinstance(path, Path):
            refuse_type(path, "path of AssertionFile", "Path(…) for the file with the assertion")
        check_text(subject, "subject of AssertionFile")
        set_field = object.__setattr__
        set_field(self, "path", path)
        # Nobody is vouched for by an empty name.
        set_field(self, "subject", subject or None)
        set_field(self, "_read", None)
        _make_absolute(self, "path", what="assertion file")

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


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class ClientCertificate:
    """A TLS client certificate: ``tls_client_auth`` and its self-signed kin (RFC 8705, 2).

    Make it with `from_files`, which reads the thumbprint. Files that are replaced are shown in TLS
    from the next token request on; a source that makes it anew for each ``load``, as ours do, also
    asks for a token of the new certificate then. Relative paths are made absolute when it is made.

    Args:
        certificate_chain: The file with the certificate and its intermediates, PEM, DER or
            PKCS#12; or these themselves, a `Secret` of PEM.
        private_key: The file with its key, or the key itself, a `Secret` of PEM; None if it is
            beside the certificate.
        thumbprint: SHA-256 of the certificate in DER, 64 hex characters (``x5t#S256``, in hex).
        method: ``tls_client_auth`` or ``self_signed_tls_client_auth``.
        password: That of an encrypted key or of a PKCS#12 file; a str is wrapped at once.
        alias: Which key of a PKCS#12 file is meant, in any case; None if there is but one. To
            choose among several takes the extra ``keystore``. Other files have no aliases.

    Raises:
        TypeError: An argument is of the wrong type; its value is not quoted.
        ConfigurationError: The password ends with a new line.
    """

    certificate_chain: Path | Secret
    private_key: Path | Secret | None
    thumbprint: str
    method: TlsMethodName = "tls_client_auth"
    password: Secret | None = None
    alias: str | None = None

    @without_arguments
    def __init__(
        self,
        certificate_chain: Path | Secret,
        private_key: Path | Secret | None,
        thumbprint: str,
        method: TlsMethodName = "tls_client_auth",
        password: Secret | str | None = None,
        alias: str | None = None,
    ) -> None:
        _check_certificate(certificate_chain, private_key, method)
        check_text(thumbprint, "thumbprint of ClientCertificate")
        check_text(alias, "alias of ClientCertificate")
        set_field = object.__setattr__
        set_field(self, "certificate_chain", _with_line_ends(certificate_chain))
        set_field(self, "private_key", private_key and _with_line_ends(private_key))
        set_field(self, "thumbprint", thumbprint)
        set_field(self, "method", method)
        set_field(self, "password", as_secret_or_none(password, "password of ClientCertificate"))
        set_field(self, "alias", alias)
        _make_absolute(self, "certificate_chain", "private_key", what="client certificate")

    @classmethod
    @without_arguments
    def from_files(
        cls,
        certificate_chain: Path | Secret,
        private_key: Path | Secret | None = None,
        method: TlsMethodName = "tls_client_auth",
        *,
        password: Secret | str | None = None,
        alias: str | None = None,
    ) -> ClientCertificate:
        """The certificate in ``certificate_chain`` with its thumbprint.

        Args:
            certificate_chain: As for the class.
            private_key: As there.
            method: As there.
            password: As there.
            alias: As there.

        Raises:
            TypeError: An argument is of the wrong type; its value is not quoted.
            ConfigurationError: The file can't be read or opened, holds no certificate, or it is
                not clear which of several is meant.
        """
        _check_certificate(certificate_chain, private_key, method)
        password = as_secret_or_none(password, "password of ClientCertificate")
        thumbprint = _thumbprint_in(certificate_chain)
        if thumbprint is None:
            unread = cls(certificate_chain, private_key, "", method, password, alias)
            thumbprint = unread.read().thumbprint
        return cls(certificate_chain, private_key, thumbprint, method, password, alias)

    @without_frames
    def read(self) -> certificate.CertificatePair:
        """Certificate and key as they are in the files now, as other TLS libraries take them.

        Files that are replaced in the middle are read again, so that both are of one moment.

        Raises:
            ConfigurationError: A file can't be read or opened, it is not clear which of several
                keys is meant, the two don't go with each other, or the certificate has expired; a
                self-signed one is left to the server's judgement.
        """
        from zeebe_auth.credentials.certificate import read_pair

        named = f"client certificate in {self.place}"
        pair = read_together(
            lambda: read_pair(self.certificate_chain, self.private_key, self.password, self.alias),
            named,
        )
        if pair.expires_at <= time.time() and self.method == "tls_client_auth":
            day = time.strftime("%Y-%m-%d", time.gmtime(pair.expires_at))
            raise ConfigurationError(
                f"The {named} has expired on {day}. Put a renewed one in its place."
            )
        return pair

    @property
    def place(self) -> str:
        # Where it is, for people.
        return place_of(self.certificate_chain)

    @property
    def origins(self) -> tuple[str, str | None]:
        # Where certificate and key are: paths, or hashes of what was given itself.
        chain, key = self.certificate_chain, self.private_key
        return _origin_of(chain), None if key is None else _origin_of(key)

    @property
    def kind(self) -> str:
        return "client_certificate"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ("thumbprint", self.thumbprint)

    def _proof(self) -> str:
        return self.thumbprint


def _check_certificate(chain: object, key: object, method: object) -> None:
    if not isinstance(chain, Path | Secret):
        refuse_type(
            chain, "certificate_chain of ClientCertificate", "a pathlib.Path, or a Secret of PEM"
        )
    if not isinstance(key, Secret):
        check_path(key, "private_key of ClientCertificate")
    check_text(method, "method of ClientCertificate")


def _with_line_ends(source: Path | Secret) -> Path | Secret:
    return source if isinstance(source, Path) else with_line_ends(source)


def _origin_of(source: Path | Secret) -> str:
    if isinstance(source, Path):
        return str(source)
    return f"sha256:{sha256_of(source.reveal())}"


def _thumbprint_in(certificate_chain: Path | Secret) -> str | None:
    content = read_key(_with_line_ends(certificate_chain), "client certificate in")
    if der_kind(content) == "certificate":
        return hashlib.sha256(content).hexdigest()
    return _thumbprint(content) if is_pem(content) else None


def _thumbprint(pem: bytes) -> str | None:
    """That of the first certificate, without a library; None if there is none to be read."""
    import ssl

    text = pem.decode("ascii", "ignore")
    try:
        begin = text.index(ssl.PEM_HEADER)
        end = text.index(ssl.PEM_FOOTER, begin) + len(ssl.PEM_FOOTER)
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(text[begin:end])).hexdigest()
    except ValueError:
        return None


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True)
class Public:
    """No proof at all: a public client (RFC 6749, 2.1), ``none`` in OpenID Connect's terms."""

    @property
    def kind(self) -> str:
        return "public"

    @property
    def method(self) -> MethodName:
        return "none"

    @property
    def public_identity(self) -> tuple[str, ...]:
        return ()

    def _proof(self) -> str:
        return ""


Authentication = ClientSecret | PrivateKey | AssertionFile | ClientCertificate | Public
"""How a client proves who it is."""


def file_state(path: Path) -> str:
    """A text that changes when the file does."""
    try:
        status = path.stat()
    except OSError:
        return f"{path} missing"
    return f"{path} {status.st_mtime_ns} {status.st_size} {status.st_ino}"


def sha256_of(token: str) -> str:
    """The SHA-256 of a token, 64 hex characters."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _make_absolute(authentication: object, *names: str, what: str) -> None:
    for name in names:
        path = getattr(authentication, name)
        if isinstance(path, Path):
            object.__setattr__(authentication, name, absolute(path, what))
