"""Certificates of an ingress and of its clients."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from zeebe_grpc.sandbox.certificates import ServerCertificate

__all__ = ["client_certificate", "write_server_certificate"]


def write_server_certificate(certificate: ServerCertificate, chain: Path, key: Path) -> None:
    """Write it where a server reads it."""
    chain.write_bytes(certificate.chain)
    key.touch(mode=0o600)
    key.write_bytes(certificate.private_key)


def client_certificate() -> tuple[bytes, bytes]:
    """A certificate for a client that is its own CA, and its key; PEM both."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "client.test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
