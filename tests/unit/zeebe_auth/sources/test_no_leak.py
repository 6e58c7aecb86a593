"""A source's error leaves no secret anywhere an error reporter looks."""

from __future__ import annotations

import sys

import pytest
from error_reports import everything_reachable

from zeebe_auth import (
    AuthError,
    CommandSource,
    ConfigFileSource,
    EnvFileSource,
    EnvSource,
    SecretsDirectorySource,
    default_provider,
    load_profile,
)
from zeebe_auth.keychain import access
from zeebe_auth.sources.keychain import KeyringSource

SECRET = "the-secret-that-must-not-leak"
OTHER = "another-secret-that-must-not-leak"
LINES = f"export ZEEBE_CLIENT_SECRET='{SECRET}'\nexport ZEEBE_CLIENT_ID='id'\n"
HEAD = '[profiles.default]\nclient_id = "id"\n'
LITERAL = HEAD + f'client_secret = "{SECRET}"\n'


def _leaves_no_secret(load) -> None:
    with pytest.raises(AuthError) as caught:
        load()
    reachable = everything_reachable(caught.value)
    assert SECRET not in reachable
    assert OTHER not in reachable


@pytest.mark.parametrize(
    "variables",
    [
        {"ZEEBE_CLIENT_SECRET": OTHER},
        {"CAMUNDA_OAUTH_URL": ""},
        {"CAMUNDA_CLIENT_ID": ""},
        {"CAMUNDA_BASIC_AUTH_USERNAME": "user", "CAMUNDA_BASIC_AUTH_PASSWORD": OTHER},
        {
            "CAMUNDA_AUTH_STRATEGY": "BASIC",
            "CAMUNDA_BASIC_AUTH_USERNAME": "a:b",
            "CAMUNDA_BASIC_AUTH_PASSWORD": OTHER,
        },
        {"CAMUNDA_AUTH_STRATEGY": "BEARER", "CAMUNDA_OAUTH_TOKEN": f"{SECRET} {OTHER}"},
        {"CAMUNDA_AUTH_STRATEGY": "KERBEROS"},
    ],
    ids=["conflict", "no-url", "no-id", "two-ways", "user-name", "token", "strategy"],
)
def test_environment(monkeypatch, variables):
    """This holds for unusable variables."""
    identity = {
        "CAMUNDA_CLIENT_ID": "id",
        "CAMUNDA_CLIENT_SECRET": SECRET,
        "CAMUNDA_OAUTH_URL": "https://login.example/token",
    }
    for name, text in {**identity, **variables}.items():
        monkeypatch.setenv(name, text)
    _leaves_no_secret(load_profile)
    if variables.get("CAMUNDA_AUTH_STRATEGY") != "BEARER":
        _leaves_no_secret(EnvSource().load)


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        LINES + "rm -rf /\n",
        f"export ZEEBE_CLIENT_SECRET={SECRET};x\n",
        f"export ZEEBE_CLIENT_SECRET=$({SECRET})\n",
        f"export ZEEBE_CLIENT_SECRET='{SECRET}\n",
        LINES + f"export CAMUNDA_CLIENT_SECRET='{OTHER}'\n",
        LINES + "\udcff",
    ],
    ids=["no-url", "command", "operator", "substitution", "open-quote", "conflict", "no-utf-8"],
)
def test_env_file(tmp_path, text):
    """This holds for an unusable env file."""
    path = tmp_path / "variables"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    _leaves_no_secret(EnvFileSource(path).load)


@pytest.mark.parametrize(
    "text",
    [
        LITERAL,
        LITERAL + "= no TOML",
        HEAD + f"client_secret = {SECRET}\n",
        LITERAL + 'clientid = "x"\n',
        LITERAL + "scope = 5\n",
        HEAD + f'client_secret = ["{SECRET}"]\n',
        HEAD + f'client_secret = {{ vault = "{SECRET}" }}\n',
        HEAD + f'private_key = "{SECRET}"\ntoken_url = "https://login.example/token"\n',
        LITERAL + f'username = "user"\npassword = "{OTHER}"\n',
        f'[profiles.default]\nsource = {{ use = "nothing", key = "{SECRET}" }}\n',
        LITERAL + f'token_url = "https://login.example/token"\nstore = {{ key = "{OTHER}" }}\n',
    ],
    ids=[
        "no-url", "no-toml", "no-quotes", "unknown-key", "number", "list", "unknown-reference",
        "no-pem", "two-ways", "no-source", "no-store",
    ],
)  # fmt: skip
def test_config_file(tmp_path, monkeypatch, text):
    """This holds for an unusable config file."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))

    def load():
        load_profile().source.load()
        raise AssertionError

    _leaves_no_secret(load)
    if "store" not in text:
        _leaves_no_secret(ConfigFileSource("default", path).load)


@pytest.mark.parametrize(
    "printed",
    [
        SECRET.encode(),
        SECRET.encode() + b"\xff",
        SECRET.encode() * 100_000,
        f'["{SECRET}"]'.encode(),
        f'{{"client_secret": "{SECRET}"}}'.encode(),
        f'{{"client_secret": ["{SECRET}"]}}'.encode(),
        f'{{"client_secret": "{SECRET}", "client_id": 5}}'.encode(),
    ],
    ids=["no-json", "no-utf-8", "large", "list", "no-id", "wrong-type", "wrong-id"],
)
def test_command(tmp_path, printed):
    """This holds for a program's unusable output."""
    path = tmp_path / "printed"
    path.write_bytes(printed)
    code = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    _leaves_no_secret(CommandSource([sys.executable, "-c", code, str(path)]).load)


@pytest.mark.parametrize(
    "files",
    [
        {"client_secret": SECRET},
        {"client_secret": SECRET, "ZEEBE_CLIENT_SECRET": OTHER},
        {"client_secret": SECRET + "\xff", "client_id": "id"},
    ],
    ids=["no-id", "conflict", "no-utf-8"],
)
def test_secrets_directory(tmp_path, files):
    """This holds for unusable mounted files."""
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode("latin-1"))
    _leaves_no_secret(SecretsDirectorySource(tmp_path).load)


@pytest.mark.parametrize("use", ["nothing", "file"])
def test_store(tmp_path, monkeypatch, use):
    """This holds for an unknown store, and for one that refuses the config file's arguments."""
    path = tmp_path / "config.toml"
    url = 'token_url = "https://login.example/token"\n'
    path.write_text(LITERAL + url + f'store = {{ use = "{use}", password = "{OTHER}" }}\n')
    path.chmod(0o600)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    _leaves_no_secret(default_provider)


@pytest.mark.parametrize("kept", [SECRET, f'{{"client_secret": "{SECRET}", "unknown": 1}}'])
def test_keychain(monkeypatch, kept):
    """This holds for an unusable entry of a keychain."""
    monkeypatch.setattr(access, "read", lambda _service, _name: kept)
    _leaves_no_secret(KeyringSource().load)
