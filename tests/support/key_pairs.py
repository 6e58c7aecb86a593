"""Keys and their certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["Pair", "make_pair", "pem_of"]

Pair = tuple[ec.EllipticCurvePrivateKey, x509.Certificate]


def make_pair(
    name: str, issuer: Pair | None = None, *, hosts: Sequence[x509.GeneralName] = ()
) -> Pair:
    """Make a key and its certificate, valid from yesterday until tomorrow.

    Args:
        name: The common name.
        issuer: Who signs it; None for itself.
        hosts: The names and addresses of a server, which is then an authority, too.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )
    if hosts:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
            .add_extension(identifier, critical=False)
        )
    return key, builder.sign(issuer[0] if issuer else key, hashes.SHA256())


def pem_of(pair: Pair, password: str | None = None) -> tuple[bytes, bytes]:
    """Give the key, locked if there is a password, and the certificate of a pair as PEM."""
    key, certificate = pair
    pem = serialization.Encoding.PEM
    encryption = (
        serialization.NoEncryption()
        if password is None
        else serialization.BestAvailableEncryption(password.encode())
    )
    return (
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, encryption),
        certificate.public_bytes(pem),
    )
