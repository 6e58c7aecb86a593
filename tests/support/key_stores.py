"""PKCS#12 files with several keys, which cryptography can't write."""

from __future__ import annotations

import datetime as dt

from asn1crypto import cms, pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12 as one_key


def make_pair(name: str, issuer=None):
    """A key and its certificate; ``issuer`` is such a pair, None makes it self-signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(issuer[0] if issuer else key, hashes.SHA256())
    )
    return key, certificate


def key_store(entries, password: str | None = None) -> bytes:
    """A PKCS#12 file with an entry for each ``(alias, (key, certificate), other certificates)``.

    An alias of None leaves key and certificate without one.
    """
    encryption = (
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption()
    )
    parts = []
    for alias, (key, certificate), others in entries:
        name = None if alias is None else alias.encode()
        content = one_key.serialize_key_and_certificates(
            name, key, certificate, list(others) or None, encryption
        )
        parts += list(pkcs12.Pfx.load(content).authenticated_safe)
    return written(parts)


def written(parts) -> bytes:
    """A PKCS#12 file of those parts, without a checksum."""
    content = cms.ContentInfo(
        {"content_type": "data", "content": pkcs12.AuthenticatedSafe(parts).dump()}
    )
    return pkcs12.Pfx({"version": "v3", "auth_safe": content}).dump()
