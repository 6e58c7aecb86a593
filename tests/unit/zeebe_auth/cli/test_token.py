"""`zeebe-auth token` where no endpoint is needed."""

from __future__ import annotations

import json

import pytest

from zeebe_auth import AccessToken, FileStore, Secret, TokenKey
from zeebe_auth.cli.main import main


def test_a_stored_token_is_printed_alone(kept, tmp_path, capsys) -> None:
    """The output is the token and a newline, so that $(…) can be used."""
    token = AccessToken(Secret("t0ken"), issued_at=1.0, expires_at=1e11)
    FileStore(tmp_path / "tokens").save(TokenKey.of(kept), token)
    assert main(["token"]) == 0
    assert capsys.readouterr() == ("t0ken\n", "")


def test_json_names_type_and_expiry(kept, tmp_path, capsys) -> None:
    """JSON output has the names of RFC 6749 and the expiry in epoch seconds."""
    token = AccessToken(Secret("t0ken"), issued_at=1.0, expires_at=1e11, scope="zeebe")
    FileStore(tmp_path / "tokens").save(TokenKey.of(kept), token)
    assert main(["token", "--output", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document.pop("expires_in") > 0
    assert document == {
        "access_token": "t0ken",
        "token_type": "Bearer",
        "expires_at": 1e11,
        "scope": "zeebe",
    }


@pytest.mark.parametrize("option", [[], ["--fresh"]])
def test_a_ready_token_is_printed_as_it_is(option, monkeypatch, capsys) -> None:
    """A token from CAMUNDA_OAUTH_TOKEN needs no endpoint, and --fresh can't get another."""
    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "BEARER")
    monkeypatch.setenv("CAMUNDA_OAUTH_TOKEN", "ready")
    assert main(["token", *option]) == 0
    assert capsys.readouterr() == ("ready\n", "")


def test_basic_authentication_is_told_from_a_bearer_token(monkeypatch, capsys) -> None:
    """The header to use, "Authorization: Basic …", is shown on stderr."""
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_USERNAME", "user")
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_PASSWORD", "password")
    assert main(["token"]) == 0
    out, err = capsys.readouterr()
    assert out == "dXNlcjpwYXNzd29yZA==\n"
    assert '"Authorization: Basic …"' in err
    assert main(["token", "--output", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["token_type"], document["expires_in"]) == ("Basic", None)


def test_no_authorization_has_no_token(monkeypatch, capsys) -> None:
    """With strategy NONE there is nothing to print, and the error says so."""
    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "NONE")
    assert main(["token"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "NONE" in err


def test_a_conflicting_environment_is_refused_by_name(monkeypatch, capsys) -> None:
    """Two names of one thing that disagree are named, their values aren't."""
    monkeypatch.setenv("CAMUNDA_CLIENT_SECRET", "one-s3cr3t")
    monkeypatch.setenv("ZEEBE_CLIENT_SECRET", "other-s3cr3t")
    assert main(["token"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "CAMUNDA_CLIENT_SECRET and ZEEBE_CLIENT_SECRET" in err
    assert "s3cr3t" not in err


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("this is no TOML", "not TOML"),
        ("[profiles.other]\nclient_id = 'x'", "other"),
        (None, "no config file"),
    ],
)
def test_a_config_file_that_can_not_be_used_is_named(
    text, word, monkeypatch, tmp_path, capsys
) -> None:
    """A config file that is missing, broken or without the profile ends with 2 and its path."""
    path = tmp_path / "own.toml"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    assert main(["token", "--profile", "prod"]) == 2
    err = capsys.readouterr().err
    assert str(path) in err
    assert word in err
    assert "Traceback" not in err
