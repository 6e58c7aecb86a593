"""How the fields that one place gave prove who the client is."""

from __future__ import annotations

from pathlib import Path

from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.credentials.authentication import (
    AssertionFile,
    Authentication,
    ClientCertificate,
    ClientSecret,
    PrivateKey,
    Public,
)
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

__all__ = ["PROOFS", "authentication_from", "proof_of", "texts_of_authentication"]

PROOFS = {
    "client_secret": "client_secret_post",
    "private_key": "private_key_jwt",
    "private_key_file": "private_key_jwt",
    "assertion_file": "assertion_file",
    "client_certificate": "tls_client_auth",
}
"""Each field that can prove who the client is, and the method it stands for by itself."""

_PROOF_OF_METHOD = {
    "client_secret_post": ("client_secret",),
    "client_secret_basic": ("client_secret",),
    "client_secret_jwt": ("client_secret",),
    "private_key_jwt": ("private_key", "private_key_file", "assertion_file"),
    "assertion_file": ("assertion_file",),
    "tls_client_auth": ("client_certificate",),
    "self_signed_tls_client_auth": ("client_certificate",),
    "none": (),
}


def proof_of(given: GivenFields) -> tuple[str | None, str]:
    """The field that proves who the client is (None for a public client), and the method.

    Raises:
        ConfigurationError: The method is not known, or several fields prove it.
    """
    method = given.texts.get("authentication_method", "").lower()
    if method and method not in _PROOF_OF_METHOD:
        raise ConfigurationError(
            f"{given.name_of('authentication_method')} in the {given.origin} is none of the known "
            f"methods. Use one of {', '.join(_PROOF_OF_METHOD)}."
        )
    candidates = _PROOF_OF_METHOD[method] if method else tuple(PROOFS)
    present = [name for name in candidates if name in given]
    if not method and len(present) > 1 and "client_certificate" in present:
        # Beside another proof the certificate is for the gateway's TLS alone.
        present.remove("client_certificate")
    if len(present) > 1:
        raise ConfigurationError(
            f"The {given.origin} proves the client's identity in two ways: "
            f"{' and '.join(given.names_of(present))}. Remove one, or choose with "
            "authentication_method."
        )
    if method == "none":
        return None, method
    proof = present[0] if present else (candidates[0] if method else "client_secret")
    return proof, method or PROOFS[proof]


def authentication_from(given: GivenFields, proof: str | None, method: str) -> Authentication:
    """The authentication that `proof_of` found, references to secrets followed.

    Raises:
        ConfigurationError: A reference leads nowhere, or to something else than it should.
        StoreError: A reference leads into a keychain that can't be used.
    """
    texts = given.texts
    if proof == "client_secret":
        return ClientSecret(
            given.secret("client_secret"),
            method,  # type: ignore[arg-type]
            texts.get("algorithm"),
            texts.get("assertion_audience"),
        )
    if proof in {"private_key", "private_key_file"}:
        return _private_key(given, proof)
    if proof == "assertion_file":
        return AssertionFile(Path(texts["assertion_file"]), texts.get("assertion_subject"))
    if proof == "client_certificate":
        key_file = texts.get("client_key")
        return ClientCertificate.from_files(
            Path(texts["client_certificate"]),
            Path(key_file) if key_file else None,
            method,  # type: ignore[arg-type]
            password=given.secret_or_none("client_key_password"),
        )
    return Public()


def _private_key(given: GivenFields, proof: str) -> PrivateKey:
    texts = given.texts
    key: Secret | Path
    if proof == "private_key_file":
        key = Path(texts["private_key_file"])
    else:
        key = given.secret("private_key")
        if "-----BEGIN" not in key.reveal():
            raise ConfigurationError(
                f"{given.name_of('private_key')} in the {given.origin} is no PEM text. To name the "
                'file that holds it, write private_key = { file = "…" }, or private_key_file = "…" '
                "for PEM and PKCS#12 alike."
            )
    certificate = texts.get("private_key_certificate")
    return PrivateKey(
        key,
        texts.get("key_id"),
        texts.get("algorithm"),
        texts.get("assertion_audience"),
        given.secret_or_none("private_key_password"),
        Path(certificate) if certificate else None,
    )


def texts_of_authentication(authentication: Authentication) -> dict[str, str | None]:
    """The fields that say the same as ``authentication``. It reveals the secret."""
    match authentication:
        case ClientSecret(secret, secret_method, algorithm, audience):
            return {
                "client_secret": secret.reveal(),
                "algorithm": algorithm,
                "assertion_audience": audience,
                "authentication_method": secret_method,
            }
        case PrivateKey(key, key_id, algorithm, audience, password, certificate):
            return {
                "private_key": None if isinstance(key, Path) else key.reveal(),
                "private_key_file": str(key) if isinstance(key, Path) else None,
                "private_key_password": password.reveal() if password else None,
                "private_key_certificate": str(certificate) if certificate else None,
                "key_id": key_id,
                "algorithm": algorithm,
                "assertion_audience": audience,
                "authentication_method": "private_key_jwt",
            }
        case AssertionFile(path, subject):
            return {
                "assertion_file": str(path),
                "assertion_subject": subject,
                "authentication_method": "assertion_file",
            }
        case ClientCertificate(chain, private_key, _, certificate_method, password):
            return {
                "client_certificate": str(chain),
                "client_key": str(private_key) if private_key else None,
                "client_key_password": password.reveal() if password else None,
                "authentication_method": certificate_method,
            }
        case Public():
            return {"authentication_method": "none"}
