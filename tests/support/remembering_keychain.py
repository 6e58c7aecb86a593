"""A keychain that lasts as long as the test."""

from __future__ import annotations

from keyring.backend import KeyringBackend

__all__ = ["RememberingKeychain"]


class RememberingKeychain(KeyringBackend):
    """A keychain in place of the system's."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        self.entries[service, username] = password

    def delete_password(self, service, username):
        del self.entries[service, username]
