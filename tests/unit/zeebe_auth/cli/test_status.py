"""`zeebe-auth status`: the report, and the exit code of the problem it finds."""

from __future__ import annotations

import io
import json
import re
import warnings

import pytest
from keyring.errors import KeyringLocked

from zeebe_auth import AccessToken, FileStore, Secret, TokenKey
from zeebe_auth.cli.main import main
from zeebe_auth.configuration import document


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
    """The report has the directory of the stored tokens, also if it is the default."""
    monkeypatch.delenv("CAMUNDA_TOKEN_CACHE_DIR")
    assert main(["status", "--output", "json"]) == 0
    assert str(FileStore().directory) in json.loads(capsys.readouterr().out)["store"]


def test_json_has_fields(kept, capsys) -> None:
    """Programs get the same report as one JSON object."""
    assert main(["status", "--output", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["version"] == 2
    assert report["ok"] is True
    assert report["client"] == TokenKey.of(kept).label
    assert report["gateway"] == "zeebe.example:443"
    assert report["token"] == {"state": "none", "expires_at": None}
    assert report["cooldown"] is None
    assert report["unread_variables"] == []
    assert report["problem"] is None
    assert [each["outcome"] for each in report["findings"]] == [
        "passed over",
        "passed over",
        "chosen",
    ]


def test_nothing_configured_says_what_can_be_done(capsys) -> None:
    """The report shows a new user the three ways to give credentials, and the code is 2."""
    assert main(["status"]) == 2
    out = capsys.readouterr().out
    for part in ("zeebe-auth login", "CAMUNDA_CLIENT_ID", "[profiles.default]", "config.toml"):
        assert part in out


def test_a_partial_environment_is_a_problem_told_once(monkeypatch, capsys) -> None:
    """The missing field is named once, with exit code 2 and no secret."""
    monkeypatch.setenv("CAMUNDA_CLIENT_SECRET", "s3cr3t")
    assert main(["status", "--output", "json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert "CAMUNDA_CLIENT_ID" in report["problem"]
    assert report["problem"] not in {each["reason"] for each in report["findings"]}
    assert "s3cr3t" not in json.dumps(report)


def test_a_named_profile_says_what_it_ignored(kept, monkeypatch, capsys) -> None:
    """A named profile is used as a whole: the environment's variables are listed as ignored."""
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
    """A store that can't be made is reported with what was found before."""
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
    """NONE and Basic need no OAuth identity, so there is no problem."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert word in out
    assert "p4ss" not in out


def test_the_user_of_basic_authentication_is_the_identity(monkeypatch, capsys) -> None:
    """The report names the user, as it names an OAuth client."""
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_USERNAME", "demo")
    monkeypatch.setenv("CAMUNDA_BASIC_AUTH_PASSWORD", "p4ss")
    assert main(["status"]) == 0
    assert "client          demo (Basic authentication)\n" in capsys.readouterr().out


def test_the_report_prints_in_any_encoding(monkeypatch, tmp_path) -> None:
    """A name that the terminal's encoding can't show is escaped, and there is no traceback."""
    path = tmp_path / "own.toml"
    path.write_text('default_profile = "größe→"\n', encoding="utf-8")
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["status"]) == 2
    assert b"gr\\xf6\\xdfe\\u2192" in raw.getvalue()


def test_times_are_iso_8601(kept, tmp_path, capsys) -> None:
    """They are so in JSON; for people the report adds how long that is."""
    token = AccessToken(Secret("t0ken"), issued_at=1.0, expires_at=4102444800.0)
    FileStore(tmp_path / "tokens").save(TokenKey.of(kept), token)
    assert main(["status", "-o", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["token"] == {"state": "usable", "expires_at": "2100-01-01T00:00:00Z"}
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^token +expires in \d+ d \d+ h, (2100-01-01|2099-12-31) ", out, re.MULTILINE)


@pytest.mark.parametrize("seconds", [1e300, 1e15])
def test_a_time_that_no_calendar_has(kept, tmp_path, capsys, seconds) -> None:
    """A store may contain any number."""
    token = AccessToken(Secret("t0ken"), issued_at=1.0, expires_at=seconds)
    FileStore(tmp_path / "tokens").save(TokenKey.of(kept), token)
    assert main(["status"]) == 0
    assert main(["status", "-o", "json"]) == 0


def test_check_is_silent_where_all_is_well(kept, capsys) -> None:
    """--check prints nothing, since a script wants the exit code alone."""
    assert main(["status", "--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_tells_what_is_wrong(monkeypatch, capsys) -> None:
    """The problem is printed to stderr, with its exit code."""
    monkeypatch.setenv("CAMUNDA_CLIENT_SECRET", "s3cr3t")
    assert main(["status", "--check"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("zeebe-auth: No client id")


def test_a_pipe_in_the_place_of_the_config_file_is_waited_for_once(
    monkeypatch, tmp_path, capsys
) -> None:
    """It can be read once only, so the command waits once for it to be written."""
    asked = []
    read = document.read_config
    monkeypatch.setattr(document, "read_config", lambda path: asked.append(path) or read(path))
    path = tmp_path / "own.toml"
    path.write_text("[profiles.x\n")
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    assert main(["status"]) == 2
    assert len(asked) == 1
    assert "is not TOML" in capsys.readouterr().out


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_it_fits_the_terminal(kept, monkeypatch, capsys, columns) -> None:
    """Values are wrapped beside their labels; in a pipe nothing is wrapped."""
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= columns or len(line.split()) <= 3 for line in lines)
    monkeypatch.delenv("COLUMNS")
    assert main(["status"]) == 0
    assert any(len(line) > 80 for line in capsys.readouterr().out.splitlines())
