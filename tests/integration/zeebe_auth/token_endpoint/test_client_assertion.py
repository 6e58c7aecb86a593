"""The assertions that a private key or a client secret signs, as they arrive."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import traceback
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import pkcs12
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from zeebe_auth.credentials.authentication import ClientSecret, PrivateKey
from zeebe_auth.errors import ConfigurationError, InvalidClientError
from zeebe_auth.secret import Secret

RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
PASSWORD = "pässword-that-must-not-leak"


def pem_of(key, password: str | None = None) -> str:
    encryption = (
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ).decode()


def certificate_of(key) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "the-client")])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )


def certificate_pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def thumbprint_of(certificate: x509.Certificate) -> str:
    der = certificate.public_bytes(serialization.Encoding.DER)
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def pkcs12_of(key, certificate, password: str | None = None) -> bytes:
    encryption = (
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption()
    )
    return pkcs12.serialize_key_and_certificates(b"client", key, certificate, None, encryption)


def assertion_of(request) -> str:
    return parse_qs(request.body.decode("ascii"))["client_assertion"][0]


def part_of(assertion: str, index: int) -> dict[str, object]:
    return json.loads(base64.urlsafe_b64decode(assertion.split(".")[index] + "=="))


def public_pem(key) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@pytest.fixture
def asserted(serve, endpoint, credentials_for):
    """The assertion that arrives for an authentication."""
    server = serve()

    def ask(authentication, **more: object) -> str:
        credentials = credentials_for(server.url, authentication=authentication, **more)
        endpoint().request_token(credentials)
        return assertion_of(server.received[-1])

    return ask


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_an_rsa_key_signs_with_the_chosen_algorithm(asserted, algorithm):
    """The user chooses the algorithm where the key can be used with several."""
    assertion = asserted(PrivateKey(Secret(pem_of(RSA)), algorithm=algorithm))
    jwt.decode(assertion, RSAKey.import_key(public_pem(RSA)), algorithms=[algorithm])
    assert part_of(assertion, 0)["alg"] == algorithm


def test_an_ed25519_key_signs_as_eddsa_without_a_warning(asserted):
    """The name that servers know (RFC 8037, 3.1), though joserfc warns of it."""
    key = ed25519.Ed25519PrivateKey.generate()
    assertion = asserted(PrivateKey(Secret(pem_of(key))))
    assert part_of(assertion, 0) == {"alg": "EdDSA", "typ": "JWT"}
    signed, _, signature = assertion.rpartition(".")
    key.public_key().verify(base64.urlsafe_b64decode(signature + "=="), signed.encode())


def test_its_newer_name_can_be_chosen(asserted):
    """The algorithm can be called Ed25519, as RFC 9864 does."""
    key = ed25519.Ed25519PrivateKey.generate()
    assertion = asserted(PrivateKey(Secret(pem_of(key)), algorithm="Ed25519"))
    assert part_of(assertion, 0)["alg"] == "Ed25519"


def test_each_assertion_has_a_jti_of_its_own_and_60_seconds(asserted, wire):
    """No two assertions are alike, since servers refuse one that they have seen before."""
    proof = PrivateKey(Secret(pem_of(EC)))
    first, second = (part_of(asserted(proof), 1) for _ in range(2))
    assert first["jti"] != second["jti"]
    assert (first["iat"], first["exp"]) == (wire.now, wire.now + 60)


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_pkcs12_file_gives_key_and_thumbprint(asserted, tmp_path, password):
    """A PKCS#12 file, which Java calls a key store, holds the key; x5t#S256 names its
    certificate."""
    certificate = certificate_of(RSA)
    file = tmp_path / "client.p12"
    file.write_bytes(pkcs12_of(RSA, certificate, password))
    proof = PrivateKey(file, password=Secret(password) if password else None, key_id="k1")
    assertion = asserted(proof)
    jwt.decode(assertion, RSAKey.import_key(public_pem(RSA)), algorithms=["RS256"])
    assert part_of(assertion, 0) == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": "k1",
        "x5t#S256": thumbprint_of(certificate),
    }


@pytest.mark.parametrize("order", ["key-first", "certificate-first", "apart"])
def test_a_pem_certificate_gives_the_thumbprint(asserted, tmp_path, order):
    """The certificate is in the key's file, in either order, or in a file of its own."""
    certificate = certificate_of(EC)
    key_text, certificate_text = pem_of(EC), certificate_pem(certificate)
    file = tmp_path / "certificate.pem"
    file.write_text(certificate_text)
    proof = {
        "key-first": PrivateKey(Secret(key_text + certificate_text)),
        "certificate-first": PrivateKey(Secret(certificate_text + key_text)),
        "apart": PrivateKey(Secret(key_text), certificate=file),
    }[order]
    assert part_of(asserted(proof), 0)["x5t#S256"] == thumbprint_of(certificate)


def test_an_encrypted_pem_key_opens_with_its_password(asserted):
    """The password is given separately, as any secret is."""
    proof = PrivateKey(Secret(pem_of(EC, PASSWORD)), password=Secret(PASSWORD))
    assert part_of(asserted(proof), 0)["alg"] == "ES256"


def test_a_key_that_is_replaced_on_disk_signs_the_next_request(asserted, tmp_path):
    """A renewed key needs no restart."""
    file = tmp_path / "client.pem"
    algorithms = []
    for key in (RSA, EC):
        file.write_text(pem_of(key))
        algorithms.append(part_of(asserted(PrivateKey(file)), 0)["alg"])
    assert algorithms == ["RS256", "ES256"]


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_secret_signs_with_the_chosen_algorithm(asserted, algorithm):
    """client_secret_jwt uses the algorithm that the server wants, HS256 by default."""
    secret = "a secret of at least sixty-four bytes, which is what HS512 asks for"
    assertion = asserted(ClientSecret(Secret(secret), "client_secret_jwt", algorithm))
    jwt.decode(assertion, OctKey.import_key(secret), algorithms=[algorithm])


@pytest.mark.parametrize(
    ("audience", "expected"),
    [("issuer", "https://issuer.example"), ("urn:other", "urn:other"), (None, "http://localhost")],
)
def test_the_audience_of_a_secrets_assertion_can_be_chosen(asserted, audience, expected):
    """The audience can be configured, as for a private key."""
    proof = ClientSecret(
        Secret("a secret of thirty-two bytes, more or less"), "client_secret_jwt", audience=audience
    )
    claims = part_of(asserted(proof, issuer="https://issuer.example"), 1)
    assert str(claims["aud"]).startswith(expected)


def test_a_refused_key_is_named_instead_of_a_secret(serve, endpoint, credentials_for, wire):
    """The advice names the credential that the client has."""
    server = serve(answer=lambda _request: wire.json(401, {"error": "invalid_client"}))
    proof = PrivateKey(Secret(pem_of(EC)))
    with pytest.raises(InvalidClientError, match="its private key and the id") as caught:
        endpoint().request_token(
            credentials_for(server.url, authentication=proof, origin="environment")
        )
    assert "SECRET" not in caught.value.message


def _faults(tmp_path):
    locked, other = tmp_path / "locked.p12", tmp_path / "other.pem"
    locked.write_bytes(pkcs12_of(EC, certificate_of(EC), PASSWORD))
    other.write_text(certificate_pem(certificate_of(RSA)))
    bare = tmp_path / "bare.p12"
    bare.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x", None, certificate_of(EC), None, serialization.NoEncryption()
        )
    )
    unfit = tmp_path / "unfit.pem"
    unfit.write_text(pem_of(RSA))
    large, neither = tmp_path / "large.pem", tmp_path / "neither"
    large.write_bytes(b"x" * (1024 * 1024 + 1))
    neither.write_text("neither of them")
    return {
        "missing": (PrivateKey(tmp_path / "gone.p12"), r"gone\.p12 can't be read: No such file"),
        "large": (PrivateKey(large), "larger than 1 MiB"),
        "neither": (PrivateKey(neither), "neither PEM nor PKCS#12"),
        "no password": (PrivateKey(locked), r"locked\.p12 can't be opened without a password"),
        "wrong password": (
            PrivateKey(locked, password=Secret(PASSWORD + "!")),
            r"locked\.p12 can't be opened with its password",
        ),
        "no pem password": (PrivateKey(Secret(pem_of(EC, PASSWORD))), "private_key_password"),
        "wrong pem password": (
            PrivateKey(Secret(pem_of(EC, PASSWORD)), password=Secret(PASSWORD + "!")),
            "its PEM or its password is wrong. Give the right one",
        ),
        "no key": (PrivateKey(bare), "the PKCS#12 file holds none"),
        "other certificate": (
            PrivateKey(Secret(pem_of(EC)), certificate=other),
            "doesn't belong to the certificate",
        ),
        "no certificate": (
            PrivateKey(Secret(pem_of(EC)), certificate=tmp_path / "gone.pem"),
            r"certificate in .*gone\.pem",
        ),
        "key agreement": (
            PrivateKey(Secret(pem_of(x25519.X25519PrivateKey.generate()))),
            "of a type that signs no assertion",
        ),
        "public key": (PrivateKey(Secret(public_pem(EC))), "not a PEM private key"),
        "foreign algorithm": (
            PrivateKey(unfit, algorithm="ES256"),
            r"unfit\.pem is of the type RSA and can't sign with ES256. Choose RS256, ",
        ),
        "foreign curve": (
            PrivateKey(Secret(pem_of(EC)), algorithm="ES384"),
            "the type P-256 and can't sign with ES384. Choose ES256 ",
        ),
        "unknown algorithm": (PrivateKey(Secret(pem_of(RSA)), algorithm="XX1"), "XX1"),
        "secret's algorithm": (
            ClientSecret(Secret(PASSWORD), "client_secret_jwt", "RS256"),
            "can't sign with RS256. Choose HS256, HS384, HS512",
        ),
        "short secret": (
            ClientSecret(Secret(PASSWORD), "client_secret_jwt"),
            "shorter than the 32 bytes that HS256 needs",
        ),
        "too short for more": (
            ClientSecret(Secret(PASSWORD * 2), "client_secret_jwt", "HS512"),
            "shorter than the 64 bytes that HS512 needs",
        ),
    }


@pytest.mark.parametrize(
    "fault",
    [
        "missing", "large", "neither", "no password", "wrong password", "no pem password",
        "wrong pem password", "no key", "other certificate", "no certificate", "public key",
        "key agreement",
        "foreign algorithm", "foreign curve", "unknown algorithm", "secret's algorithm",
        "short secret", "too short for more",
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_named(serve, endpoint, credentials_for, tmp_path, fault):
    """A configuration error says what is wrong; nothing is sent, and no traceback leads to a
    secret."""
    server = serve()
    authentication, named = _faults(tmp_path)[fault]
    with pytest.raises(ConfigurationError, match=named) as caught:
        endpoint().request_token(credentials_for(server.url, authentication=authentication))
    assert server.received == []
    shown = [str(caught.value), repr(caught.value.__cause__), repr(caught.value.__context__)]
    for frame, _ in traceback.walk_tb(caught.value.__traceback__):
        if frame.f_code.co_filename != __file__:
            shown += [repr(value) for value in frame.f_locals.values()]
    text = "\n".join(shown)
    assert PASSWORD not in text
    assert "PRIVATE KEY" not in text
