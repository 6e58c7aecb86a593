"""A process without Camunda's variables, with directories and a keychain of its own."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from zeebe_auth import ClientCredentials, ClientSecret, Secret
from zeebe_auth.cli.main import main
from zeebe_auth.configuration.kept_login import keep_login

CREDENTIALS = ClientCredentials(
    client_id="client-1",
    authentication=ClientSecret(Secret("s3cr3t~._-")),
    token_url="https://login.example/oauth/token",
    audience="zeebe-api",
)


class DictKeyring(KeyringBackend):
    """A keychain in a dict."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    def get_password(self, service, username):
        if self.error is not None:
            raise self.error
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        if self.error is not None:
            raise self.error
        self.entries[service, username] = password

    def delete_password(self, service, username):
        if self.error is not None:
            raise self.error
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for name in list(os.environ):
        if name.upper().startswith(("CAMUNDA_", "ZEEBE_")):
            monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("CAMUNDA_TOKEN_CACHE_DIR", str(tmp_path / "tokens"))


@pytest.fixture(autouse=True)
def keychain() -> Iterator[DictKeyring]:
    before = keyring.get_keyring()
    backend = DictKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def kept(keychain: DictKeyring) -> ClientCredentials:
    """Credentials that were stored in the keychain under the name "default"."""
    keep_login("default", CREDENTIALS, {"address": "zeebe.example:443"})
    return CREDENTIALS


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a string into stdin, as a pipe does."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put answers into stdin, as a person at a terminal does; the secret is typed without echo."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def type_in(*answers: str, secret: str = "s3cr3t") -> None:
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{each}\n" for each in answers)))
        monkeypatch.setattr("getpass.getpass", lambda *_: secret)

    return type_in


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Give a function `(*arguments) -> the message`; the command fails and shows no secret."""

    def run(*arguments: str) -> str:
        assert main([*arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "s3cr3t" not in err
        return err

    return run
