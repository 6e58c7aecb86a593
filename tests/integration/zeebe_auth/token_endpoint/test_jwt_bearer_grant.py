"""A signed JWT as the authorization grant (RFC 7523, 2.1)."""

from __future__ import annotations

import copy
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from zeebe_auth import (
    AssertionFile,
    AssertionFunction,
    AssertionSigner,
    ClientCredentials,
    ClientSecret,
    ConfigurationError,
    JwtBearerGrant,
    OAuthCredentialsProvider,
    PrivateKey,
    Public,
    Secret,
    SubjectToken,
    TokenKey,
    TokenResponseError,
)

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
RSA = rsa.generate_private_key(65537, 2048)
PEM = RSA.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()
FORM = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def verified(assertion: str):
    key = RSAKey.import_key(RSA.public_key().public_bytes(*FORM).decode())
    return jwt.decode(assertion, key, algorithms=["RS256", "PS256"])


@pytest.fixture
def ask(serve, endpoint, credentials_for):
    """The form that arrives for a grant."""
    server = serve()

    def ask(grant, authentication=None, **more: object) -> dict[str, str]:
        credentials = credentials_for(
            server.url, authentication=authentication or Public(), jwt_bearer=grant, **more
        )
        endpoint().request_token(credentials)
        body = server.received[-1].body.decode("ascii")
        return {name: value for name, (value,) in parse_qs(body).items()}

    ask.url = server.url
    return ask


def test_a_key_signs_it(ask):
    """In the client's own name; no proof of the client is beside it."""
    form = ask(JwtBearerGrant(PrivateKey(PEM, key_id="key-1")), scopes="a b")
    assert set(form) == {"grant_type", "assertion", "client_id", "scope"}
    assert form["grant_type"] == GRANT
    token = verified(form["assertion"])
    assert token.header == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
    assert token.claims["iss"] == token.claims["sub"] == form["client_id"]
    assert token.claims["aud"] == ask.url
    assert token.claims["exp"] - token.claims["iat"] == 60
    assert token.claims["jti"]


def test_what_it_claims(ask):
    """Issuer, subject, audience and further claims are as they were given."""
    grant = JwtBearerGrant(
        PrivateKey(PEM, audience="https://aud.example"),
        issuer="robot@example.com",
        subject="ann@example.com",
        claims={"scope": "read write", "box_sub_type": "user", "n": [1, {"a": None}]},
    )
    claims = verified(ask(grant)["assertion"]).claims
    assert claims["iss"] == "robot@example.com"
    assert claims["sub"] == "ann@example.com"
    assert claims["aud"] == "https://aud.example"
    assert claims["scope"] == "read write"
    assert claims["n"] == [1, {"a": None}]
    other = JwtBearerGrant(PrivateKey(PEM), issuer="robot@example.com")
    assert verified(ask(other)["assertion"]).claims["sub"] == "robot@example.com"


def test_each_request_has_another(ask):
    """A server may take one only once."""
    grant = JwtBearerGrant(PrivateKey(PEM))
    first, second = (verified(ask(grant)["assertion"]).claims["jti"] for _ in range(2))
    assert first != second


def test_a_client_may_prove_itself_beside_it(ask):
    """Its secret is in the same form."""
    form = ask(JwtBearerGrant(PrivateKey(PEM)), ClientSecret("s3cr3t"))
    assert form["client_secret"] == "s3cr3t"
    assert verified(form["assertion"])


def test_a_function_signs_it(ask):
    """The key is somewhere else."""
    key = ec.generate_private_key(ec.SECP256R1())
    grant = JwtBearerGrant(
        AssertionSigner(lambda content: key.sign(content, ec.ECDSA(hashes.SHA256())), "ES256"),
        subject="ann",
    )
    public = ECKey.import_key(key.public_key().public_bytes(*FORM).decode())
    token = jwt.decode(ask(grant)["assertion"], public, algorithms=["ES256"])
    assert token.claims["sub"] == "ann"


def test_somebody_else_makes_it(ask, tmp_path):
    """It is read for each request, from a file or a function."""
    path = tmp_path / "jwt"
    path.write_text("a.b.c\n")
    grant = JwtBearerGrant(AssertionFile(path))
    assert ask(grant)["assertion"] == "a.b.c"
    path.write_text("d.e.f\n")
    assert ask(grant)["assertion"] == "d.e.f"
    numbers = iter("gh")
    grant = JwtBearerGrant(AssertionFunction(lambda: f"{next(numbers)}.x.y", "ann"))
    assert [ask(grant)["assertion"] for _ in range(2)] == ["g.x.y", "h.x.y"]


def test_a_provider_asks_once(serve, endpoint, credentials_for, tmp_path):
    """The function isn't called for a token that is there."""
    server, calls = serve(), []

    def get() -> str:
        calls.append(1)
        return "a.b.c"

    grant = JwtBearerGrant(AssertionFunction(get, "ann"))
    credentials = credentials_for(server.url, authentication=Public(), jwt_bearer=grant)
    with OAuthCredentialsProvider(credentials) as provider:
        provider.get_token()
        provider.get_token()
    assert len(server.received) == len(calls) == 1


def key_of(jwt_bearer: JwtBearerGrant | None, **more: object) -> TokenKey:
    given = {"authentication": Public(), "token_url": "https://login.example/t", **more}
    return TokenKey.of(ClientCredentials(client_id="c", jwt_bearer=jwt_bearer, **given))


def test_whose_tokens_they_are(tmp_path):
    """What decides whose they are is in the key, and a renewed key file isn't."""
    path = tmp_path / "jwt"
    path.write_text("a.b.c")
    grants = [
        None,
        JwtBearerGrant(PrivateKey(PEM)),
        JwtBearerGrant(PrivateKey(PEM), subject="ann"),
        JwtBearerGrant(PrivateKey(PEM), subject="bob"),
        JwtBearerGrant(PrivateKey(PEM), issuer="ann"),
        JwtBearerGrant(PrivateKey(PEM), claims={"scope": "a"}),
        JwtBearerGrant(PrivateKey(PEM), claims={"scope": "b"}),
        JwtBearerGrant(AssertionFile(path)),
        JwtBearerGrant(AssertionFile(path, "ann")),
        JwtBearerGrant(AssertionFunction(lambda: "x.y.z", "bob")),
    ]
    assert len({key_of(grant) for grant in grants}) == len(grants)
    claims = {"a": 1, "b": 2}
    turned = dict(reversed(claims.items()))
    one, same = (JwtBearerGrant(PrivateKey(PEM), claims=each) for each in (claims, turned))
    assert key_of(one) == key_of(same)
    assert "on behalf of ann" in key_of(grants[2]).label
    assert key_of(None) == TokenKey.of(
        ClientCredentials(
            client_id="c", authentication=Public(), token_url="https://login.example/t"
        )
    )


def test_another_key_is_noticed():
    """A cooldown after a refusal ends with a corrected key."""
    other = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    first, second = (
        ClientCredentials(
            client_id="c",
            authentication=Public(),
            token_url="https://login.example/t",
            jwt_bearer=JwtBearerGrant(PrivateKey(pem)),
        )
        for pem in (PEM, other.decode())
    )
    assert first.fingerprint("x") != second.fingerprint("x")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("invalid_grant", "Check the JWT of the grant: its issuer, subject and audience"),
        ("unsupported_grant_type", "Allow the JWT bearer grant (RFC 7523, 2.1)"),
    ],
)
def test_a_refusal(serve, endpoint, credentials_for, wire, code, says):
    """The error says what to check of it."""
    server = serve(answer=lambda _request: wire.json(400, {"error": code}))
    grant = JwtBearerGrant(PrivateKey(PEM))
    with pytest.raises(TokenResponseError) as caught:
        endpoint().request_token(
            credentials_for(server.url, authentication=Public(), jwt_bearer=grant)
        )
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (((AssertionFile(Path("/x/jwt")),), {"subject": "ann"}), "made by somebody else"),
        (((AssertionFile(Path("/x/jwt")),), {"claims": {"a": 1}}), "made by somebody else"),
        (((PrivateKey(PEM),), {"claims": {"aud": "x"}}), "have aud, which is made here"),
        (((PrivateKey(PEM),), {"claims": {"a": {1}}}), "can't be written as JSON"),
        (((PrivateKey(PEM),), {"claims": {"a": float("nan")}}), "can't be written as JSON"),
    ],
)
def test_what_does_not_go_together(arguments, says):
    """It is refused where it is written."""
    args, kwargs = arguments
    with pytest.raises(ConfigurationError, match=says):
        JwtBearerGrant(*args, **kwargs)


def test_wrong_types():
    """The error says what to pass, and quotes nothing."""
    for make in (
        lambda: JwtBearerGrant(PEM),
        lambda: JwtBearerGrant(ClientSecret("s3cr3t")),
        lambda: JwtBearerGrant(PrivateKey(PEM), claims="s3cr3t"),
        lambda: JwtBearerGrant(PrivateKey(PEM), subject=b"s3cr3t"),
        lambda: key_of(PrivateKey(PEM)),
    ):
        with pytest.raises(TypeError) as caught:
            make()
        assert "s3cr3t" not in str(caught.value)
        assert "BEGIN" not in str(caught.value)


def test_two_grants_or_none():
    """One token is got by one grant."""
    grant = JwtBearerGrant(PrivateKey(PEM))
    with pytest.raises(ConfigurationError, match="two grants"):
        key_of(grant, subject_token=SubjectToken(Secret("abc")))
    with pytest.raises(ConfigurationError, match="without a JWT"):
        key_of(None, grant=GRANT)


def test_copies():
    """A grant is a value: it shows no key, and copies are equal."""
    grant = JwtBearerGrant(PrivateKey(PEM), subject="ann", claims={"scope": "a"})
    assert "PRIVATE" not in repr(grant)
    for twin in (copy.copy(grant), copy.deepcopy(grant)):
        assert twin == grant
        assert key_of(twin) == key_of(grant)
