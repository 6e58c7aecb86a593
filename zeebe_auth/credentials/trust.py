"""Authorities to trust that are given otherwise than by the path of a PEM file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from zeebe_auth.credentials.file_formats import (
    conversion_of_java_keystore,
    is_pem,
    java_keystore_kind,
)
from zeebe_auth.credentials.key_files import with_line_ends
from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.files.small_files import read_small_file
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret

_CALLED = "trust store"
_MAX_BYTES = 16 * 1024 * 1024


@public_class("zeebe_auth.adapters")
@dataclass(frozen=True, slots=True)
class InlineAuthorities:
    """The certificates of authorities in a string, PEM."""

    text: str = field(repr=False)

    @property
    def identity(self) -> str:
        """What tells it from others: the hash of its text."""
        return f"sha256:{hashlib.sha256(self.text.encode('utf-8', 'replace')).hexdigest()}"

    def pem(self) -> str:
        """The certificates, PEM in ASCII; whether they can be read is left to its user."""
        text = with_line_ends(Secret(self.text)).reveal()
        return text.encode("ascii", "ignore").decode("ascii")

    def __str__(self) -> str:
        return "ca_certificate_pem"


@public_class("zeebe_auth.adapters")
@dataclass(frozen=True, slots=True)
class TrustStore:
    """A PKCS#12 file with the certificates of authorities, as Java's keytool makes it.

    Args:
        path: The file.
        password: Its password; None for a file without one.
    """

    path: Path
    password: Secret | None = None

    @property
    def identity(self) -> str:
        """What tells it from others: its path. Who has it under a wrong password can't read it."""
        return str(self.path)

    @without_frames
    def pem(self) -> str:
        """Its certificates as they are in the file now, PEM; not that of a key beside them.

        Raises:
            ConfigurationError: It can't be read or opened, or holds no certificate. The message
                says how to convert a store in one of Java's own forms.
        """
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

        content = read_small_file(
            self.path,
            _CALLED,
            advice="Name a PKCS#12 file that this user may read.",
            max_bytes=_MAX_BYTES,
        )
        fault = self._fault_of_form(content)
        if fault is None:
            try:
                password = self.password.reveal().encode() if self.password else None
                store = load_pkcs12(content, password)
            except (ValueError, TypeError, UnsupportedAlgorithm):
                given = "or its password is wrong" if self.password else "or it needs a password"
                fault = (
                    f"can't be opened: the file is no PKCS#12, {given}. Give the right one "
                    "(truststore_password)."
                )
            else:
                if store.additional_certs:
                    return "".join(
                        each.certificate.public_bytes(Encoding.PEM).decode("ascii")
                        for each in store.additional_certs
                    )
                fault = "holds no certificate of an authority. Import one with keytool -importcert."
        raise ConfigurationError(f"The {_CALLED} {self.path} {fault}")

    def _fault_of_form(self, content: bytes) -> str | None:
        kind = java_keystore_kind(content)
        if kind is not None:
            return (
                f"is a {kind} key store, which Java alone reads. Run "
                f'"{conversion_of_java_keystore(self.path, kind)}", and name the PKCS#12 file '
                "that it makes."
            )
        if is_pem(content):
            return "is PEM. Name it as ca_certificate (CAMUNDA_CA_CERTIFICATE_PATH) instead."
        return None

    def __str__(self) -> str:
        return str(self.path)
