"""The JWTs of a token request: a client's proof (RFC 7523, 2.2), and a grant (RFC 7523, 2.1)."""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING, Any

from zeebe_auth.clock import Clock
from zeebe_auth.concurrency.threads import Foreign, foreign_code
from zeebe_auth.credentials.authentication import (
    AssertionFile,
    AssertionFunction,
    AssertionSigner,
    ClientSecret,
    PrivateKey,
)
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import AuthError, ConfigurationError
from zeebe_auth.token_endpoint.client_authentication.signing_key import signing_key

if TYPE_CHECKING:
    from zeebe_auth.token_endpoint.discovery import TokenAddress

_LIFETIME_SECONDS = 60
# Of each of the two numbers of a signature.
_ECDSA_BYTES = {"ES256": 32, "ES384": 48, "ES512": 66}
_LEAST_SECRET_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}
"""RFC 7518, 3.2: a key is at least as long as the hash. Many servers refuse shorter ones."""


def sign_with_secret(credentials: ClientCredentials, address: TokenAddress, clock: Clock) -> str:
    """``client_secret_jwt`` (OpenID Connect Core, 9): an HMAC with the client secret."""
    from joserfc.jwk import OctKey

    authentication = credentials.authentication
    assert isinstance(authentication, ClientSecret)
    algorithm = authentication.algorithm or "HS256"
    _refuse_short(authentication, algorithm, credentials)
    key = OctKey.import_key(authentication.secret.reveal())
    claims = _claims(credentials, _audience(credentials, authentication, address), clock)
    return _signed({"alg": algorithm}, claims, key, credentials)


def _refuse_short(
    authentication: ClientSecret, algorithm: str, credentials: ClientCredentials
) -> None:
    named = f"The client secret of {credentials.client_id!r} from {credentials.origin}"
    least = _LEAST_SECRET_BYTES.get(algorithm)
    if least is None:
        raise ConfigurationError(
            f"{named} can't sign with {algorithm}. Choose {', '.join(_LEAST_SECRET_BYTES)} "
            "(algorithm)."
        )
    if len(authentication.secret.reveal().encode()) < least:
        raise ConfigurationError(
            f"{named} is shorter than the {least} bytes that {algorithm} needs (RFC 7518, 3.2). "
            "Get a longer one from the authorization server, or use another algorithm or method, "
            "such as client_secret_basic."
        )


def sign_with_private_key(
    credentials: ClientCredentials, address: TokenAddress, clock: Clock
) -> str:
    """``private_key_jwt`` (OpenID Connect Core, 9): a signature with the private key."""
    authentication = credentials.authentication
    assert isinstance(authentication, PrivateKey | AssertionSigner)
    claims = _claims(credentials, _audience(credentials, authentication, address), clock)
    return _signed_by(authentication, claims, credentials)


def grant_assertion(credentials: ClientCredentials, address: TokenAddress, clock: Clock) -> str:
    """The JWT that is the authorization grant, which the credentials have.

    Raises:
        ConfigurationError: It can't be signed or read.
    """
    grant = credentials.jwt_bearer
    assert grant is not None
    maker = grant.assertion
    if isinstance(maker, AssertionFile | AssertionFunction):
        return maker.reveal()
    issuer = grant.issuer or credentials.client_id
    claims = _claims(credentials, _audience(credentials, maker, address), clock)
    claims |= {"iss": issuer, "sub": grant.subject or issuer, **grant.claims}
    return _signed_by(maker, claims, credentials)


def _signed_by(
    signer: PrivateKey | AssertionSigner, claims: dict[str, Any], credentials: ClientCredentials
) -> str:
    if isinstance(signer, AssertionSigner):
        return _signed_elsewhere(credentials, signer, claims)
    signing = signing_key(signer, credentials)
    header = {"alg": signing.algorithm, "typ": "JWT"}
    if signer.key_id is not None:
        header["kid"] = signer.key_id
    if signing.thumbprint is not None:
        header["x5t#S256"] = signing.thumbprint
    return _signed(header, claims, signing.key, credentials)


def read_assertion(credentials: ClientCredentials, address: TokenAddress, clock: Clock) -> str:
    """The JWT that somebody else signs, as it was read for this request."""
    del address, clock
    authentication = credentials.authentication
    assert isinstance(authentication, AssertionFile | AssertionFunction)
    return authentication.reveal()


def _signed_elsewhere(
    credentials: ClientCredentials, signer: AssertionSigner, claims: dict[str, Any]
) -> str:
    """A JWS in its compact form (RFC 7515, 7.1), whose signature a function makes."""
    header = {"alg": signer.algorithm, "typ": "JWT"}
    if signer.key_id is not None:
        header["kid"] = signer.key_id
    if signer.thumbprint is not None:
        header["x5t#S256"] = signer.thumbprint
    signing_input = b".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    named = f"The function that signs the assertion of {credentials.client_id!r}"
    try:
        with foreign_code(Foreign.of("assertion signer", signer.sign)):
            signature = signer.sign(signing_input)
    except AuthError:
        raise
    except Exception as error:
        raise ConfigurationError(
            f"{named} failed with {type(error).__name__}; see the error's cause."
        ) from error
    if not isinstance(signature, bytes) or not signature:
        raise ConfigurationError(f"{named} returned no bytes. Return the signature.")
    size = _ECDSA_BYTES.get(signer.algorithm)
    if size is not None:
        signature = _joined(signature, size, named)
    return (signing_input + b"." + _encoded(signature)).decode("ascii")


def _joined(signature: bytes, size: int, named: str) -> bytes:
    """The two numbers of an ECDSA signature one after the other (RFC 7518, 3.4)."""
    if len(signature) == 2 * size:
        return signature
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    try:
        return b"".join(each.to_bytes(size, "big") for each in decode_dss_signature(signature))
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"{named} returned {len(signature)} bytes, which are no signature of its algorithm: "
            f"neither DER nor {2 * size} bytes. Choose the algorithm that the key signs with."
        ) from None


def _encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _audience(
    credentials: ClientCredentials,
    authentication: ClientSecret | PrivateKey | AssertionSigner,
    address: TokenAddress,
) -> str:
    audience = authentication.audience or "token_url"
    if audience == "token_url":
        return address.token_url.text
    if audience != "issuer":
        return audience
    if address.issuer is None:
        raise ConfigurationError(
            f"The assertion of {credentials.client_id!r} shall be for the issuer, but the "
            f"credentials from {credentials.origin} name none. Give the issuer's URL."
        )
    return address.issuer


def _claims(credentials: ClientCredentials, audience: str, clock: Clock) -> dict[str, Any]:
    now = int(clock.wall())
    return {
        "iss": credentials.client_id,
        "sub": credentials.client_id,
        "aud": audience,
        "iat": now,
        "exp": now + _LIFETIME_SECONDS,
        # Servers refuse one that they have seen before.
        "jti": secrets.token_urlsafe(16),
    }


def _signed(
    header: dict[str, str], claims: dict[str, Any], key: Any, credentials: ClientCredentials
) -> str:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jws import JWSRegistry

    class _Registry(JWSRegistry):
        def get_alg(self, name: str) -> Any:
            # Its own warns of EdDSA, which RFC 9864 calls deprecated and servers want.
            return self.algorithms[name] if name == "EdDSA" else super().get_alg(name)

    algorithms = [header["alg"]]
    try:
        return jwt.encode(header, claims, key, registry=_Registry(algorithms=algorithms))
    except (JoseError, ValueError, TypeError) as error:
        raise ConfigurationError(
            f"The assertion of {credentials.client_id!r} can't be signed with "
            f"{header['alg']} ({type(error).__name__}). Use a key and an algorithm that fit each "
            "other."
        ) from None
