"""Credentials from the file of a vault agent, whose secrets are sealed one by one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zeebe_auth import (
    ClientCredentials,
    ClientSecret,
    ConfigurationError,
    CredentialsUnavailable,
    Secret,
)

__all__ = ["VaultFileSource", "from_config"]

_FORMAT = "vault-clients/1"
_NEEDED = ("clientId", "sealedSecret", "tokenEndpoint")


def from_config(*, path: str, entry: str, unseal_key: Secret) -> VaultFileSource:
    """What ``source = { use = "vault-file", path = "…", entry = "…", unseal_key = … }`` makes."""
    for name, value in (("path", path), ("entry", entry)):
        if not isinstance(value, str):
            raise ConfigurationError(f'The {name} of the source "vault-file" must be a string.')
    if not isinstance(unseal_key, Secret):
        raise ConfigurationError(
            'The unseal_key of the source "vault-file" must be a reference to a secret, such as '
            '{ env = "VAULT_UNSEAL_KEY" }, and not the key itself.'
        )
    return VaultFileSource(Path(path).expanduser(), entry, unseal_key)


@dataclass(frozen=True)
class VaultFileSource:
    """Reads the client ``entry`` from the file at ``path``, anew for every token request."""

    path: Path
    entry: str
    unseal_key: Secret

    def load(self) -> ClientCredentials:
        """The identity.

        Raises:
            CredentialsUnavailable: There is no such file, or no such entry in it.
            ConfigurationError: File or entry can't be used.
        """
        client = self._client()
        audience = client.get("audience")
        if audience is not None and not isinstance(audience, str):
            raise self._unusable("its audience is not a string")
        return ClientCredentials(
            client_id=client["clientId"],
            authentication=ClientSecret(self._unsealed(client["sealedSecret"])),
            token_url=client["tokenEndpoint"],
            audience=audience,
            origin=f"entry {self.entry} in {self.path}",
        )

    def _client(self) -> dict[str, Any]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise CredentialsUnavailable(
                f"There is no vault file {self.path}. Start the vault's agent, or correct the path."
            ) from None
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"The vault file {self.path} can't be read ({type(error).__name__}). Make it "
                "readable for this user, in UTF-8."
            ) from error
        try:
            document = json.loads(text)
        except ValueError:
            document = None  # the parser's error would carry a piece of the file
        if not isinstance(document, dict) or document.get("format") != _FORMAT:
            raise ConfigurationError(
                f"The vault file {self.path} is not of the format {_FORMAT}. Let the vault's agent "
                "write it anew."
            )
        clients = document.get("clients")
        if not isinstance(clients, dict) or self.entry not in clients:
            raise CredentialsUnavailable(
                f"The vault file {self.path} has no client {self.entry}. Grant it to this machine, "
                "or correct the entry."
            )
        client = clients[self.entry]
        if not isinstance(client, dict):
            raise self._unusable("it is no object")
        missing = [name for name in _NEEDED if not isinstance(client.get(name), str)]
        if missing:
            raise self._unusable(f"it has no {', '.join(missing)}")
        return client

    def _unsealed(self, sealed: str) -> Secret:
        # Imported here: a program with a warm token needs none of it.
        from cryptography.fernet import Fernet, InvalidToken

        try:
            return Secret(Fernet(self.unseal_key.reveal()).decrypt(sealed.encode()).decode())
        except (InvalidToken, ValueError) as error:
            raise self._unusable(
                f"its secret can't be unsealed with the key given ({type(error).__name__})"
            ) from None

    def _unusable(self, why: str) -> ConfigurationError:
        return ConfigurationError(
            f"The client {self.entry} in the vault file {self.path} can't be used: {why}. Let the "
            "vault's agent write it anew, or correct the unseal_key."
        )
