from __future__ import annotations

import json
import sys

import pytest

from zeebe_auth import (
    ChainSource,
    ClientCredentials,
    ClientSecret,
    CommandSource,
    ConfigFileSource,
    EnvFileSource,
    EnvSource,
    KeyringSource,
    Secret,
    SecretsDirectorySource,
)
from zeebe_auth.configuration.kept_login import keep_login
from zeebe_auth.testing import check_source

IDENTITY = {
    "client_id": "id",
    "client_secret": "s3cr3t-~._",
    "token_url": "https://login.own.example/token",
}
NAMES = {
    "client_id": "ZEEBE_CLIENT_ID",
    "client_secret": "ZEEBE_CLIENT_SECRET",
    "token_url": "ZEEBE_AUTHORIZATION_SERVER_URL",
}


def environment(monkeypatch, tmp_path):
    for field, name in NAMES.items():
        monkeypatch.setenv(name, IDENTITY[field])
    return EnvSource, lambda: EnvSource({})


def env_file(monkeypatch, tmp_path):
    lines = (f"export {name}='{IDENTITY[field]}'\n" for field, name in NAMES.items())
    (tmp_path / "camunda.env").write_text("".join(lines))
    return (
        lambda: EnvFileSource(tmp_path / "camunda.env"),
        lambda: EnvFileSource(tmp_path / "none.env"),
    )


def config_file(monkeypatch, tmp_path):
    path = tmp_path / "config.toml"
    body = "".join(f'{field} = "{text}"\n' for field, text in IDENTITY.items())
    path.write_text(f"[profiles.prod]\n{body}")
    path.chmod(0o600)
    return lambda: ConfigFileSource("prod", path), lambda: ConfigFileSource(path=path)


def keyring(monkeypatch, tmp_path):
    identity = ClientCredentials(
        client_id=IDENTITY["client_id"],
        authentication=ClientSecret(Secret(IDENTITY["client_secret"])),
        token_url=IDENTITY["token_url"],
    )
    keep_login("prod", identity, {})
    return lambda: KeyringSource("prod"), KeyringSource


def secrets_directory(monkeypatch, tmp_path):
    for field, text in IDENTITY.items():
        (tmp_path / field).write_text(text)
    return (
        lambda: SecretsDirectorySource(tmp_path),
        lambda: SecretsDirectorySource(tmp_path / "none"),
    )


def command(monkeypatch, tmp_path):
    (tmp_path / "identity.json").write_text(json.dumps(IDENTITY))
    code = "import sys; print(open(sys.argv[1]).read())"
    argv = [sys.executable, "-c", code, str(tmp_path / "identity.json")]
    return lambda: CommandSource(argv), lambda: CommandSource([sys.executable, "-c", "print({})"])


def chain(monkeypatch, tmp_path):
    make, make_empty = environment(monkeypatch, tmp_path)
    return lambda: ChainSource(make_empty(), make()), lambda: ChainSource(
        make_empty(), make_empty()
    )


@pytest.mark.parametrize(
    "arrange",
    [environment, env_file, config_file, keyring, secrets_directory, command, chain],
    ids=lambda arrange: arrange.__name__,
)
def test_keeps_a_sources_promises(arrange, monkeypatch, tmp_path):
    """Our own sources pass the checks for those of third parties."""
    check_source(*arrange(monkeypatch, tmp_path))
