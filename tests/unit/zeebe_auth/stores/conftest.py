"""Tokens to store, and a keychain that other processes find too."""

from __future__ import annotations

from pathlib import Path

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from zeebe_auth.secret import Secret
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey


@pytest.fixture
def key():
    return TokenKey("0123456789abcdef" * 4, "me at id.example for zeebe")


@pytest.fixture
def token():
    return AccessToken(Secret("t0ken-value"), "Bearer", 1000.5, 4000.25, scope="read")


@pytest.fixture
def keychain_entries(tmp_path, monkeypatch):
    """A keychain of its own for the test and the processes it starts; gives its backend."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "json_file_keyring.Keyring")
    monkeypatch.setenv("TEST_KEYRING_FILE", str(tmp_path / "keyring.json"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    return keyring.get_keyring()


@pytest.fixture
def no_keychain(tmp_path, monkeypatch):
    """A machine without a keychain."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)


class InMemory(KeyringBackend):
    priority = 5

    def __init__(self):
        super().__init__()
        self._kept = {}

    def get_password(self, service, username):
        return self._kept.get((service, username))

    def set_password(self, service, username, password):
        self._kept[service, username] = password

    def delete_password(self, service, username):
        if self._kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class WinVaultKeyring(InMemory):
    """A fake of Windows's backend, with its name and its limit."""


@pytest.fixture
def memory_keychain(monkeypatch):
    """A keychain in this process; when called, it is replaced by the one of Windows."""

    def use(kind):
        monkeypatch.setattr(keyring.core, "_keyring_backend", kind())

    use(InMemory)
    return lambda: use(WinVaultKeyring)
