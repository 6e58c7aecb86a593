"""Whether a certificate and a private key go with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate


def is_pair(certificate: Certificate, key: PrivateKeyTypes) -> bool:
    """Whether the certificate is for the key's public half.

    Certificates are read without a look at the key in them: one that cryptography can't read, or
    of a type that it doesn't know, goes with none of its private keys.
    """
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return certificate.public_key() == key.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False
