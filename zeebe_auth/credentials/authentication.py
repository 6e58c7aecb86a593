"""How a client authenticates: a class for each kind of proof, and their union."""

from __future__ import annotations

from zeebe_auth.credentials.assertion_file import AssertionFile
from zeebe_auth.credentials.assertion_function import AssertionFunction
from zeebe_auth.credentials.assertion_signer import AssertionSigner
from zeebe_auth.credentials.client_certificate import ClientCertificate
from zeebe_auth.credentials.client_secret import ClientSecret
from zeebe_auth.credentials.private_key import PrivateKey
from zeebe_auth.credentials.public_client import Public

__all__ = [
    "AssertionFile",
    "AssertionFunction",
    "AssertionSigner",
    "Authentication",
    "ClientCertificate",
    "ClientSecret",
    "PrivateKey",
    "Public",
]

Authentication = (
    ClientSecret
    | PrivateKey
    | AssertionSigner
    | AssertionFile
    | AssertionFunction
    | ClientCertificate
    | Public
)
"""How a client proves who it is."""
