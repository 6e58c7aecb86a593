"""A keychain that child processes share: one JSON file, named by FILE_KEYRING."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileKeyring(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        return _entries().get(f"{service} {username}")

    def set_password(self, service, username, password):
        _write({**_entries(), f"{service} {username}": password})

    def delete_password(self, service, username):
        entries = _entries()
        if entries.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError
        _write(entries)


def _path() -> Path:
    return Path(os.environ["FILE_KEYRING"])


def _entries() -> dict[str, str]:
    return json.loads(_path().read_text()) if _path().exists() else {}


def _write(entries: dict[str, str]) -> None:
    _path().write_text(json.dumps(entries))
