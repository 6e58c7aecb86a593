"""The private key of an assertion: from PEM or PKCS#12 to what joserfc signs with."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeebe_auth.credentials import ClientCredentials, PrivateKey
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

__all__ = ["SigningKey", "signing_key"]

_MOST_BYTES = 1024 * 1024
_PEM = b"-----BEGIN "
_PEM_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_USUAL_ALGORITHM = {
    "RSA": "RS256",
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "secp256k1": "ES256K",
    # RFC 9864 names the curve instead, which servers have yet to learn.
    "Ed25519": "EdDSA",
    "Ed448": "EdDSA",
}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key to sign with.

    Args:
        key: joserfc's.
        algorithm: The JWS algorithm that is usual for its type.
        thumbprint: SHA-256 of its certificate as ``x5t#S256`` has it; None without a certificate.
    """

    key: Any = field(repr=False)
    algorithm: str
    thumbprint: str | None


def signing_key(authentication: PrivateKey, credentials: ClientCredentials) -> SigningKey:
    """The key that ``authentication`` names, its file read now.

    Raises:
        ConfigurationError: A file can't be read, the password is missing or wrong, or there is no
            private key of a type that signs.
    """
    outcome = _outcome(authentication)
    # Raised here: the variables of the frames down there hold the key.
    if isinstance(outcome, SigningKey):
        return outcome
    named = f"The private key of the credentials from {credentials.origin}"
    if isinstance(authentication.key, Path):
        named = f"The private key in {authentication.key}"
    raise ConfigurationError(f"{named} {outcome}")


def _outcome(authentication: PrivateKey) -> SigningKey | str:
    """The key, or the rest of a sentence that says what is wrong with it."""
    from cryptography.exceptions import UnsupportedAlgorithm

    content = _content(authentication.key)
    if isinstance(content, str):
        return content
    password = authentication.password.reveal().encode() if authentication.password else None
    try:
        key, certificate = _loaded(content, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        return _fault(content, error, has_password=password is not None)
    if key is None:
        return "is missing: the PKCS#12 file holds none. Export the key into it."
    if authentication.certificate is not None:
        certificate = _certificate(authentication.certificate)
        if certificate is None:
            return (
                f"has a certificate in {authentication.certificate} that can't be read. Name a "
                "PEM certificate that this user may read."
            )
    if certificate is not None and certificate.public_key() != key.public_key():
        return (
            "doesn't belong to the certificate beside it. Give the certificate of this key, or "
            "none."
        )
    return _for_joserfc(key, certificate)


def _content(key: Secret | Path) -> bytes | str:
    if isinstance(key, Secret):
        return key.reveal().encode("utf-8", "surrogateescape")
    try:
        with key.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return f"can't be read: {reason}. Name a PEM or PKCS#12 file that this user may read."
    if len(content) > _MOST_BYTES:
        return "is larger than 1 MiB. Name the right file."
    return content


def _loaded(
    content: bytes, password: bytes | None
) -> tuple[PrivateKeyTypes | None, Certificate | None]:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

    if _PEM not in content:
        key, certificate, _ = pkcs12.load_key_and_certificates(content, password)
        return key, certificate
    # A certificate may stand before the key; and a password that isn't needed is no fault.
    begin = _key_begin(content)
    encrypted = b"ENCRYPTED" in content[begin:]
    pem_key = load_pem_private_key(content[begin:], password if encrypted else None)
    return pem_key, _first_certificate(content)


def _key_begin(content: bytes) -> int:
    end = content.index(b"PRIVATE KEY-----")
    return content.rindex(_PEM, 0, end)


def _first_certificate(content: bytes) -> Certificate | None:
    from cryptography.x509 import load_pem_x509_certificate

    begin = content.find(_PEM_CERTIFICATE)
    return None if begin < 0 else load_pem_x509_certificate(content[begin:])


def _certificate(path: Path) -> Certificate | None:
    try:
        return _first_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def _fault(content: bytes, error: Exception, *, has_password: bool) -> str:
    if isinstance(error, TypeError):
        return "is encrypted. Give its password (private_key_password)."
    if _PEM not in content:
        if content[:1] != b"\x30":  # what every PKCS#12 file begins with: an ASN.1 sequence
            return "is neither PEM nor PKCS#12. Give one of them."
        return (
            "can't be opened with its password: the PKCS#12 file or the password is wrong."
            if has_password
            else "can't be opened without a password. Give it (private_key_password)."
        )
    if has_password:
        return "can't be read: its PEM or its password is wrong."
    return "is not a PEM private key (RSA, EC or Ed25519). Give one."


def _for_joserfc(key: PrivateKeyTypes, certificate: Certificate | None) -> SigningKey | str:
    from cryptography.hazmat.primitives import hashes, serialization
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    thumbprint = None
    if certificate is not None:
        digest = certificate.fingerprint(hashes.SHA256())
        thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
    for kind in (RSAKey, ECKey, OKPKey):
        try:
            imported = kind.import_key(pem)
        except (JoseError, ValueError, TypeError):
            continue
        usual = _USUAL_ALGORITHM.get(getattr(imported, "curve_name", "RSA"))
        if usual is not None:
            return SigningKey(imported, usual, thumbprint)
    return "is of a type that signs no assertion. Give an RSA, EC or Ed25519 key."
