"""A file or a program that can't be used: the message begins with where it was configured."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

IDENTITY = {
    "CAMUNDA_CLIENT_ID": "me",
    "CAMUNDA_OAUTH_URL": "https://localhost:1/token",
    "ZEEBE_AUTH_STORE": "memory",
}
SECRET = {"CAMUNDA_CLIENT_SECRET": "s3cr3t"}


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("CAMUNDA_CA_CERTIFICATE_PATH", SECRET),
        ("ZEEBE_CA_CERTIFICATE_PATH", SECRET),
        ("ZEEBE_AUTH_TOKEN_CA_CERTIFICATE", SECRET),
        ("ZEEBE_AUTH_SUBJECT_TOKEN_FILE", SECRET),
        ("ZEEBE_AUTH_PRIVATE_KEY_FILE", {}),
        ("CAMUNDA_CLIENT_ASSERTION_KEYSTORE_PATH", {}),
        ("ZEEBE_AUTH_ASSERTION_FILE", {}),
        ("CAMUNDA_MTLS_CERT_PATH", {"ZEEBE_AUTH_AUTHENTICATION_METHOD": "tls_client_auth"}),
    ],
)
@pytest.mark.parametrize("path", ["nowhere/file.pem", "/nowhere/file.pem"])
def test_the_variable_is_named(monkeypatch, told, tmp_path, name, more, path):
    """This holds for a missing file, by an absolute or a relative path."""
    monkeypatch.chdir(tmp_path)
    for variable, text in {**IDENTITY, **more, name: path}.items():
        monkeypatch.setenv(variable, text)
    err = told("token")
    assert err.startswith(f"zeebe-auth: {name} in the environment: The ")
    assert path in err


def test_an_unusable_file_s_variable_is_named(monkeypatch, told, tmp_path):
    """This holds for an existing file with the wrong content."""
    file = tmp_path / "key.pem"
    file.write_text("nothing")
    for variable, text in {**IDENTITY, "ZEEBE_AUTH_PRIVATE_KEY_FILE": str(file)}.items():
        monkeypatch.setenv(variable, text)
    err = told("token")
    assert err.startswith("zeebe-auth: ZEEBE_AUTH_PRIVATE_KEY_FILE in the environment: The ")


PROFILE = '[profiles.a]\nclient_id = "me"\ntoken_url = "https://localhost:1/token"\n'


@pytest.fixture
def profile(monkeypatch, tmp_path):
    file = tmp_path / "config.toml"
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(file))
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "memory")

    def write(text: str) -> Path:
        file.write_text(text)
        file.chmod(0o600)
        return file

    return write


@pytest.mark.parametrize(
    ("key", "more"),
    [
        ("private_key_file", ""),
        ("ca_certificate", 'client_secret = "s3cr3t"\n'),
        ("token_ca_certificate", 'client_secret = "s3cr3t"\n'),
    ],
)
def test_the_key_of_the_profile_is_named(profile, told, key, more):
    """The message has the key, the profile and its file."""
    file = profile(f'{PROFILE}{more}{key} = "nowhere.pem"\n')
    err = told("token", "--profile", "a")
    assert err.startswith(f"zeebe-auth: {key} in the profile a in {file}: The ")


@pytest.mark.parametrize(
    "source",
    [
        'use = "env-file", path = "nowhere.env"',
        'use = "secrets-directory", path = "nowhere"',
        'use = "command", argv = ["no-such-program"]',
    ],
)
def test_the_source_of_the_profile_is_named(profile, told, source):
    """The profile's source of all fields is missing."""
    file = profile(f"[profiles.a]\nsource = {{ {source} }}\n")
    err = told("token", "--profile", "a")
    assert err.startswith(f"zeebe-auth: source in the profile a in {file}: The")


def test_a_source_s_own_name_of_a_file_is_kept(profile, told, tmp_path):
    """The message names the variable of the env file that the profile reads."""
    profile('[profiles.a]\nsource = { use = "env-file", path = "console.env" }\n')
    (tmp_path / "console.env").write_text(
        "export ZEEBE_CLIENT_ID=me\nexport ZEEBE_CLIENT_SECRET=s3cr3t\n"
        "export ZEEBE_AUTHORIZATION_SERVER_URL=https://localhost:1/token\n"
        "export ZEEBE_CA_CERTIFICATE_PATH=/nowhere.pem\n"
    )
    err = told("token", "--profile", "a")
    named = f"ZEEBE_CA_CERTIFICATE_PATH in the env file {tmp_path}{os.sep}console.env"
    assert err.startswith(f"zeebe-auth: {named}: The ")


def test_a_helper_program_that_fails_is_told_with_its_key(profile, told):
    """The message says which secret of which profile it is for, its exit code, and how to see its
    stderr."""
    program = f'["{sys.executable}", "-c", "import sys; sys.exit(\'s3cr3t on stderr\')"]'
    file = profile(f"{PROFILE}client_secret = {{ command = {program} }}\n")
    err = told("token", "--profile", "a")
    assert err.startswith(f"zeebe-auth: client_secret in the profile a in {file}: The helper ")
    assert "failed with exit code 1" in err
    assert "stderr" in err


def test_the_option_is_named(kept, told, monkeypatch):
    """The message names the option of a login whose file is missing."""
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("s3cr3t\n"))
    err = told(
        *("login", "--client-id", "me", "--token-url", "https://localhost:1/token"),
        *("--ca-certificate", "/nowhere.pem", "--secret-stdin", "--replace"),
    )
    assert "zeebe-auth: --ca-certificate in the options and answers: The CA certificate" in err
