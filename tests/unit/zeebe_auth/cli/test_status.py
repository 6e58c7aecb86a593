"""`zeebe-auth status`: the report, and the exit code of what stands in the way."""

from __future__ import annotations

import io
import json
import warnings

import pytest
from keyring.errors import KeyringLocked

from zeebe_auth import AccessToken, FileStore, Secret, TokenKey
from zeebe_auth.cli.main import main


def test_a_usable_identity_ends_with_0(kept, tmp_path, capsys) -> None:
    """The report names identity, origin, endpoint, store and token state, and no secret."""
    token = AccessToken(Secret("t0ken-value"), issued_at=1.0, expires_at=1e11)
    FileStore(tmp_path / "tokens").save(TokenKey.of(kept), token)
    assert main(["status"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for part in ("client-1", "keychain profile default", kept.token_url, "FileStore", "usable"):
        assert part in out
    assert "s3cr3t" not in out
    assert "t0ken-value" not in out


def test_the_directory_of_tokens_is_told(kept, monkeypatch, capsys) -> None:
    """Whoever looks for the kept tokens is told where they lie, also in the default place."""
    monkeypatch.delenv("CAMUNDA_TOKEN_CACHE_DIR")
    assert main(["status", "--output", "json"]) == 0
    assert str(FileStore().directory) in json.loads(capsys.readouterr().out)["store"]


def test_json_is_the_explanation(kept, capsys) -> None:
    """Programs get the same as one JSON object."""
    assert main(["status", "--output", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["identity"] == TokenKey.of(kept).label
    assert document["token_state"] == "none"
    assert document["problem"] is None
    assert [each["outcome"] for each in document["findings"]] == [
        "passed over",
        "passed over",
        "chosen",
    ]


def test_nothing_configured_says_what_can_be_done(capsys) -> None:
    """A new user is shown the three ways to give credentials, and the code is 2."""
    assert main(["status"]) == 2
    out = capsys.readouterr().out
    for part in ("zeebe-auth login", "CAMUNDA_CLIENT_ID", "[profiles.default]", "config.toml"):
        assert part in out


def test_a_partial_environment_is_a_problem_told_once(monkeypatch, capsys) -> None:
    """What is missing is named once, with exit code 2 and no secret."""
    monkeypatch.setenv("CAMUNDA_CLIENT_SECRET", "s3cr3t")
    assert main(["status", "--output", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert "CAMUNDA_CLIENT_ID" in document["problem"]
    assert document["problem"] not in {each["reason"] for each in document["findings"]}
    assert "s3cr3t" not in json.dumps(document)


def test_a_named_profile_says_what_it_ignored(kept, monkeypatch, capsys) -> None:
    """A named profile is whole: the environment's variables are listed as ignored."""
    monkeypatch.setenv("CAMUNDA_CLIENT_ID", "somebody-else")
    assert main(["status", "--profile", "default"]) == 0
    out = capsys.readouterr().out
    assert "ignored" in out
    assert "CAMUNDA_CLIENT_ID" in out
    assert "somebody-else" not in out


def test_a_locked_keychain_behind_a_reference_ends_with_1(
    keychain, monkeypatch, tmp_path, capsys
) -> None:
    """The exit code follows the error of the source, here that of the keychain."""
    path = tmp_path / "own.toml"
    path.write_text(
        '[profiles.default]\nclient_id = "x"\ntoken_url = "https://login.example"\n'
        'client_secret = { keyring = "prod" }\n'
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    keychain.error = KeyringLocked()
    assert main(["status"]) == 1
    assert "locked" in capsys.readouterr().out


def test_an_exposed_secret_is_one_warning_line(monkeypatch, tmp_path, capsys) -> None:
    """A config file that everybody may read is used, with one line on stderr that says so."""
    path = tmp_path / "own.toml"
    path.write_text(
        '[profiles.default]\nclient_id = "x"\ntoken_url = "https://login.example"\n'
        'client_secret = "s3cr3t"\n'
    )
    path.chmod(0o644)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["status"]) == 0
    out, err = capsys.readouterr()
    assert err.startswith(f"zeebe-auth: warning: The config file {path}")
    assert err.count("\n") == 1
    assert "s3cr3t" not in out + err


def test_an_unknown_store_is_a_problem(kept, monkeypatch, capsys) -> None:
    """A store that can't be made is reported with what was found until then."""
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "no-such-store")
    assert main(["status"]) == 2
    out = capsys.readouterr().out
    assert "no-such-store" in out
    assert "keychain profile default" in out


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"CAMUNDA_AUTH_STRATEGY": "NONE"}, "No authorization is sent"),
        (
            {"CAMUNDA_BASIC_AUTH_USERNAME": "u", "CAMUNDA_BASIC_AUTH_PASSWORD": "p4ss"},
            "A ready Basic token",
        ),
    ],
)
def test_other_strategies_are_told_too(variables, word, monkeypatch, capsys) -> None:
    """NONE and Basic need no OAuth identity: nothing stands in the way."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert word in out
    assert "p4ss" not in out


def test_the_user_of_basic_authentication_is_the_identity(monkeypatch, capsys) -> None:
    """The report says who it is that authenticates, as it does for an OAuth client."""
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_USERNAME", "demo")
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_PASSWORD", "p4ss")
    assert main(["status"]) == 0
    assert "identity     demo (Basic authentication)\n" in capsys.readouterr().out


def test_the_report_prints_in_any_encoding(monkeypatch, tmp_path) -> None:
    """A name that the terminal's encoding can't show is written in escapes, not a traceback."""
    path = tmp_path / "own.toml"
    path.write_text('default_profile = "größe→"\n', encoding="utf-8")
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["status"]) == 2
    assert b"gr\\xf6\\xdfe\\u2192" in raw.getvalue()
