"""`zeebe-auth profiles`: every profile that can be found, without a secret."""

from __future__ import annotations

import json

import pytest
from keyring.errors import KeyringLocked

from zeebe_auth import AccessToken, OAuthCredentialsProvider, Secret
from zeebe_auth.cli.main import main

TOKEN = AccessToken(Secret("t0ken"), issued_at=1.0, expires_at=1e11)
CONFIG = """\
default_profile = "prod"

[profiles.prod]
address = "prod.example:443"
client_id = "prod-client"
client_secret = { env = "NOWHERE" }
token_url = "https://login.example/token"

[profiles.test]
rest_address = "https://test.example"
source = "keyring"

[profiles.broken]
client_di = "x"

[profiles.basic]
auth_strategy = "basic"
username = "anna"
password = "s3cr3t"
address = "https://me:pw@basic.example"
"""


@pytest.fixture
def config(monkeypatch, tmp_path):
    """A config file with good and bad profiles."""
    path = tmp_path / "own.toml"
    path.write_text(CONFIG)
    path.chmod(0o600)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    return path


def listed(capsys) -> dict[str, dict[str, object]]:
    assert main(["profiles", "-o", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    return {each["name"]: each for each in document["profiles"]}


def test_the_config_files_profiles_are_listed(config, capsys) -> None:
    """Each is listed with its client and address; references are not resolved."""
    found = listed(capsys)
    assert found["prod"] == {
        "name": "prod",
        "origin": "config file",
        "client": "prod-client",
        "address": "prod.example:443",
        "default": True,
        "problem": None,
    }
    assert (found["test"]["client"], found["test"]["default"]) == ("(source keyring)", False)
    assert found["basic"]["client"] == "anna"


def test_a_broken_profile_keeps_no_other_from_the_list(config, capsys) -> None:
    """It is listed with its error."""
    found = listed(capsys)
    assert "client_di" in found["broken"]["problem"]
    assert len(found) == 4


def test_no_secret_is_shown(config, capsys) -> None:
    """This includes the password in an address."""
    assert main(["profiles"]) == 0
    out = capsys.readouterr().out
    assert "s3cr3t" not in out
    assert "pw@" not in out


def test_the_keychains_profiles_are_those_that_login_stored(
    stdin, monkeypatch, keychain, capsys
) -> None:
    """The keychain has no list of its own; logout removes the name."""
    monkeypatch.setattr(OAuthCredentialsProvider, "fetch_token", lambda *_, **__: TOKEN)
    options = ["--client-id", "me", "--token-url", "https://login.example/token"]
    for name in ("second", "first"):
        stdin("s3cr3t\n")
        assert main(["login", "-p", name, *options, "--secret-stdin"]) == 0
    capsys.readouterr()
    found = listed(capsys)
    assert list(found) == ["first", "second"]
    assert {each["origin"] for each in found.values()} == {"keychain"}
    for name in ("first", "second"):
        assert main(["logout", "-p", name]) == 0
    capsys.readouterr()
    assert listed(capsys) == {}
    assert keychain.entries == {}


def test_the_default_profile_of_the_keychain_needs_no_note(kept, capsys) -> None:
    """A login of an earlier version is found under that name, and under the config file's."""
    assert listed(capsys)["default"]["default"] is True


def test_a_keychain_that_is_locked_is_told(config, keychain, capsys) -> None:
    """The config file's profiles are listed all the same."""
    keychain.error = KeyringLocked()
    assert main(["profiles"]) == 0
    out, err = capsys.readouterr()
    assert "prod-client" in out
    assert "locked" in err
    assert err.startswith("zeebe-auth: note: ")


def test_nothing_is_told_as_such(capsys) -> None:
    """If there is no profile, the output says so and what to do."""
    assert main(["profiles"]) == 0
    assert "zeebe-auth login" in capsys.readouterr().out


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_it_fits_the_terminal(config, monkeypatch, capsys, columns) -> None:
    """It is a table, or has a line for each field."""
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["profiles"]) == 0
    lines = capsys.readouterr().out.splitlines()
    # A path that is longer stays whole.
    assert all(len(line) <= columns or len(line.split()) <= 2 for line in lines)
    assert any("prod.example:443" in line for line in lines)
