"""The credentials of clients and servers, as files in one folder."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from joserfc.jwk import ECKey, OKPKey, RSAKey

__all__ = ["KEY_PASSWORD", "PLAIN_SECRET", "SECRET", "WRONG_SECRET", "Identity"]

SECRET = "s3cret/with+odd:chars%&=~-and-long-enough-for-any-hmac-0123456789-0123456789"
"""The clients' secret: nothing in it may be lost in a form, in a header or in JSON."""
PLAIN_SECRET = "OfLettersAndDigits0123456789"
WRONG_SECRET = SECRET[::-1]
KEY_PASSWORD = "pkcs12-password"

_PEM = serialization.Encoding.PEM
_PKCS8 = serialization.PrivateFormat.PKCS8
_PLAIN = serialization.NoEncryption()
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Identity:
    """A certificate authority, a server's certificate, and clients' certificates and keys.

    A client's certificate and its key are in one PEM file, as `certificate` names them.
    """

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> Identity:
        """Make everything new."""
        made = cls(folder)
        authority = ec.generate_private_key(ec.SECP256R1())
        issuer = _name("servers and clients of a test")
        certificate = _certificate(issuer, authority, issuer, authority, is_authority=True)
        made.ca_file.write_bytes(certificate.public_bytes(_PEM))
        # An RSA key, which all of the servers take.
        server = rsa.generate_private_key(65537, 2048)
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        certificate = _certificate(_name("localhost"), server, issuer, authority, names=names)
        made.server_certificate.write_bytes(certificate.public_bytes(_PEM))
        made.server_key.write_bytes(_pem(server))
        for name, signed_by in (
            ("client", authority),
            ("other-client", authority),
            ("self-signed", None),
            ("other-self-signed", None),
        ):
            made._write_client_certificate(name, issuer, signed_by)
        made._write_keys()
        return made

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def server_certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def server_key(self) -> Path:
        return self.folder / "server.key"

    def certificate(self, name: str) -> Path:
        """``client`` and ``other-client`` by the authority; ``self-signed``, ``other-self-signed``.

        The subject is ``CN=<name>,O=zeebe-credentials``, the DNS name ``<name>.test``.
        """
        return self.folder / f"certificate-{name}.pem"

    def private_key(self, name: str) -> Path:
        """``rsa``, ``ec`` and ``ed25519``, whose public halves servers know, and ``unknown``."""
        return self.folder / f"key-{name}.pem"

    @property
    def pkcs12(self) -> Path:
        """The key ``rsa`` with a certificate, under `KEY_PASSWORD`."""
        return self.folder / "key-rsa.p12"

    def public_keys(self) -> dict[str, Any]:
        """The keys that servers know, as a JWK set; their ids are their names."""
        names = {"rsa": RSAKey, "ec": ECKey, "ed25519": OKPKey}
        keys = [
            kind.import_key(self.private_key(name).read_bytes(), {"kid": name, "use": "sig"})
            for name, kind in names.items()
        ]
        return {"keys": [key.as_dict(private=False) for key in keys]}

    def certificate_as_jwk(self, name: str) -> dict[str, Any]:
        """The key of a certificate, which is beside it (``x5c``; RFC 7517, 4.7)."""
        pem = self.certificate(name).read_bytes()
        certificate = x509.load_pem_x509_certificate(pem)
        der = certificate.public_bytes(serialization.Encoding.DER)
        public = certificate.public_key().public_bytes(
            _PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            **ECKey.import_key(public).as_dict(private=False),
            "x5c": [base64.b64encode(der).decode()],
        }

    def _write_client_certificate(
        self, name: str, issuer: x509.Name, authority: ec.EllipticCurvePrivateKey | None
    ) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        names = [x509.DNSName(f"{name}.test")]
        signed_by = (subject, key) if authority is None else (issuer, authority)
        certificate = _certificate(subject, key, *signed_by, names=names)
        self.certificate(name).write_bytes(certificate.public_bytes(_PEM) + _pem(key))

    def _write_keys(self) -> None:
        key = rsa.generate_private_key(65537, 2048)
        for name, made in (
            ("rsa", key),
            ("ec", ec.generate_private_key(ec.SECP256R1())),
            ("ed25519", ed25519.Ed25519PrivateKey.generate()),
            ("unknown", rsa.generate_private_key(65537, 2048)),
        ):
            self.private_key(name).write_bytes(_pem(made))
        subject = _name("key")
        certificate = _certificate(subject, key, subject, key)
        self.pkcs12.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"key",
                key,
                certificate,
                None,
                serialization.BestAvailableEncryption(KEY_PASSWORD.encode()),
            )
        )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "zeebe-credentials"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name),
        ]
    )


def _pem(key: _Key) -> bytes:
    return key.private_bytes(_PEM, _PKCS8, _PLAIN)


def _certificate(
    subject: x509.Name,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool = False,
    names: list[x509.GeneralName] | None = None,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
