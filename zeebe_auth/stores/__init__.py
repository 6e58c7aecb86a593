"""Where tokens are kept: in memory, in files, or in the keychain of the operating system.

| class | keeps tokens |
|---|---|
| `MemoryStore` | in this process, bounded, dropped at expiry |
| `FileStore` | in a private directory, one file a key, shared by the user's processes |
| `FileStore` with `KeychainEncryption` | the same, sealed with a key from the OS keychain |
| `KeyringStore` | in the OS keychain itself |

Each module is imported when its class is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zeebe_auth.lazy_module import lazy_names

if TYPE_CHECKING:
    from zeebe_auth.stores.encryption import Encryption, KeychainEncryption
    from zeebe_auth.stores.file import FileStore
    from zeebe_auth.stores.keychain import KeyringStore
    from zeebe_auth.stores.memory import MemoryStore

__all__ = ["Encryption", "FileStore", "KeychainEncryption", "KeyringStore", "MemoryStore"]

_MODULES = {
    "Encryption": "encryption",
    "FileStore": "file",
    "KeychainEncryption": "encryption",
    "KeyringStore": "keychain",
    "MemoryStore": "memory",
}

# A type checker would take any name for one that is there.
if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(globals(), _MODULES)
