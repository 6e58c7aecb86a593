"""A profile of the config file whose tokens a program prints."""

from __future__ import annotations

import json
import sys

import pytest

from zeebe_auth import (
    ConfigurationError,
    FetchingCredentialsProvider,
    FileStore,
    default_provider,
    load_profile,
)
from zeebe_auth.cli.main import main

COUNTING = (
    "import pathlib, sys; file = pathlib.Path(sys.argv[1]);"
    "number = len(file.read_text()) if file.exists() else 0;"
    "file.write_text('x' * (number + 1)); print(f't0ken-{number}')"
)


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Write a config file with one profile, whose tokens come from a program that counts."""
    for name in ("ZEEBE_AUTH_PROFILE", "ZEEBE_AUTH_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("CAMUNDA_TOKEN_CACHE_DIR", str(tmp_path / "tokens"))

    def write(body: str | None = None) -> None:
        command = json.dumps([sys.executable, "-c", COUNTING, str(tmp_path / "count")])
        usual = f'address = "orders.example:443"\ntoken = {{ command = {command} }}\n'
        (tmp_path / "config.toml").write_text(f"[profiles.orders]\n{body or usual}")

    return write


def test_it_is_a_fetching_provider_in_memory(config, tmp_path):
    """Settings are carried as for every profile. Another process runs the program itself: whose
    tokens it prints may depend on more than its arguments."""
    config()
    profile = load_profile("orders")
    assert profile.settings == {"address": "orders.example:443"}
    assert profile.source is None
    with default_provider(profile) as provider:
        assert type(provider) is FetchingCredentialsProvider
        assert provider.get_token() is provider.get_token()
        assert provider.get_token().value.reveal() == "t0ken-0"
    with default_provider("orders") as provider:
        assert provider.get_token().value.reveal() == "t0ken-1"
    assert not (tmp_path / "tokens").exists()


def test_a_store_that_the_profile_names_shares_them(config, tmp_path, capsys):
    """Then the program is run once; --fresh runs it again, and logout forgets the token."""
    config()
    with (tmp_path / "config.toml").open("a") as file:
        file.write(f"store = {{ use = 'file', directory = '{tmp_path / 'tokens'}' }}\n")
    assert main(["token", "-p", "orders"]) == main(["token", "-p", "orders"]) == 0
    assert capsys.readouterr().out.split() == ["t0ken-0", "t0ken-0"]
    assert main(["token", "-p", "orders", "--fresh"]) == 0
    assert capsys.readouterr().out.split() == ["t0ken-1"]
    assert main(["logout", "-p", "orders"]) == 0
    assert FileStore(tmp_path / "tokens").load(load_profile("orders").fetcher.identity()) is None


def test_the_command_lines_know_it(config, capsys):
    """Token prints one, and status whose it is."""
    config()
    assert main(["token", "-p", "orders"]) == 0
    assert capsys.readouterr().out.split() == ["t0ken-0"]
    assert main(["status", "-p", "orders", "-o", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["client"] == f"the program {sys.executable}"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('token = "s3cr3t"', "must be a table with the command that prints a token"),
        ("token = 5", "must be a table with the command"),
        ('token = { use = "x" }', "must be a table with the command"),
        (
            'token = { command = ["x"], fromat = "json" }',
            'has the key "fromat", which',
        ),
        ('token = { command = ["x"], format = "yaml" }', "'yaml', which is none of the known"),
        ('token = { command = "x s3cr3t" }', "must be a list of strings"),
        ('token = { command = ["x", 5] }', "is a list of strings"),
        ('token = { command = ["x"] }\nclient_id = "me"', "a token command and client_id beside"),
        ('token = { command = ["x"] }\nsource = "keyring"', "a token command and source beside"),
        ('token = { command = ["x"] }\nauth_strategy = "none"', "and auth_strategy beside it"),
    ],
    ids=range(10),
)
def test_mistakes(config, body, says):
    """The error names the profile and what to write, and quotes no value that may be secret."""
    config(body)
    with pytest.raises(ConfigurationError, match=says) as caught:
        load_profile("orders")
    assert "profile orders in" in caught.value.message
    assert "s3cr3t" not in caught.value.message
