"""JWTs at a real Keycloak: as a grant (RFC 7523, 2.1), and SPIFFE's as a client's proof."""

from __future__ import annotations

import base64
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from servers.identity import SECRET

from zeebe_auth import (
    AssertionFile,
    AssertionFunction,
    AuthError,
    ClientCredentials,
    ClientSecret,
    JwtBearerGrant,
    OAuthCredentialsProvider,
    PrivateKey,
    TokenTransport,
)

SPIFFE_ID = "spiffe://example.org/workload"


@pytest.fixture
def issuer(running_servers):
    """The realm "machines"."""
    return running_servers["Keycloak"].issuer.replace("camunda-platform", "machines")


@pytest.fixture
def claims_for(issuer, identity):
    """The claims of the token that credentials get."""

    def ask(**given: object) -> dict:
        credentials = ClientCredentials(
            issuer=issuer, token_url=f"{issuer}/protocol/openid-connect/token", **given
        )
        transport = TokenTransport(ca_certificate=identity.ca_file)
        with OAuthCredentialsProvider(credentials, transport=transport) as provider:
            payload = provider.get_token().value.reveal().split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=="))

    return ask


@pytest.mark.parametrize(("key", "algorithm"), [("rsa", "RS256"), ("ec", "ES256")])
def test_a_users_token_by_a_signed_jwt(claims_for, identity, key, algorithm):
    """The token is that user's, whom the signer names as it knows them."""
    signer = PrivateKey(
        identity.private_key(key), key_id=key, algorithm=algorithm, audience="issuer"
    )
    grant = JwtBearerGrant(signer, issuer="https://signer.example", subject="ann-at-signer")
    claims = claims_for(client_id="grantee", authentication=ClientSecret(SECRET), jwt_bearer=grant)
    assert claims["preferred_username"] == "ann"
    assert claims["azp"] == "grantee"


@pytest.mark.parametrize(
    ("issuer_claim", "subject", "key"),
    [
        ("https://signer.example", "nobody", "rsa"),
        ("https://other.example", "ann-at-signer", "rsa"),
        ("https://signer.example", "ann-at-signer", "unknown"),
    ],
)
def test_a_jwt_that_is_refused(claims_for, identity, issuer_claim, subject, key):
    """The error says what to check of it."""
    signer = PrivateKey(identity.private_key(key), key_id="rsa", audience="issuer")
    grant = JwtBearerGrant(signer, issuer=issuer_claim, subject=subject)
    with pytest.raises(AuthError) as caught:
        claims_for(client_id="grantee", authentication=ClientSecret(SECRET), jwt_bearer=grant)
    assert "Check the JWT of the grant" in caught.value.message


@pytest.fixture
def svid(issuer, identity):
    """A JWT-SVID as SPIRE makes it."""
    key = ECKey.import_key(identity.private_key("ec").read_bytes())

    def make(subject: str = SPIFFE_ID) -> str:
        now = int(time.time())
        claims = {"sub": subject, "aud": [issuer], "iat": now, "exp": now + 60}
        return jwt.encode({"alg": "ES256", "kid": "ec", "typ": "JWT"}, claims, key)

    return make


def test_a_workload_of_spiffe(claims_for, svid, tmp_path):
    """Its JWT-SVID is the client's proof, by a function or in a file."""
    path = tmp_path / "svid"
    path.write_text(svid())
    for proof in (
        AssertionFunction(svid, SPIFFE_ID, "jwt-spiffe"),
        AssertionFile(path, assertion_type="jwt-spiffe"),
    ):
        claims = claims_for(client_id="workload", authentication=proof)
        assert claims["azp"] == "workload"


def test_another_workload_of_spiffe(claims_for, svid):
    """It is refused as this client."""
    proof = AssertionFunction(lambda: svid("spiffe://example.org/other"), "x", "jwt-spiffe")
    with pytest.raises(AuthError):
        claims_for(client_id="workload", authentication=proof)
