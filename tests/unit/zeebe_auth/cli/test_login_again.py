"""`zeebe-auth login` after a wrong answer, for a secret alone, and without a keychain."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from keyring.errors import NoKeyringError

from zeebe_auth import (
    AccessToken,
    OAuthCredentialsProvider,
    TokenKey,
    default_provider,
    load_profile,
)
from zeebe_auth.cli import logout
from zeebe_auth.cli.main import main
from zeebe_auth.configuration.login_files import login_file, secret_file
from zeebe_auth.errors import InvalidClientError, TokenEndpointUnreachable
from zeebe_auth.profiles.default_store import default_store

TOKEN = AccessToken("t0ken", issued_at=1.0, expires_at=1e11)
OPTIONS = ["--client-id", "client-1", "--token-url", "https://login.example/oauth/token"]
REFUSED = InvalidClientError("The server refused the client 'client-1'. Check the secret.")
AWAY = TokenEndpointUnreachable("There is no host login.example.")


@pytest.fixture
def requests(monkeypatch):
    """What each token request gets, in order; at the end, a token. It lists the clients."""
    answers, asked = [], []

    def fetch_token(provider, *, timeout=None):
        asked.append(provider)
        answer = answers.pop(0) if answers else TOKEN
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(OAuthCredentialsProvider, "fetch_token", fetch_token)
    return answers, asked


@pytest.fixture
def typed(monkeypatch, terminal):
    """Answer questions and, in turn, type secrets; it returns the questions."""

    def typed(*answers, secrets=("s3cr3t",)):
        terminal(*answers)
        left = list(secrets)
        monkeypatch.setattr("getpass.getpass", lambda *_: left.pop(0))
        return left

    return typed


@pytest.fixture
def config(monkeypatch, tmp_path):
    """Write the config file."""

    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text)
        monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
        return path

    return write


def test_a_wrong_secret_is_asked_for_again(typed, requests, keychain, capsys) -> None:
    """The only question is for the secret; the server's message comes first."""
    answers, asked = requests
    answers.append(REFUSED)
    left = typed("zeebe.example:443", "client-1", "https://login.example/t", "", secrets=["a", "b"])
    assert main(["login"]) == 0
    assert not left
    assert json.loads(keychain.entries["zeebe-auth:default", "credentials"])["client_secret"] == "b"
    err = capsys.readouterr().err
    assert err.count("refused the client") == 1
    assert err.count("Client id: ") == 1
    assert len(asked) == 2


def test_a_wrong_url_is_asked_for_again(typed, requests, keychain) -> None:
    """The only question is for the address."""
    answers, _ = requests
    answers.append(AWAY)
    typed("", "client-1", "https://login.exampel/t", "", "https://login.example/t")
    assert main(["login"]) == 0
    kept = json.loads(keychain.entries["zeebe-auth:default", "credentials"])
    assert kept["token_url"] == "https://login.example/t"


def test_three_wrong_answers_are_enough(typed, requests, keychain, capsys) -> None:
    """Nothing is stored, and the error doesn't advise another login."""
    requests[0].extend([REFUSED] * 3)
    typed("", "client-1", "https://login.example/t", "", secrets=["a", "b", "c"])
    assert main(["login"]) == 3
    err = capsys.readouterr().err
    assert "nothing was stored" in err
    assert "zeebe-auth login" not in err
    assert not keychain.entries


def test_what_was_given_as_an_option_is_not_asked_for(typed, requests) -> None:
    """An option can be corrected in the command."""
    requests[0].append(AWAY)
    left = typed("", "", secrets=["a", "b"])
    assert main(["login", *OPTIONS]) == 4
    assert left == ["b"]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (["bad address", "zeebe.example:443", "c", "https://l.example/t", ""], "no host name"),
        (["", "c", "login.example", "https://l.example/t", ""], "not an absolute https:// URL"),
        (["", "c", "", "x", "https://l.example", ""], "The issuer is not an absolute"),
    ],
)
def test_an_answer_of_the_wrong_form_is_asked_for_again(
    typed, requests, keychain, capsys, answers, told
) -> None:
    """The question is repeated at once, before anything is requested."""
    typed(*answers)
    assert main(["login"]) == 0
    assert told in capsys.readouterr().err
    assert len(requests[1]) == 1


def test_the_secret_alone_for_a_profile_of_the_config_file(
    typed, requests, keychain, config, capsys
) -> None:
    """The file has the other fields; the reference finds what is stored."""
    config(
        "[profiles.prod]\nclient_id = 'c'\ntoken_url = 'https://login.example/t'\n"
        "client_secret = { keyring = 'prod' }\n"
    )
    left = typed(secrets=["wrong", "s3cr3t"])
    requests[0].append(REFUSED)
    assert main(["login", "-p", "prod"]) == 0
    assert not left
    assert keychain.entries == {("zeebe-auth:prod", "client_secret"): "s3cr3t"}
    credentials = load_profile("prod").source.load()
    assert credentials.authentication.secret.reveal() == "s3cr3t"
    assert "Client id" not in capsys.readouterr().err
    assert main(["logout", "-p", "prod"]) == 0
    assert not keychain.entries
    assert 'The client secret of the profile "prod" was removed.' in capsys.readouterr().err


def test_a_profile_without_a_reference_is_told_its_line(stdin, requests, keychain, config, capsys):
    """The output has the line to write, since the config file itself is not changed."""
    path = config("[profiles.prod]\nclient_id = 'c'\ntoken_url = 'https://login.example/t'\n")
    before = path.read_text()
    stdin("s3cr3t")
    assert main(["login", "-p", "prod", "--secret-stdin"]) == 0
    line = 'client_secret = { keyring = "prod" }'
    told = f"Let [profiles.prod] in the config file have this line:\n{line}\n"
    assert told in capsys.readouterr().err
    assert path.read_text() == before
    path.write_text(f"{before}{line}\n")
    assert load_profile("prod").source.load().authentication.secret.reveal() == "s3cr3t"


@pytest.mark.parametrize("before", ["", "client_secret = { keyring = 'other' }\n"])
def test_the_secret_alone_in_a_file(stdin, requests, keychain, config, capsys, before):
    """Its line is told; with it in the config file the next login replaces the secret alone."""
    keychain.error = NoKeyringError("none")
    table = "[profiles.'my.prod']\nclient_id = 'c'\ntoken_url = 'https://login.example/t'\n"
    path = config(table + before)
    login = ["login", "-p", "my.prod", "--secret-stdin", "--store", "file"]
    stdin("s3cr3t")
    assert main(login) == 0
    told = capsys.readouterr().err
    kept = secret_file("my.prod")
    line = f'client_secret = {{ file = "{kept}" }}'
    assert f'Let [profiles."my.prod"] in the config file have this line:\n{line}\n' in told
    assert "in plain text" in told
    assert kept.read_text() == "s3cr3t"
    if os.name == "posix":
        assert kept.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == table + before
    path.write_text(f"{table}{line}\n")
    for secret in ("s3cr3t", "another"):
        if secret == "another":
            stdin(secret)
            assert main(login) == 0
            assert "Next: zeebe-auth status --profile my.prod" in capsys.readouterr().err
        source = load_profile("my.prod").source
        assert source.load().authentication.secret.reveal() == secret
    assert main(["logout", "-p", "my.prod"]) == 0
    assert not kept.exists()


def test_a_secret_alone_that_can_not_be_taken_in(stdin, config, capsys):
    """The error says what to do."""
    config(
        "[profiles.prod]\nclient_id = 'c'\ntoken_url = 'https://login.example/t'\n"
        "client_secret = { keyring = 'prod' }\n"
    )
    stdin("")
    assert main(["login", "-p", "prod"]) == 2
    assert "Nobody can be asked here" in capsys.readouterr().err


def test_a_whole_login_of_that_name_is_replaced_as_a_whole(
    typed, requests, keychain, config
) -> None:
    """The reference finds the login's secret first, so a separate secret would not be read."""
    config(
        "[profiles.prod]\nclient_id = 'c'\ntoken_url = 'https://login.example/t'\n"
        "client_secret = { keyring = 'prod' }\n"
    )
    for secret in ("first", "second"):
        typed("", secrets=[secret])
        assert main(["login", "-p", "prod", "--address", "zeebe.example:443", *OPTIONS]) == 0
        assert load_profile("prod").source.load().authentication.secret.reveal() == secret
    typed("", "client-1", "https://login.example/t", "", "y", secrets=["third"])
    assert main(["login", "-p", "prod"]) == 0
    assert load_profile("prod").source.load().authentication.secret.reveal() == "third"


def test_without_a_keychain_nobody_is_asked_for_a_secret_alone(
    typed, keychain, config, capsys
) -> None:
    """Nothing is requested either."""
    config("[profiles.prod]\nclient_id = 'c'\ntoken_url = 'https://login.example/t'\n")
    keychain.error = NoKeyringError("none")
    left = typed(secrets=["s3cr3t"])
    assert main(["login", "-p", "prod"]) == 1
    assert left
    told = capsys.readouterr().err
    assert "The OS keychain can't be opened here" in told
    assert "with --store file" in told


def test_a_login_in_a_file(stdin, requests, keychain, capsys) -> None:
    """Without a keychain the file is readable for its owner alone, found without options, listed,
    and removed."""
    keychain.error = NoKeyringError("none")
    stdin("s3cr3t")
    assert main(["login", "--secret-stdin", *OPTIONS]) == 1
    assert "--store file" in capsys.readouterr().err

    stdin("s3cr3t")
    assert main(["login", "--secret-stdin", "--store", "file", *OPTIONS]) == 0
    path = login_file("default")
    told = capsys.readouterr().err
    assert str(path) in told
    assert "plain text" in told
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    profile = load_profile()
    assert profile.origin == f"login file {path}"
    with default_provider() as provider:
        assert provider.get_token() == TOKEN

    assert main(["profiles"]) == 0
    assert "login file" in capsys.readouterr().out
    path.chmod(0o644)
    assert main(["status"]) == 1
    assert "open to other users" in capsys.readouterr().out
    path.chmod(0o600)
    assert main(["logout"]) == 0
    assert not path.exists()


def test_a_login_is_in_one_place_alone(stdin, requests, keychain) -> None:
    """A login in the keychain removes one in a file, and vice versa."""
    for place, entries in (("keychain", 1), ("file", 0), ("keychain", 1)):
        stdin("s3cr3t")
        assert main(["login", "--secret-stdin", "--store", place, *OPTIONS]) == 0
        kept = [key for key in keychain.entries if key[1] == "credentials"]
        assert len(kept) == entries
        assert login_file("default").exists() is (not entries)


def test_names_of_login_files_are_names_of_profiles(stdin, requests, keychain, capsys) -> None:
    """Any characters are possible, and a file that is being written isn't listed."""
    for name in ("a/b", "..", "ä b"):
        stdin("s3cr3t")
        arguments = ["login", "-p", name, "--secret-stdin", "--store", "file", *OPTIONS]
        assert main(arguments) == 0
    folder = login_file("x").parent
    (folder / ".x.json.1").write_text("")
    assert {each.parent for each in folder.rglob("*.json")} == {folder}
    capsys.readouterr()
    assert main(["profiles", "-o", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)["profiles"]
    assert {each["name"] for each in listed} == {"a/b", "..", "ä b"}


@pytest.mark.parametrize("place", ["environment", "keychain", "no keychain"])
def test_logout_of_a_profile_of_the_config_file_removes_its_tokens(
    monkeypatch, keychain, config, capsys, place
) -> None:
    """It also removes the secret, if that is in the keychain; the file is unchanged."""
    reference = "{ keyring = 'prod' }" if place == "keychain" else "{ env = 'SECRET_OF_TEST' }"
    path = config(
        "[profiles.prod]\nclient_id = 'c'\ntoken_url = 'https://login.example/t'\n"
        f"client_secret = {reference}\n"
    )
    before = path.read_text()
    monkeypatch.setenv("SECRET_OF_TEST", "s")
    keychain.entries["zeebe-auth:prod", "client_secret"] = "s"
    if place == "no keychain":
        keychain.error = NoKeyringError("none")
    profile = load_profile("prod")
    store, key = default_store(profile), TokenKey.of(profile.source.load())
    store.save(key, TOKEN)
    monkeypatch.setattr(logout, "_revoke", lambda *_: None)
    assert main(["logout", "-p", "prod"]) == 0
    assert store.load(key) is None
    assert path.read_text() == before
    told = capsys.readouterr().err
    assert "is unchanged" in told
    assert "Its stored tokens were removed" in told
    assert bool(keychain.entries) is (place == "no keychain")


def test_logout_of_a_profile_that_can_not_be_read_says_so(config, capsys, keychain) -> None:
    """Its tokens can't be found without the profile."""
    config(
        "[profiles.prod]\nclient_id = 'c'\ntoken_url = 'https://login.example/t'\n"
        "client_secret = { env = 'NOT_SET_ANYWHERE' }\n"
    )
    assert main(["logout", "-p", "prod"]) == 2
    told = capsys.readouterr().err
    assert "Its tokens were not removed" in told
    assert "NOT_SET_ANYWHERE" in told


def test_logout_without_a_keychain_says_so(keychain, capsys) -> None:
    """If no config file has the profile, there is no other place to look."""
    keychain.error = NoKeyringError("none")
    assert main(["logout", "-p", "prod"]) == 1
    assert "The OS keychain can't be opened here" in capsys.readouterr().err
