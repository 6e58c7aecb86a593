"""A keyring backend in a JSON file, for tests that need a keychain and a second process."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Keyring(KeyringBackend):
    priority = 5

    def get_password(self, service, username):
        return self._entries().get(f"{service}\n{username}")

    def set_password(self, service, username, password):
        self._keep({**self._entries(), f"{service}\n{username}": password})

    def delete_password(self, service, username):
        entries = self._entries()
        if entries.pop(f"{service}\n{username}", None) is None:
            raise PasswordDeleteError("not there")
        self._keep(entries)

    def _path(self):
        return Path(os.environ["TEST_KEYRING_FILE"])

    def _entries(self):
        return json.loads(self._path().read_text()) if self._path().exists() else {}

    def _keep(self, entries):
        aside = self._path().with_suffix(".new")
        aside.write_text(json.dumps(entries))
        aside.replace(self._path())
