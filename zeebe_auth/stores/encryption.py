"""Sealing what a file store writes."""

from __future__ import annotations

import os
from binascii import Error as Base64Error
from pathlib import Path
from typing import Protocol

from zeebe_auth.errors import StoreError, without_arguments, without_frames
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret

_KEY_BYTES = 32
_NONCE_BYTES = 12
_HEADER = b"zeebe-auth sealed 1\n"
_LOCK_SECONDS = 15.0


@public_class("zeebe_auth.stores")
class Encryption(Protocol):
    """Seals and unseals bytes; `FileStore` takes any object that does."""

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """``plaintext``, unreadable and unchangeable without the key.

        Args:
            plaintext: What to seal.
            context: What it belongs to; only the same context unseals it.

        Raises:
            StoreError: The key is not available.
        """
        ...

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """What `seal` sealed.

        Raises:
            ValueError: It was sealed with another key or context, was changed, or never sealed.
            StoreError: The key is not available.
        """
        ...


@public_class("zeebe_auth")
class KeychainEncryption:
    """AES-256-GCM with a random key that lives in the keychain of the operating system.

    The key is made once, by whichever process needs it first, and read once by each process. The
    keychain's limit on the size of a secret doesn't apply to what is sealed. Two are equal if
    they name the same key; it pickles without the key.

    Args:
        service: The keychain service that holds the key.
        username: The name of the key there.
        lock_directory: The directory of the lock file under which the key is made; None takes
            ``zeebe-auth`` in the user's cache directory.
    """

    @without_arguments
    def __init__(
        self,
        service: str = "zeebe-auth",
        username: str = "file-store-key",
        *,
        lock_directory: str | os.PathLike[str] | None = None,
    ) -> None:
        self._service = service
        self._username = username
        self._lock_directory = None if lock_directory is None else Path(lock_directory).absolute()
        self._key: Secret | None = None

    def __repr__(self) -> str:
        return f"KeychainEncryption({self._service!r}, {self._username!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KeychainEncryption):
            return NotImplemented
        return (self._service, self._username) == (other._service, other._username)

    def __hash__(self) -> int:
        return hash((KeychainEncryption, self._service, self._username))

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_key": None}

    @without_frames
    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """As `Encryption.seal`."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._key or self._obtain_key()
        nonce = os.urandom(_NONCE_BYTES)
        return _HEADER + nonce + AESGCM(_bytes_of(key)).encrypt(nonce, plaintext, context)

    @without_frames
    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """As `Encryption.unseal`."""
        if not sealed.startswith(_HEADER):
            raise ValueError("It is not sealed, or in a way unknown here.")
        known = self._key
        if known is not None:
            try:
                return _unseal(known, sealed, context)
            except ValueError:
                # The key in the keychain may have been replaced since it was read.
                self._key = None
        key = self._obtain_key()
        if key == known:
            raise ValueError("It was sealed with another key, or changed.")
        return _unseal(key, sealed, context)

    def _obtain_key(self) -> Secret:
        key = self._read_key()
        if key is None:
            key = self._make_key()
        self._key = key
        return key

    def _make_key(self) -> Secret:
        import base64

        from zeebe_auth.keychain import access as keychain
        from zeebe_auth.stores.private_directory import PrivateDirectory, default_directory

        directory = PrivateDirectory(self._lock_directory or default_directory())
        with directory.lock("keychain", _LOCK_SECONDS) as had:
            if not had:
                raise StoreError(
                    f"The key of the encrypted file store can't be made: there is no lock to be "
                    f"had in {directory.path}. See that this user may write there, and that no "
                    "stopped process holds it."
                )
            # Another process may have made it while this one waited.
            key = self._read_key()
            if key is None:
                key = Secret(base64.b64encode(os.urandom(_KEY_BYTES)).decode())
                keychain.write(self._service, self._username, key.reveal())
            return key

    def _read_key(self) -> Secret | None:
        from zeebe_auth.keychain import access as keychain

        text = keychain.read(self._service, self._username)
        if text is None:
            return None
        key = Secret(text)
        try:
            is_key = len(_bytes_of(key)) == _KEY_BYTES
        except (Base64Error, ValueError):
            is_key = False
        if not is_key:
            raise StoreError(
                f"What the OS keychain keeps for {self._username} under {self._service} is not "
                "the key of a file store. Remove that entry; a new key is then made."
            )
        return key


def _bytes_of(key: Secret) -> bytes:
    import base64

    return base64.b64decode(key.reveal(), validate=True)


def _unseal(key: Secret, sealed: bytes, context: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    start = len(_HEADER)
    nonce, content = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
    try:
        return AESGCM(_bytes_of(key)).decrypt(nonce, content, context)
    except (InvalidTag, ValueError):
        raise ValueError("It was sealed with another key, or changed.") from None
