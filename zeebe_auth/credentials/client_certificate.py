"""Client authentication by a TLS client certificate (RFC 8705)."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zeebe_auth.arguments import as_secret_or_none, check_path, check_text, refuse_type
from zeebe_auth.credentials.file_formats import der_kind, is_pem
from zeebe_auth.credentials.key_files import place_of, read_key, with_line_ends
from zeebe_auth.credentials.method_names import TlsMethodName
from zeebe_auth.credentials.proofs import Proof, sha256_of
from zeebe_auth.errors import ConfigurationError, without_arguments, without_frames
from zeebe_auth.files.one_version import read_together
from zeebe_auth.files.small_files import absolute
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret

if TYPE_CHECKING:
    from zeebe_auth.credentials import certificate
else:
    certificate = LazyModule("zeebe_auth.credentials.certificate")


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class ClientCertificate(Proof):
    """A TLS client certificate: ``tls_client_auth`` and its self-signed variant (RFC 8705, 2).

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
        set_field(self, "certificate_chain", _path_or_pem(certificate_chain))
        set_field(self, "private_key", private_key and _path_or_pem(private_key))
        set_field(self, "thumbprint", thumbprint)
        set_field(self, "method", method)
        set_field(self, "password", as_secret_or_none(password, "password of ClientCertificate"))
        set_field(self, "alias", alias)

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


def _path_or_pem(source: Path | Secret) -> Path | Secret:
    if isinstance(source, Path):
        return absolute(source, "client certificate")
    return with_line_ends(source)


def _origin_of(source: Path | Secret) -> str:
    if isinstance(source, Path):
        return str(source)
    return f"sha256:{sha256_of(source.reveal())}"


def _thumbprint_in(certificate_chain: Path | Secret) -> str | None:
    content = read_key(_path_or_pem(certificate_chain), "client certificate in")
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
