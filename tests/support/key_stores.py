"""PKCS#12 files with several keys, which cryptography can't write."""

from __future__ import annotations

from asn1crypto import cms, pkcs12
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12 as one_key


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
