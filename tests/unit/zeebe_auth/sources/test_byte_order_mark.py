"""A byte order mark is ignored: files that were saved on Windows work as any others."""

from __future__ import annotations

import json
import sys

import pytest

from zeebe_auth import (
    AssertionFile,
    CommandSource,
    ConfigFileSource,
    EnvFileSource,
    EnvSource,
    SecretsDirectorySource,
    SubjectToken,
)

MARK = b"\xef\xbb\xbf"
SECRET = "s3cr3t"
IDENTITY = {"client_id": "c", "token_url": "https://token.example"}


@pytest.fixture
def marked(tmp_path):
    """A file that was saved on Windows, by its name and its content."""

    def write(name: str, text: str):
        path = tmp_path / name
        path.write_bytes(MARK + text.encode())
        return path

    return write


def printing(path) -> list[str]:
    """A command that prints the unchanged content of a file."""
    program = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    return [sys.executable, "-c", program, str(path)]


def test_a_command_that_prints_a_secret(marked, tmp_path):
    """Otherwise the secret would begin with an invisible character."""
    command = json.dumps(printing(marked("secret", SECRET)))
    config = tmp_path / "config.toml"
    lines = [f"{name} = {json.dumps(text)}" for name, text in IDENTITY.items()]
    text = "\n".join(["[profiles.p]", *lines, f"client_secret = {{ command = {command} }}"])
    config.write_text(text)
    assert ConfigFileSource("p", config).load().authentication.secret.reveal() == SECRET


def test_a_helper_that_prints_json(marked):
    """RFC 8259, 8.1, allows a reader to ignore the mark."""
    file = marked("credentials.json", json.dumps({**IDENTITY, "client_secret": SECRET}))
    assert CommandSource(printing(file)).load().authentication.secret.reveal() == SECRET


def test_a_variable_that_a_shell_filled_from_a_file():
    """NAME="$(cat FILE)" includes it."""
    variables = {
        "CAMUNDA_CLIENT_ID": "\ufeffc",
        "CAMUNDA_OAUTH_URL": '\ufeff"https://token.example"',
        "CAMUNDA_CLIENT_SECRET": f"\ufeff{SECRET}",
    }
    credentials = EnvSource(variables).load()
    assert credentials.client_id == "c"
    assert credentials.token_url == "https://token.example"
    assert credentials.authentication.secret.reveal() == SECRET


def test_a_variable_that_a_profile_refers_to(monkeypatch, tmp_path):
    """The same holds for a reference."""
    monkeypatch.setenv("THE_SECRET", f"\ufeff{SECRET}")
    config = tmp_path / "config.toml"
    lines = [f"{name} = {json.dumps(text)}" for name, text in IDENTITY.items()]
    config.write_text("\n".join(["[profiles.p]", *lines, 'client_secret = { env = "THE_SECRET" }']))
    assert ConfigFileSource("p", config).load().authentication.secret.reveal() == SECRET


def test_files_of_strings(marked, tmp_path):
    """This holds for config file, env file, secret file and a mounted secret."""
    marked("secret", SECRET)
    lines = [f"{name} = {json.dumps(text)}" for name, text in IDENTITY.items()]
    lines.append('client_secret = { file = "secret" }')
    config = marked("config.toml", "\n".join(["[profiles.p]", *lines]))
    env = marked(
        "env",
        "CAMUNDA_CLIENT_ID=c\nCAMUNDA_OAUTH_URL=https://token.example\n"
        f"CAMUNDA_CLIENT_SECRET={SECRET}\n",
    )
    mount = tmp_path / "mount"
    mount.mkdir()
    for name, text in {**IDENTITY, "client_secret": SECRET}.items():
        (mount / name).write_bytes(MARK + text.encode())
    for source in (
        ConfigFileSource("p", config),
        EnvFileSource(env),
        SecretsDirectorySource(mount),
    ):
        credentials = source.load()
        assert credentials.client_id == "c"
        assert credentials.authentication.secret.reveal() == SECRET


def test_files_of_tokens(marked):
    """This holds for an assertion and a subject token, both when they are sent and for their
    key."""
    assert AssertionFile(marked("assertion", "a.b.c")).as_read().reveal() == "a.b.c"
    subject = SubjectToken(marked("subject", "a.b.c\r\n"))
    assert subject.as_read().reveal() == "a.b.c"
