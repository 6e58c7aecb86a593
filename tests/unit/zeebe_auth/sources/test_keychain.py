from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import (
    ActorToken,
    AssertionFile,
    ClientCertificate,
    ClientCredentials,
    ClientSecret,
    ConfigurationError,
    CredentialsUnavailable,
    JwtBearerGrant,
    KeyringSource,
    PrivateKey,
    Public,
    Secret,
    SubjectToken,
)
from zeebe_auth.configuration.json_document import fields_from_json, json_from_credentials
from zeebe_auth.configuration.kept_login import forget_login, keep_login, keychain_service
from zeebe_auth.keychain.access import KeychainLocked, KeychainTimeout, KeychainUnavailable

SETTINGS = {"address": "zeebe.own.example:443", "ca_certificate": "/etc/ca.pem"}
PEM = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"


def credentials(authentication, **more) -> ClientCredentials:
    return ClientCredentials(
        client_id="id",
        authentication=authentication,
        token_url="https://login.own.example/token",
        origin="keychain profile prod",
        **more,
    )


@pytest.fixture
def certificate(tmp_path):
    """A file in the form of a certificate: only its thumbprint is computed here."""
    import base64

    body = base64.b64encode(b"certificate").decode()
    path = tmp_path / "client.pem"
    path.write_text(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    return path


def test_login_is_read_back(dict_keychain):
    """What login stores for a profile is the identity and the settings of that profile."""
    kept = credentials(
        ClientSecret(Secret("s3cr3t"), "client_secret_basic"),
        audience="zeebe-api",
        scopes=("a", "b"),
        resources=("https://r.example",),
        request_format="json",
        issuer="https://issuer.example",
        well_known_url="https://issuer.example/w",
    )
    keep_login("prod", kept, SETTINGS)
    assert list(dict_keychain.kept) == [("zeebe-auth:prod", "credentials")]
    assert KeyringSource("prod").load() == kept
    assert KeyringSource("prod").settings() == SETTINGS


def test_missing_profile_says_what_to_type():
    """The advice quotes the profile as a shell needs it."""
    with pytest.raises(CredentialsUnavailable, match=r"login --profile 'my prod'"):
        KeyringSource("my prod").load()
    with pytest.raises(CredentialsUnavailable, match=r'"zeebe-auth login"\.'):
        KeyringSource().load()


def test_every_kind_of_authentication_is_read_back(certificate, tmp_path):
    """No kind of authentication loses anything in the keychain."""
    for authentication in (
        ClientSecret(Secret("s3cr3t"), "client_secret_jwt"),
        PrivateKey(Secret(PEM), "key-1", "ES256", "issuer"),
        PrivateKey(Secret(PEM)),
        PrivateKey(
            tmp_path / "key.p12", password=Secret("s3cr3t"), certificate=tmp_path / "key.pem"
        ),
        ClientSecret(Secret("s3cr3t"), "client_secret_jwt", "HS512", "issuer"),
        AssertionFile(tmp_path / "token", "subject"),
        ClientCertificate.from_files(certificate, tmp_path / "key.pem"),
        ClientCertificate.from_files(certificate, method="self_signed_tls_client_auth"),
        ClientCertificate.from_files(certificate, password=Secret("s3cr3t")),
        Public(),
    ):
        kept = credentials(authentication)
        keep_login("prod", kept, {})
        assert KeyringSource("prod").load() == kept


def test_a_grant_that_cannot_be_kept_is_refused(dict_keychain):
    """What was kept without its JWT would ask for a token of the client's own."""
    kept = ClientCredentials(
        client_id="c",
        client_secret="s",
        token_url="https://login.example/token",
        jwt_bearer=JwtBearerGrant(AssertionFile(Path("/jwt"), "ann")),
    )
    with pytest.raises(ConfigurationError, match="can't be written down"):
        keep_login("prod", kept, {})


def test_a_subject_token_is_read_back(dict_keychain, tmp_path):
    """The file's name is stored, not the token; a function can't be stored."""
    for subject in (None, "ann"):
        exchanged = SubjectToken(tmp_path / "token", "jwt", subject)
        kept = replace(
            credentials(Public()),
            subject_token=exchanged,
            actor_token=ActorToken(tmp_path / "actor", subject=subject),
            requested_token_type="jwt",
        )
        keep_login("prod", kept, {})
        assert KeyringSource("prod").load() == kept
    function = SubjectToken(lambda: Secret("t"), subject="ann")
    with pytest.raises(ConfigurationError, match="function"):
        keep_login("prod", replace(kept, subject_token=function), {})


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_any_string_is_read_back(client_id, secret, audience):
    """Ids, secrets and audiences with any characters are read back unchanged."""
    kept = ClientCredentials(
        client_id=client_id,
        authentication=ClientSecret(Secret(secret)),
        issuer="https://issuer.example",
        audience=audience,
        origin="document",
    )
    given = fields_from_json(json_from_credentials(kept, {}), "document")
    assert given.texts["client_id"] == client_id
    assert given.secret("client_secret").reveal() == secret
    assert given.texts["audience"] == audience


def test_forgotten_login():
    """A removed profile is gone, and removing it again reports that it wasn't there."""
    keep_login("prod", credentials(Public()), {})
    assert forget_login("prod")
    assert not forget_login("prod")
    with pytest.raises(CredentialsUnavailable, match=r'no profile "prod".*zeebe-auth login'):
        KeyringSource("prod").load()


@pytest.mark.parametrize("failure", [KeychainUnavailable, KeychainLocked, KeychainTimeout])
def test_keychain_that_fails(dict_keychain, failure):
    """A missing, locked or silent keychain is an error that says so, not a miss."""
    dict_keychain.failure = failure("The keychain, said plainly.")
    source = KeyringSource("prod")
    with pytest.raises(failure, match="said plainly"):
        source.load()
    (finding,) = source.explain()
    assert finding.outcome == "unusable"
    assert finding.reason == "The keychain, said plainly."


@pytest.mark.parametrize("text", ["s3cr3t", "{}x", '{"version": 9}', '{"client_id": "id"}'])
def test_unusable_entry(dict_keychain, text):
    """An entry that login didn't write is an error without its content."""
    dict_keychain.kept["zeebe-auth:default", "credentials"] = text
    with pytest.raises(ConfigurationError, match="keychain profile default") as caught:
        KeyringSource().load()
    assert "s3cr3t" not in str(caught.value)


def test_profile_names():
    """A profile may be called anything that can be shown, and nothing else."""
    assert keychain_service("Prod: ünï/..\\x") == "zeebe-auth:Prod: ünï/..\\x"
    for name in ("", "a\nb", "a\0b", "\x1b[31m", "\ud800"):
        with pytest.raises(ConfigurationError, match="profile's name"):
            KeyringSource(name)


def test_is_its_profile():
    """A source pickles, compares and prints by the profile's name."""
    source = KeyringSource("prod")
    assert pickle.loads(pickle.dumps(source)) == source != KeyringSource()
    assert repr(source) == "KeyringSource(profile='prod')"
