"""Tokens in the keychain of the operating system."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from pathlib import Path

from zeebe_auth.errors import ConfigurationError, StoreError, without_arguments, without_frames
from zeebe_auth.keychain import access as keychain
from zeebe_auth.public_class import public_class
from zeebe_auth.stores.envelope import open_envelope, put_into_envelope
from zeebe_auth.stores.private_directory import PrivateDirectory, default_directory
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey


@public_class("zeebe_auth")
class KeyringStore:
    """Keeps each token as an entry of the OS keychain, named by the key's digest.

    Each access takes some 15 ms, and at most 5 s. The
    Windows keychain holds 1280 characters, less than most tokens need: there, use
    ``FileStore(encryption=KeychainEncryption())``. A keychain knows no compare-and-delete, and
    gnome-keyring 42 loses entries for a moment, or ends, while several processes write and read.
    So the stores of all processes go to it one at a time, under a lock file.

    Two stores are equal if they use the same service; one pickles as its recipe.

    Args:
        service: The keychain service that the entries are under.
        lock_directory: Where the lock files are; None takes ``zeebe-auth/locks`` in the user's
            cache directory. All processes that share the service must share it.

    Raises:
        ConfigurationError: ``service`` is an empty string.
    """

    @without_arguments
    def __init__(
        self,
        service: str = "zeebe-auth-tokens",
        *,
        lock_directory: str | os.PathLike[str] | None = None,
    ) -> None:
        if not service:
            raise ConfigurationError(
                "The keyring store's service is an empty string. Name one, or leave it out."
            )
        self._service = service
        self._lock_directory = None if lock_directory is None else Path(lock_directory).absolute()

    def __repr__(self) -> str:
        return f"KeyringStore({self._service!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KeyringStore):
            return NotImplemented
        return self._service == other._service

    def __hash__(self) -> int:
        return hash((KeyringStore, self._service))

    @without_frames
    def load(self, key: TokenKey) -> AccessToken | None:
        """The token kept under ``key``, or None. It may have expired.

        An entry that is no token counts as none, and the next one saved replaces it.

        Raises:
            StoreError: The keychain is missing, locked or silent.
        """
        with ExitStack() as stack:
            # Without a place for the lock file, or while a stopped process holds it, reading
            # alone is worth the try.
            with suppress(StoreError):
                stack.enter_context(self._alone())
            return self._read(key)

    @without_frames
    def save(self, key: TokenKey, token: AccessToken) -> None:
        """Keep ``token`` under ``key`` instead of what was there.

        Raises:
            StoreError: The keychain is missing, locked or silent, or the token too long for it.
        """
        text = put_into_envelope(token.to_record(), key, "token", None).decode("ascii")
        with self._alone():
            keychain.write(self._service, key.digest, text)

    @without_frames
    def delete(self, key: TokenKey, token: AccessToken | None = None) -> None:
        """Forget what is kept under ``key``; with ``token``, only if that is the one kept.

        Raises:
            StoreError: The keychain is missing, locked or silent.
        """
        with self._alone():
            if token is not None:
                kept = self._read(key)
                if kept is None or kept.value != token.value:
                    return
            keychain.delete(self._service, key.digest)

    def lock(self, key: TokenKey, timeout: float) -> AbstractContextManager[bool]:
        """A lock for ``key`` across threads and processes, by a lock file.

        Args:
            key: Whose token it is about.
            timeout: How long to wait, in seconds.

        Returns:
            A context manager that yields whether it was had: False also where there can be no
            lock file. The system frees it when its holder dies.
        """
        try:
            return self._locks().lock(self._lock_name(key), timeout)
        except StoreError:
            return nullcontext(enter_result=False)

    def _read(self, key: TokenKey) -> AccessToken | None:
        text = keychain.read(self._service, key.digest)
        if text is None:
            return None
        try:
            content = text.encode("utf-8", "surrogatepass")
            return AccessToken.from_record(open_envelope(content, key, "token", None))
        except ValueError:
            import logging

            logging.getLogger("zeebe_auth").warning(
                "The keychain entry %s of %s is no token. A new one will be kept.",
                key.digest,
                self._service,
            )
            return None

    def _alone(self) -> AbstractContextManager[None]:
        return self._locks().changing("keychain")

    def _locks(self) -> PrivateDirectory:
        return PrivateDirectory(self._lock_directory or default_directory() / "locks")

    def _lock_name(self, key: TokenKey) -> str:
        return key.derived(self._service).digest
