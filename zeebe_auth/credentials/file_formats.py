"""Tells the forms of key and certificate files apart by their first bytes, before they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

DerKind = Literal["certificate", "key", "encrypted key", "PKCS#12"]

_PEM = b"-----BEGIN "
_JAVA_MAGIC = {b"\xfe\xed\xfe\xed": "JKS", b"\xce\xce\xce\xce": "JCEKS"}
_SEQUENCE, _INTEGER, _OBJECT_IDENTIFIER, _VERSION_OF_CERTIFICATE = 0x30, 0x02, 0x06, 0xA0
_INDEFINITE = 0x80


def is_pem(content: bytes) -> bool:
    """Whether it is a PEM text (RFC 7468), or part of one."""
    return _PEM in content


def java_keystore_kind(content: bytes) -> str | None:
    """``JKS`` or ``JCEKS`` if it is a key store in one of Java's own forms, else None."""
    return _JAVA_MAGIC.get(content[:4])


def conversion_of_java_keystore(path: Path, kind: str) -> str:
    """The command that makes a PKCS#12 file of a key store of that kind."""
    import shlex

    source, target = shlex.quote(str(path)), shlex.quote(str(path.with_suffix(".p12")))
    return (
        f"keytool -importkeystore -srckeystore {source} -srcstoretype {kind} "
        f"-destkeystore {target} -deststoretype PKCS12"
    )


def der_kind(content: bytes) -> DerKind | None:
    """What is in the file if it is DER (or BER, as some tools write PKCS#12); None if it isn't.

    Only the beginning is looked at: that of a certificate (RFC 5280, 4.1), a private key (PKCS#8,
    RFC 5958, 2; PKCS#1, RFC 8017, A.1.2; SEC 1, RFC 5915, 3), an encrypted one (RFC 5958, 3) or a
    PFX (RFC 7292, 4).
    """
    inside = _inside_sequence(content)
    if inside[:3] == bytes([_INTEGER, 1, 3]):
        return "PKCS#12"
    if inside[:3] in {bytes([_INTEGER, 1, 0]), bytes([_INTEGER, 1, 1])}:
        return "key"
    first = _inside_sequence(inside)[:1]
    if first == bytes([_OBJECT_IDENTIFIER]):
        return "encrypted key"
    if first in {bytes([_INTEGER]), bytes([_VERSION_OF_CERTIFICATE])}:
        return "certificate"
    return None


def _inside_sequence(content: bytes) -> bytes:
    """What is in the sequence that it begins with, as far as that matters; empty if it doesn't."""
    tag, length = content[:1], content[1:2]
    if tag != bytes([_SEQUENCE]) or not length:
        return b""
    more = max(0, length[0] - _INDEFINITE)
    return content[2 + more : 34 + more]
