"""Runs the conformance checks on both example packages, as they are installed."""

import json
import sys
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet
from sqlite_token_store import SqliteTokenStore
from vault_file_source import VaultFileSource

from zeebe_auth import Secret
from zeebe_auth.testing import check_source, check_store


def main(folder: Path) -> None:
    check_store(partial(SqliteTokenStore, folder / "tokens.sqlite"))
    key = Fernet.generate_key()
    client = {
        "clientId": "checked",
        "sealedSecret": Fernet(key).encrypt(b"s3cr~et._-").decode(),
        "tokenEndpoint": "https://login.example/oauth/token",
        "audience": "zeebe-api",
    }
    file = folder / "clients.json"
    file.write_text(json.dumps({"format": "vault-clients/1", "clients": {"zeebe": client}}))
    check_source(
        lambda: VaultFileSource(file, "zeebe", Secret(key.decode())),
        lambda: VaultFileSource(file, "another", Secret(key.decode())),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
