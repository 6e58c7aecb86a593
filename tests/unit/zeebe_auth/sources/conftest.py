"""A machine without credentials, and a keychain in a dict."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from zeebe_auth.configuration.vocabulary import FIELD_OF_NAME
from zeebe_auth.errors import StoreError
from zeebe_auth.keychain import access as keychain


@pytest.fixture(autouse=True)
def empty_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*FIELD_OF_NAME, "ZEEBE_AUTH_CONFIG", "ZEEBE_AUTH_PROFILE", "ZEEBE_AUTH_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config-home"))


class DictKeychain:
    """Replaces the OS keychain, which a unit test must not use."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.failure: StoreError | None = None

    def read(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def write(self, service: str, username: str, text: str) -> None:
        self._fail()
        self.kept[service, username] = text

    def delete(self, service: str, username: str) -> bool:
        self._fail()
        return self.kept.pop((service, username), None) is not None

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


@pytest.fixture(autouse=True)
def dict_keychain(monkeypatch: pytest.MonkeyPatch) -> DictKeychain:
    stand_in = DictKeychain()
    for name in ("read", "write", "delete"):
        monkeypatch.setattr(keychain, name, getattr(stand_in, name))
    return stand_in


@pytest.fixture
def write_config(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, "utf-8")
        if os.name == "posix":
            path.chmod(0o600)
        return path

    return write
