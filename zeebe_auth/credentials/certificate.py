"""A TLS client certificate and its key, as they are in their files now."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zeebe_auth.credentials.key_files import KeyFile, opened, place_of, read_key
from zeebe_auth.credentials.key_pair import is_pair
from zeebe_auth.errors import ConfigurationError, without_arguments
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret

if TYPE_CHECKING:
    import ssl

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
else:
    ssl = LazyModule("ssl")


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class CertificatePair:
    """A certificate that goes with its key.

    Args:
        certificate_chain: The certificate and its intermediates, PEM.
        private_key: The key, PEM, without a password. It is kept as a secret, and given as bytes
            where it is asked for by its name.
        thumbprint: SHA-256 of the certificate in DER, 64 hex characters.
        expires_at: Until when the certificate is valid, epoch seconds.
    """

    certificate_chain: bytes
    _private_key: Secret
    thumbprint: str
    expires_at: float

    @without_arguments
    def __init__(
        self, certificate_chain: bytes, private_key: bytes, thumbprint: str, expires_at: float
    ) -> None:
        set_field = object.__setattr__
        set_field(self, "certificate_chain", certificate_chain)
        set_field(self, "_private_key", Secret(private_key.decode("latin-1")))
        set_field(self, "thumbprint", thumbprint)
        set_field(self, "expires_at", expires_at)

    @property
    def private_key(self) -> bytes:
        """The key, PEM, without a password."""
        return self._private_key.reveal().encode("latin-1")

    def load_into(self, context: ssl.SSLContext) -> None:
        """Let ``context`` show the certificate to a server that asks for one."""
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        # OpenSSL takes files alone: whoever sees this one can't open the key in it.
        passphrase = secrets.token_urlsafe()
        key = _pem_of_key(load_pem_private_key(self.private_key, None), passphrase)
        with _as_file(self.certificate_chain + key) as path:
            context.load_cert_chain(path, password=passphrase)


def read_pair(
    certificate_file: Path | Secret,
    key_file: Path | Secret | None,
    password: Secret | None,
    alias: str | None = None,
) -> CertificatePair:
    """The certificate and the key that goes with it.

    Whoever calls it is `without_frames`: those in here hold the key.

    Args:
        certificate_file: The certificate and its intermediates, PEM, DER or PKCS#12.
        key_file: The key; None if it is in the same file. Each is a file, or the PEM itself.
        password: That of the key, or of the PKCS#12 file.
        alias: Which key of a PKCS#12 file is meant; None if there is but one.

    Raises:
        ConfigurationError: A file can't be read or opened, it is not clear which of several keys
            is meant, or the two don't go with each other.
    """
    from cryptography.hazmat.primitives import hashes, serialization

    named = f"The client certificate in {place_of(certificate_file)}"
    found = _opened(
        certificate_file, "client certificate in", password, alias, with_key=key_file is None
    )
    if not found.certificates:
        raise ConfigurationError(
            f"{named} is missing: the file holds none. Name a PEM, DER or PKCS#12 file with one."
        )
    key, certificate = found.key, found.certificates[0]
    if key_file is not None:
        key = _opened(key_file, "key of the client certificate in", password, alias).key
    where = f"in {place_of(key_file)}" if key_file else "beside it"
    if key is None:
        raise ConfigurationError(
            f"{named} has no private key {where}. Name the file with its key (client_key)."
        )
    if not is_pair(certificate, key):
        raise ConfigurationError(
            f"{named} doesn't go with the key {where}. Name the certificate of that key, or the "
            "key of that certificate (client_key)."
        )
    return CertificatePair(
        b"".join(each.public_bytes(serialization.Encoding.PEM) for each in found.certificates),
        _pem_of_key(key, None),
        certificate.fingerprint(hashes.SHA256()).hex(),
        certificate.not_valid_after_utc.timestamp(),
    )


def _opened(
    source: Path | Secret,
    what: str,
    password: Secret | None,
    alias: str | None,
    *,
    with_key: bool = True,
) -> KeyFile:
    return opened(
        read_key(source, what),
        password,
        named=f"The {what} {place_of(source)}",
        password_field="client_key_password",
        alias=alias,
        alias_field="client_key_alias",
        with_key=with_key,
    )


def _pem_of_key(key: PrivateKeyTypes, passphrase: str | None) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption(),
    )


@contextmanager
def _as_file(content: bytes) -> Iterator[str]:
    """The path of a file with that content, in memory alone where the system has such files."""
    if sys.platform == "linux":
        with os.fdopen(os.memfd_create("client-certificate"), "wb") as file:
            file.write(content)
            file.flush()
            yield f"/proc/self/fd/{file.fileno()}"
        return
    import tempfile

    descriptor, path = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        yield path
    finally:
        Path(path).unlink()
