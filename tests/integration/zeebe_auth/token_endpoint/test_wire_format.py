"""What arrives at the token endpoint, byte for byte."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, parse_qsl, unquote_plus

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from zeebe_auth.credentials.authentication import (
    AssertionFile,
    ClientCertificate,
    ClientSecret,
    PrivateKey,
    Public,
)
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

ODD_SECRET = "pässword €:&=+ %~/?\"'"  # every character that some encoding gets wrong


def test_post_sends_id_and_secret_in_the_form(serve, endpoint, credentials_for):
    """With client_secret_post both are in the body, and there is no Authorization header."""
    server = serve()
    endpoint().request_token(credentials_for(f"{server.url}/oauth/token", audience="zeebe-api"))
    (request,) = server.received
    assert request.line == "POST /oauth/token HTTP/1.1"
    assert request.headers == {
        "Host": f"localhost:{server.port}",
        "User-Agent": "zeebe-credentials",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(request.body)),
    }
    assert request.body == (
        b"grant_type=client_credentials&audience=zeebe-api"
        b"&client_id=the-client&client_secret=hush~hush"
    )


def test_post_carries_any_characters(serve, endpoint, credentials_for):
    """A secret of any characters arrives as it is, in UTF-8."""
    server = serve()
    credentials = credentials_for(server.url, authentication=ClientSecret(Secret(ODD_SECRET)))
    endpoint().request_token(credentials)
    assert parse_qs(server.received[0].body.decode("ascii"))["client_secret"] == [ODD_SECRET]


def test_basic_sends_them_form_encoded_in_the_header_alone(serve, endpoint, credentials_for):
    """Id and secret are form-encoded in UTF-8 before base64, and the body holds neither."""
    server = serve()
    proof = ClientSecret(Secret(ODD_SECRET), "client_secret_basic")
    credentials = credentials_for(server.url, client_id="cliënt:1", authentication=proof)
    endpoint().request_token(credentials)
    (request,) = server.received
    scheme, _, encoded = request.headers["Authorization"].partition(" ")
    first, _, second = base64.b64decode(encoded).decode("ascii").partition(":")
    assert (scheme, unquote_plus(first), unquote_plus(second)) == ("Basic", "cliënt:1", ODD_SECRET)
    assert request.body == b"grant_type=client_credentials"


def test_basic_leaves_the_characters_of_camunda_secrets_alone(serve, endpoint, credentials_for):
    """Servers that don't decode still understand ids and secrets of letters, digits and ~._-."""
    server = serve()
    proof = ClientSecret(Secret("aZ9~._-"), "client_secret_basic")
    endpoint().request_token(credentials_for(server.url, authentication=proof))
    encoded = server.received[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"the-client:aZ9~._-"


def test_a_public_client_only_says_who_it_is(serve, endpoint, credentials_for):
    """A public client sends its client id alone."""
    server = serve()
    endpoint().request_token(credentials_for(server.url, authentication=Public()))
    assert server.received[0].body == b"grant_type=client_credentials&client_id=the-client"
    assert "Authorization" not in server.received[0].headers


def test_json_body_is_the_one_of_camundas_page(serve, endpoint, credentials_for):
    """The JSON format sends exactly the four fields that Camunda's page shows."""
    server = serve()
    credentials = credentials_for(server.url, audience="zeebe.camunda.io", request_format="json")
    endpoint().request_token(credentials)
    (request,) = server.received
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body) == {
        "client_id": "the-client",
        "client_secret": "hush~hush",
        "audience": "zeebe.camunda.io",
        "grant_type": "client_credentials",
    }


def test_json_with_basic_keeps_the_secret_in_the_header(serve, endpoint, credentials_for):
    """The JSON body holds no secret when the header does."""
    server = serve()
    proof = ClientSecret(Secret("hush~hush"), "client_secret_basic")
    credentials = credentials_for(server.url, authentication=proof, request_format="json")
    endpoint().request_token(credentials)
    (request,) = server.received
    assert json.loads(request.body) == {"grant_type": "client_credentials"}
    assert request.headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("request_format", ["form", "json"])
def test_every_resource_and_scope_arrives(serve, endpoint, credentials_for, request_format):
    """Resources are repeated (RFC 8707, 2) and scopes joined by a space (RFC 6749, 3.3)."""
    server = serve()
    credentials = credentials_for(
        server.url,
        resources=("https://a.example/x?y=1&z=2", "https://b.example/"),
        scopes=("api://zeebe/.default", "offline"),
        request_format=request_format,
    )
    endpoint().request_token(credentials)
    body = server.received[0].body.decode()
    if request_format == "form":
        pairs = parse_qsl(body)
        resources = [value for name, value in pairs if name == "resource"]
        (scope,) = [value for name, value in pairs if name == "scope"]
    else:
        resources, scope = json.loads(body)["resource"], json.loads(body)["scope"]
    assert resources == list(credentials.resources)
    assert scope == "api://zeebe/.default offline"


def test_the_query_of_the_token_url_is_kept(serve, endpoint, credentials_for):
    """RFC 6749, 3.2: a query of the token endpoint is retained."""
    server = serve()
    endpoint().request_token(credentials_for(f"{server.url}/token?p=b2c_1&x=%20y"))
    assert server.received[0].line == "POST /token?p=b2c_1&x=%20y HTTP/1.1"


def _assertion(request) -> str:
    form = parse_qs(request.body.decode("ascii"))
    assert form["client_assertion_type"] == [
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    ]
    assert form["client_id"] == ["the-client"]
    assert "client_secret" not in form
    return form["client_assertion"][0]


def _pem(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.mark.parametrize(
    ("key", "kind", "algorithm"),
    [
        (rsa.generate_private_key(65537, 2048), RSAKey, "RS256"),
        (ec.generate_private_key(ec.SECP256R1()), ECKey, "ES256"),
        (ec.generate_private_key(ec.SECP384R1()), ECKey, "ES384"),
    ],
    ids=["rsa", "p256", "p384"],
)
def test_a_private_key_signs_a_short_assertion(
    serve, endpoint, credentials_for, wire, key, kind, algorithm
):
    """private_key_jwt: 60 s, issuer and subject the client, audience the token URL, the kid."""
    server = serve()
    proof = PrivateKey(Secret(_pem(key)), key_id="key-1")
    credentials = credentials_for(f"{server.url}/token", authentication=proof)
    endpoint().request_token(credentials)
    public = kind.import_key(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    decoded = jwt.decode(_assertion(server.received[0]), public, algorithms=[algorithm])
    assert decoded.header == {"alg": algorithm, "typ": "JWT", "kid": "key-1"}
    jti = decoded.claims.pop("jti")
    assert len(jti) >= 16
    assert decoded.claims == {
        "iss": "the-client",
        "sub": "the-client",
        "aud": f"{server.url}/token",
        "iat": int(wire.now),
        "exp": int(wire.now) + 60,
    }


def test_the_secret_signs_an_assertion_instead_of_being_sent(serve, endpoint, credentials_for):
    """client_secret_jwt signs with the secret and doesn't send it; each assertion has its own
    jti."""
    server = serve()
    secret = "a secret of at least thirty-two bytes"
    proof = ClientSecret(Secret(secret), "client_secret_jwt")
    asking = endpoint()
    for _ in range(2):
        asking.request_token(credentials_for(server.url, authentication=proof))
    key = OctKey.import_key(secret)
    first, second = (
        jwt.decode(_assertion(each), key, algorithms=["HS256"]).claims["jti"]
        for each in server.received
    )
    assert first != second
    assert all(secret.encode() not in each.body for each in server.received)


@pytest.mark.parametrize(
    ("audience", "expected"),
    [("issuer", "https://issuer.example"), ("urn:other", "urn:other")],
)
def test_the_assertions_audience_can_be_chosen(
    serve, endpoint, credentials_for, audience, expected
):
    """Servers differ in whom an assertion must be for."""
    server = serve()
    key = ec.generate_private_key(ec.SECP256R1())
    credentials = credentials_for(
        server.url,
        issuer="https://issuer.example",
        authentication=PrivateKey(Secret(_pem(key)), audience=audience),
    )
    endpoint().request_token(credentials)
    payload = _assertion(server.received[0]).split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["aud"] == expected


def test_an_assertion_file_is_read_for_each_request(serve, endpoint, credentials_for, tmp_path):
    """What a sidecar renews is used from the next request on."""
    server = serve()
    file = tmp_path / "assertion"
    asking = endpoint()
    for text in ("first.jwt.text\n", "second.jwt.text\n"):
        file.write_text(text)
        asking.request_token(credentials_for(server.url, authentication=AssertionFile(file)))
    assert [_assertion(each) for each in server.received] == ["first.jwt.text", "second.jwt.text"]


def test_a_client_certificate_is_shown_in_tls(serve, endpoint, credentials_for, authority):
    """tls_client_auth authenticates in TLS; the body has the client id (RFC 8705, 2)."""
    server = serve(tls=authority.server_context("localhost", client_ca=authority.file))
    certificate = ClientCertificate.from_files(authority.certificate("a-client"))
    credentials = credentials_for(server.url, authentication=certificate)
    endpoint(ca_certificate=authority.file).request_token(credentials)
    (request,) = server.received
    assert request.body == b"grant_type=client_credentials&client_id=the-client"
    assert request.peer_certificate is not None


@pytest.mark.parametrize(
    ("proof", "named"),
    [
        (PrivateKey(Secret("no key at all")), "private key"),
        (
            PrivateKey(Secret(_pem(ec.generate_private_key(ec.SECP256R1()))), algorithm="RS256"),
            "RS256",
        ),
        (
            PrivateKey(Secret(_pem(ec.generate_private_key(ec.SECP256R1()))), audience="issuer"),
            "issuer",
        ),
        (ClientSecret(Secret("bro\udcffken")), "UTF-8"),
        (ClientSecret(Secret("bro\udcffken"), "client_secret_basic"), "UTF-8"),
    ],
)
def test_a_proof_that_cannot_be_made_is_named(serve, endpoint, credentials_for, proof, named):
    """An unusable key or string is a configuration error, and nothing is sent."""
    server = serve()
    with pytest.raises(ConfigurationError, match=named):
        endpoint().request_token(credentials_for(server.url, authentication=proof))
    assert server.received == []


@pytest.mark.parametrize("content", [None, "", "two words"])
def test_an_assertion_file_without_a_jwt_is_named(
    serve, endpoint, credentials_for, tmp_path, content
):
    """A missing or empty assertion file is named in the error, and nothing is sent."""
    server = serve()
    file = tmp_path / "assertion"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match="assertion"):
        endpoint().request_token(credentials_for(server.url, authentication=AssertionFile(file)))
    assert server.received == []
