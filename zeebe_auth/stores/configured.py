"""The stores that a ``store = { use = "…" }`` table of the config file can name.

The function for each of ours takes the other keys of the table as keyword arguments, and only
those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.plugins import STORE_GROUP, make_part, unfit
from zeebe_auth.protocols import TokenStore

if TYPE_CHECKING:
    from zeebe_auth.stores.file import FileStore
    from zeebe_auth.stores.keychain import KeyringStore
    from zeebe_auth.stores.memory import MemoryStore


def make_store(table: Mapping[str, object]) -> TokenStore:
    """The store that a table of the config file names.

    Args:
        table: ``use`` names one of ours (``file``, ``keyring``, ``memory``) or a registered one;
            the other keys become keyword arguments, references to secrets resolved to `Secret`.

    Raises:
        ConfigurationError: There is none of that name, it can't be imported, it doesn't take
            these arguments, or it makes something that is no store; or a reference leads nowhere.
    """
    name, store = make_part("store", STORE_GROUP, _OUR_STORES, table)
    if isinstance(store, type) or not isinstance(store, TokenStore):
        raise unfit("store", name, store, "load(), save() and delete()")
    return store


def file(*, directory: str | None = None, encrypted: bool = False) -> FileStore:
    """``use = "file"``: a file store.

    Args:
        directory: Where the files are; ``~`` stands for the home directory. None takes the
            user's cache directory.
        encrypted: Whether the files are sealed with a key from the OS keychain.

    Raises:
        ConfigurationError: A value is of the wrong type, or the directory is an empty string or
            in a home directory that is not known.
    """
    from pathlib import Path

    from zeebe_auth.configuration.config_folder import inside
    from zeebe_auth.stores.file import FileStore

    if directory is not None:
        _check("file", "directory", directory, str)
    _check("file", "encrypted", encrypted, bool)
    where = inside(Path(), directory) if directory else directory
    if not encrypted:
        return FileStore(where)
    from zeebe_auth.stores.encryption import KeychainEncryption

    return FileStore(where, encryption=KeychainEncryption())


def memory(*, max_tokens: int = 1024) -> MemoryStore:
    """``use = "memory"``: tokens live as long as the process.

    Args:
        max_tokens: How many are kept, from 1.

    Raises:
        ConfigurationError: The number is below 1, or none.
    """
    from zeebe_auth.stores.memory import MemoryStore

    _check("memory", "max_tokens", max_tokens, int)
    return MemoryStore(max_tokens)


def keyring(*, service: str = "zeebe-auth-tokens") -> KeyringStore:
    """``use = "keyring"``: tokens in the OS keychain.

    Args:
        service: The keychain service that the entries are under.

    Raises:
        ConfigurationError: The service is not a string, or is empty.
    """
    from zeebe_auth.stores.keychain import KeyringStore

    _check("keyring", "service", service, str)
    return KeyringStore(service)


def _check(store: str, name: str, value: object, kind: type) -> None:
    # A TOML boolean would pass for a number.
    if type(value) is not kind:
        words = {str: "a string", bool: "true or false", int: "a whole number"}
        raise ConfigurationError(
            f'store = {{ use = "{store}", {name} = … }} is of type {type(value).__name__}. '
            f"Make it {words[kind]}."
        )


_OUR_STORES: Mapping[str, Callable[..., TokenStore]] = {
    "file": file,
    "keyring": keyring,
    "memory": memory,
}
