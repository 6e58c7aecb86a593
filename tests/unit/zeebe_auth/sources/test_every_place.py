"""Each way to authenticate can be configured in each source, with the same result."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from key_pairs import make_pair, pem_of

from zeebe_auth import (
    ActorToken,
    AssertionFile,
    ClientCertificate,
    ClientCredentials,
    ClientSecret,
    CommandSource,
    ConfigFileSource,
    EnvSource,
    KeyringSource,
    PrivateKey,
    Public,
    Secret,
    SecretsDirectorySource,
    SubjectToken,
)
from zeebe_auth.configuration.kept_login import keep_login
from zeebe_auth.configuration.vocabulary import (
    ENVIRONMENT_NAMES,
    IDENTITY_FIELDS,
    LOGIN_OPTIONS,
    PATH_FIELDS,
    SECRET_FIELDS,
)

SECRET = "s3cr3t-of-thirty-two-bytes-or-more"
JWT = {"algorithm": "HS384", "assertion_audience": "issuer"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A pair as PEM with a locked key and as PKCS#12."""
    folder = tmp_path_factory.mktemp("files")
    pair = make_pair("the-client")
    key, certificate = pem_of(pair, SECRET)
    (folder / "c.crt").write_bytes(certificate)
    (folder / "c.key").write_bytes(key)
    locked = serialization.BestAvailableEncryption(SECRET.encode())
    (folder / "c.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"c", *pair, None, locked))
    return folder


def _ways(folder):
    """The fields of each way, and what they mean."""
    secret, tls = Secret(SECRET), ClientCertificate.from_files
    files = {name: folder / name for name in ("c.crt", "c.key", "c.p12", "jwt", "other")}
    ways = {
        "client_secret_post": ({"client_secret": SECRET}, ClientSecret(secret)),
        "client_secret_basic": (
            {"client_secret": SECRET, "authentication_method": "client_secret_basic"},
            ClientSecret(secret, "client_secret_basic"),
        ),
        "client_secret_jwt": (
            {"client_secret": SECRET, "authentication_method": "client_secret_jwt", **JWT},
            ClientSecret(secret, "client_secret_jwt", "HS384", "issuer"),
        ),
        "private_key_jwt": (
            {
                "private_key_file": files["c.p12"],
                "private_key_password": SECRET,
                "key_id": "k",
                "algorithm": "ES256",
                "assertion_audience": "issuer",
                "private_key_certificate": files["c.crt"],
                "private_key_alias": "C",
            },
            PrivateKey(files["c.p12"], "k", "ES256", "issuer", secret, files["c.crt"], "C"),
        ),
        "assertion_file": (
            {"assertion_file": files["jwt"], "assertion_subject": "ann"},
            AssertionFile(files["jwt"], "ann"),
        ),
        "tls_client_auth": (
            {
                "client_certificate": files["c.p12"],
                "client_key_password": SECRET,
                "client_key_alias": "C",
                "authentication_method": "tls_client_auth",
            },
            tls(files["c.p12"], password=secret, alias="C"),
        ),
        "self_signed_tls_client_auth": (
            {
                "client_certificate": files["c.crt"],
                "client_key": files["c.key"],
                "client_key_password": SECRET,
                "authentication_method": "self_signed_tls_client_auth",
            },
            tls(files["c.crt"], files["c.key"], "self_signed_tls_client_auth", password=secret),
        ),
        "none": ({"authentication_method": "none"}, Public()),
    }
    exchange = {
        "client_secret": SECRET,
        "subject_token_file": files["jwt"],
        "subject_token_type": "jwt",
        "subject_token_subject": "ann",
        "actor_token_file": files["other"],
        "actor_token_type": "id_token",
        "actor_token_subject": "bob",
        "requested_token_type": "access_token",
        "audience": "zeebe-api",
        "scope": "one two",
        "resource": "urn:one urn:two",
        "request_format": "json",
        "revocation_url": "https://login.example/revoke",
    }
    meant = {
        name: ClientCredentials(
            client_id="c", authentication=authentication, token_url="https://login.example/token"
        )
        for name, (_, authentication) in ways.items()
    }
    meant["token exchange"] = replace(
        meant["client_secret_post"],
        subject_token=SubjectToken(files["jwt"], "jwt", "ann"),
        actor_token=ActorToken(files["other"], "id_token", "bob"),
        requested_token_type="access_token",
        audience="zeebe-api",
        scopes=("one", "two"),
        resources=("urn:one", "urn:two"),
        request_format="json",
        revocation_url="https://login.example/revoke",
    )
    given = {name: fields for name, (fields, _) in ways.items()} | {"token exchange": exchange}
    common = {"client_id": "c", "token_url": "https://login.example/token"}
    return {
        name: ({**common, **{each: str(text) for each, text in fields.items()}}, meant[name])
        for name, fields in given.items()
    }


WAYS = [
    "client_secret_post", "client_secret_basic", "client_secret_jwt", "private_key_jwt",
    "assertion_file", "tls_client_auth", "self_signed_tls_client_auth", "none", "token exchange",
]  # fmt: skip


def _environment(fields, _credentials, _folder):
    return EnvSource({ENVIRONMENT_NAMES[name][0]: text for name, text in fields.items()})


def _config_file(fields, _credentials, folder):
    lines = [f"{name} = {json.dumps(text)}" for name, text in fields.items()]
    path = folder / "config.toml"
    path.write_text("\n".join(["[profiles.p]", *lines]), encoding="utf-8")
    path.chmod(0o600)
    return ConfigFileSource("p", path)


def _secrets_directory(fields, _credentials, folder):
    for name, text in fields.items():
        # A file that is named like a path's field would be used itself.
        file = ENVIRONMENT_NAMES[name][0] if name in PATH_FIELDS else name.replace("_", "-")
        (folder / file).write_text(text, encoding="utf-8")
    return SecretsDirectorySource(folder)


def _command(fields, _credentials, folder):
    (folder / "out.json").write_text(json.dumps(fields), encoding="utf-8")
    code = f"print(open({str(folder / 'out.json')!r}, encoding='utf-8').read())"
    return CommandSource([sys.executable, "-c", code])


def _keychain(_fields, credentials, _folder):
    keep_login("p", credentials, {})
    return KeyringSource("p")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "place", [_environment, _config_file, _secrets_directory, _command, _keychain]
)
def test_each_way_can_be_chosen_in_each_place(folder, tmp_path, way, place):
    """The same fields mean the same credentials in every source."""
    fields, meant = _ways(folder)[way]
    loaded = place(fields, meant, tmp_path).load()
    assert replace(loaded, origin="code") == meant


@pytest.mark.parametrize("field", sorted({*IDENTITY_FIELDS, "client_certificate", "proxy"}))
def test_each_field_has_an_option_of_login(field):
    """Secrets are excepted, which are prompted for or read from stdin; a proxy seldom has a
    password."""
    assert (field in LOGIN_OPTIONS) is (field not in SECRET_FIELDS or field == "proxy")
