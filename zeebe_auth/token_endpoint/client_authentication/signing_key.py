"""The private key of an assertion: from PEM or PKCS#12 to what joserfc signs with."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeebe_auth.credentials.authentication import PrivateKey
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.file_formats import der_kind, is_pem
from zeebe_auth.credentials.key_files import opened, read_key_file
from zeebe_auth.credentials.key_pair import is_pair
from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.files.one_version import read_together
from zeebe_auth.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

_ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "P-521": ("ES512",),
    "secp256k1": ("ES256K",),
    # RFC 9864 names the curve instead, which servers have yet to learn.
    "Ed25519": ("EdDSA", "Ed25519"),
    "Ed448": ("EdDSA", "Ed448"),
}
"""What each type of key signs with (RFC 7518, 3.1; RFC 8037, 3.1); the usual one first."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key to sign with.

    Args:
        key: joserfc's.
        algorithm: The JWS algorithm to sign with.
        thumbprint: SHA-256 of its certificate as ``x5t#S256`` has it; None without a certificate.
    """

    key: Any = field(repr=False)
    algorithm: str
    thumbprint: str | None


@without_frames
def signing_key(authentication: PrivateKey, credentials: ClientCredentials) -> SigningKey:
    """The key that ``authentication`` names, its files read now, as they were at one moment.

    Raises:
        ConfigurationError: A file can't be read, the password is missing or wrong, there is no
            private key of a type that signs, or it doesn't sign with the algorithm that is asked
            for.
    """
    return read_together(lambda: _signing_key(authentication, credentials), "private key")


def _signing_key(authentication: PrivateKey, credentials: ClientCredentials) -> SigningKey:
    given = authentication.key
    if isinstance(given, Secret):
        named = f"The private key of the credentials from {credentials.origin}"
        content = given.reveal().encode("utf-8", "surrogateescape")
    else:
        named = f"The private key in {given}"
        content = read_key_file(given, "private key in")
    found = opened(
        content,
        authentication.password,
        named=named,
        password_field="private_key_password",
        alias=authentication.alias,
        alias_field="private_key_alias",
    )
    if found.key is None and (is_pem(content) or der_kind(content) != "PKCS#12"):
        form = "PEM" if is_pem(content) else "DER"
        raise ConfigurationError(
            f"{named} is not a {form} private key (RSA, EC or Ed25519). Give one."
        )
    if found.key is None:
        raise ConfigurationError(
            f"{named} is missing: the PKCS#12 file holds none. Export the key into it."
        )
    certificate = found.certificates[0] if found.certificates else None
    if authentication.certificate is not None:
        certificate = _certificate(authentication.certificate, named)
    if certificate is not None and not is_pair(certificate, found.key):
        raise ConfigurationError(
            f"{named} doesn't belong to the certificate beside it. Give the certificate of this "
            "key, or none."
        )
    return _for_joserfc(found.key, certificate, authentication.algorithm, named)


def _certificate(path: Path, named: str) -> Certificate:
    content = read_key_file(path, "private key's certificate in")
    try:
        found = opened(
            content,
            None,
            named=named,
            password_field="private_key_password",
            with_key=False,
        )
        return found.certificates[0]
    except (ConfigurationError, IndexError):
        raise ConfigurationError(
            f"{named} has a certificate in {path} that can't be read. Name a PEM or DER "
            "certificate that this user may read."
        ) from None


def _for_joserfc(
    key: PrivateKeyTypes, certificate: Certificate | None, algorithm: str | None, named: str
) -> SigningKey:
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
        curve = getattr(imported, "curve_name", "RSA")
        fitting = _ALGORITHMS.get(curve, ())
        if algorithm is not None and fitting and algorithm not in fitting:
            raise ConfigurationError(
                f"{named} is of the type {curve} and can't sign with {algorithm}. Choose "
                f"{', '.join(fitting)} (algorithm), or name another key."
            )
        if fitting:
            return SigningKey(imported, algorithm or fitting[0], thumbprint)
    raise ConfigurationError(
        f"{named} is of a type that signs no assertion. Give an RSA, EC or Ed25519 key."
    )
