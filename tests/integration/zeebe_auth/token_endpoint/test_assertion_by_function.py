"""Client assertions that are signed, or made, outside of this process."""

from __future__ import annotations

import base64
import json
import threading
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from zeebe_auth import (
    AssertionFile,
    AssertionFunction,
    AssertionSigner,
    ConfigurationError,
    OAuthCredentialsProvider,
    Secret,
    TokenEndpointUnreachable,
    TokenKey,
)

SPIFFE = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe"
RSA = rsa.generate_private_key(65537, 2048)


def public_pem(key) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def sent_by(request) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(request.body.decode("ascii")).items()}


@pytest.fixture
def ask(serve, endpoint, credentials_for):
    """The form that arrives for an authentication."""
    server = serve()

    def ask(authentication, **more: object) -> dict[str, str]:
        credentials = credentials_for(server.url, authentication=authentication, **more)
        endpoint().request_token(credentials)
        return sent_by(server.received[-1])

    ask.url = server.url
    return ask


def rsa_signer(algorithm: str):
    digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[2:]]
    pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
    scheme = pss if algorithm.startswith("PS") else padding.PKCS1v15()
    return lambda content: RSA.sign(content, scheme, digest)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_a_kms_signs_with_rsa(ask, algorithm):
    """The server verifies what is sent; header and claims are as for a key of our own."""
    signer = AssertionSigner(rsa_signer(algorithm), algorithm, "key-1", thumbprint="abc")
    form = ask(signer)
    token = jwt.decode(
        form["client_assertion"], RSAKey.import_key(public_pem(RSA)), algorithms=[algorithm]
    )
    assert token.header == {"alg": algorithm, "typ": "JWT", "kid": "key-1", "x5t#S256": "abc"}
    assert token.claims["iss"] == token.claims["sub"] == form["client_id"]
    assert token.claims["exp"] - token.claims["iat"] == 60
    assert token.claims["aud"] == ask.url
    assert form["client_assertion_type"].endswith(":jwt-bearer")


@pytest.mark.parametrize("form", ["der", "raw"])
@pytest.mark.parametrize(
    ("algorithm", "curve", "digest", "size"),
    [
        ("ES256", ec.SECP256R1(), hashes.SHA256(), 32),
        ("ES384", ec.SECP384R1(), hashes.SHA384(), 48),
        ("ES512", ec.SECP521R1(), hashes.SHA512(), 66),
    ],
)
def test_an_ecdsa_signature_may_be_der_or_raw(ask, algorithm, curve, digest, size, form):
    """KMSs give DER, some HSMs the two numbers; JWS has the numbers."""
    key = ec.generate_private_key(curve)

    def sign(content: bytes) -> bytes:
        der = key.sign(content, ec.ECDSA(digest))
        if form == "der":
            return der
        return b"".join(each.to_bytes(size, "big") for each in decode_dss_signature(der))

    assertion = ask(AssertionSigner(sign, algorithm))["client_assertion"]
    jwt.decode(assertion, ECKey.import_key(public_pem(key)), algorithms=[algorithm])


def test_eddsa(ask):
    """Sixty-four bytes as they are."""
    key = ed25519.Ed25519PrivateKey.generate()
    assertion = ask(AssertionSigner(key.sign, "EdDSA"))["client_assertion"]
    signed, _, signature = assertion.rpartition(".")
    key.public_key().verify(base64.urlsafe_b64decode(signature + "=="), signed.encode())


def test_each_assertion_is_another_one(ask):
    """Servers refuse one that they have seen before."""
    signer = AssertionSigner(rsa_signer("RS256"), "RS256")
    one, other = (ask(signer)["client_assertion"].split(".")[1] for _ in range(2))
    ids = {json.loads(base64.urlsafe_b64decode(part + "=="))["jti"] for part in (one, other)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("sign", "algorithm", "says"),
    [
        (lambda _: "text", "RS256", "returned no bytes"),
        (lambda _: b"", "RS256", "returned no bytes"),
        (lambda _: None, "ES256", "returned no bytes"),
        (lambda _: b"x" * 96, "ES256", "neither DER nor 64 bytes"),
        (lambda _: 1 / 0, "RS256", "failed with ZeroDivisionError"),
    ],
)
def test_a_function_that_signs_nothing_usable(ask, sign, algorithm, says):
    """The error names the client and what to return; nothing is sent."""
    with pytest.raises(ConfigurationError, match=says):
        ask(AssertionSigner(sign, algorithm))


def test_an_error_of_ours_passes(ask):
    """A KMS that is down is worth another try, which only the function knows."""

    def sign(_content: bytes) -> bytes:
        raise TokenEndpointUnreachable("The KMS doesn't answer.")

    with pytest.raises(TokenEndpointUnreachable, match="The KMS"):
        ask(AssertionSigner(sign, "RS256"))


def test_it_is_called_once_for_a_request_on_a_worker_thread(serve, credentials_for):
    """Whatever it waits for, no caller's thread or loop waits with it."""
    threads = []

    def sign(content: bytes) -> bytes:
        threads.append(threading.current_thread().name)
        return rsa_signer("RS256")(content)

    credentials = credentials_for(serve().url, authentication=AssertionSigner(sign, "RS256"))
    with OAuthCredentialsProvider(credentials) as provider:
        provider.get_token()
        provider.get_token()
    (name,) = threads
    assert name.startswith("zeebe-auth")


@pytest.mark.parametrize("value", ["a.b.c", Secret("a.b.c")])
def test_a_function_gives_a_whole_assertion(ask, value):
    """It is sent as it is, with its type."""
    form = ask(AssertionFunction(lambda: value, "spiffe://example.org/orders", "jwt-spiffe"))
    assert form["client_assertion"] == "a.b.c"
    assert form["client_assertion_type"] == SPIFFE


def test_an_assertion_in_a_file_may_be_spiffes(ask, tmp_path):
    """As a SPIFFE helper keeps it there."""
    file = tmp_path / "svid.jwt"
    file.write_text("a.b.c\n")
    assert ask(AssertionFile(file, assertion_type="jwt-spiffe"))["client_assertion_type"] == SPIFFE
    assert ask(AssertionFile(file))["client_assertion_type"].endswith(":jwt-bearer")
    assert ask(AssertionFile(file, assertion_type="urn:x:y"))["client_assertion_type"] == "urn:x:y"


@pytest.mark.parametrize(
    ("get", "says"),
    [
        (lambda: None, "gave no JWT but a NoneType"),
        (lambda: "two words", "gave no JWT but a str"),
        (lambda: b"a.b.c", "gave no JWT but a bytes"),
        (lambda: 1 / 0, "failed with ZeroDivisionError"),
    ],
)
def test_a_function_that_gives_no_assertion(ask, get, says):
    """The error says what to return, and quotes nothing."""
    with pytest.raises(ConfigurationError, match=says):
        ask(AssertionFunction(get, "me"))


def test_tokens_are_kept_under_the_subject(credentials_for):
    """The function isn't called for the key: a stored token is found without it."""

    def get() -> str:
        raise AssertionError

    def key(subject: str) -> TokenKey:
        return TokenKey.of(
            credentials_for("https://x", authentication=AssertionFunction(get, subject))
        )

    assert key("a") == key("a")
    assert key("a") != key("b")


def test_one_assertion_for_all_attempts_of_a_flight(serve, credentials_for):
    """What is read once is what is sent."""
    given = []

    def get() -> str:
        given.append(1)
        return f"a.b.{len(given)}"

    credentials = credentials_for(serve().url, authentication=AssertionFunction(get, "me"))
    with OAuthCredentialsProvider(credentials) as provider:
        provider.get_token()
    assert given == [1]


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: AssertionSigner("key", "RS256"), TypeError, "a function that takes"),
        (lambda: AssertionSigner(bytes, "RS256"), TypeError, "a function that takes"),
        (lambda: AssertionSigner(len, "HS256"), ValueError, "is one of RS256"),
        (lambda: AssertionSigner(len, None), ValueError, "is one of RS256"),
        (lambda: AssertionSigner(len, "RS256", 5), TypeError, "a str as the key_id"),
        (lambda: AssertionFunction("jwt", "me"), TypeError, "a function that returns"),
        (lambda: AssertionFunction(len, ""), ConfigurationError, "needs the subject"),
        (lambda: AssertionFunction(len, None), ConfigurationError, "needs the subject"),
        (lambda: AssertionFunction(len, "me", "saml"), ValueError, "jwt-bearer or jwt-spiffe"),
        (lambda: AssertionFunction(len, "me", 5), TypeError, "a str as the assertion_type"),
        (lambda: AssertionFile(Path("x"), None, "saml"), ValueError, "jwt-bearer or jwt-spiffe"),
    ],
)
def test_wrong_arguments(make, error, says):
    """They fail where they are written."""
    with pytest.raises(error, match=says):
        make()
