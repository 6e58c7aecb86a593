"""Tokens in a private directory, one file a key, for all processes of the user."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from zeebe_auth.arguments import check_part, refuse_type
from zeebe_auth.errors import ConfigurationError, StoreError, without_arguments, without_frames
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.public_class import public_class
from zeebe_auth.refusal import Refusal
from zeebe_auth.stores.envelope import open_envelope, put_into_envelope
from zeebe_auth.stores.private_directory import PrivateDirectory, default_directory
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

if TYPE_CHECKING:
    from zeebe_auth.stores import encryption as sealing
else:
    sealing = LazyModule("zeebe_auth.stores.encryption")

_Value = TypeVar("_Value", AccessToken, Refusal)


@public_class("zeebe_auth")
class FileStore:
    """Keeps each token in a file of its own that only this user may read.

    A file is named by the key's digest, made 0600, written aside, synced and renamed, so a reader
    sees the old token or the new one. A file that is no token (or, with encryption, was sealed
    with another key) counts as none: it is renamed to ``….corrupt``, one for each key, and a
    warning is logged. What a killed writer left is removed by whoever reads, writes or deletes
    next. An encrypted store leaves no readable token of its keys beside it: one from before goes
    with the first `load` or `save`. A file or directory that belongs to another user, that others
    may change, or that is a symbolic link is a `StoreError`. On Windows the access list that the
    directory inherits decides who may read.

    Two stores are equal if they keep the same tokens in the same way; one pickles as its recipe.

    Args:
        directory: Where the files are; None takes ``zeebe-auth/tokens`` in the user's cache
            directory. It is made 0700, as is what is missing above it. One that is there already
            must belong to this user and be closed to writing by others.
        encryption: Seals the files, such as `KeychainEncryption()`; None leaves it at the file's
            permissions.

    Raises:
        ConfigurationError: ``directory`` is an empty string or holds a NUL.
    """

    @without_arguments
    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        *,
        encryption: sealing.Encryption | None = None,
    ) -> None:
        if directory is not None and not isinstance(directory, str | os.PathLike):
            refuse_type(directory, "directory of FileStore", "a path")
        if directory is not None and (not os.fspath(directory) or "\0" in str(directory)):
            what = "has a NUL in its name" if os.fspath(directory) else "is an empty string"
            raise ConfigurationError(
                f"The file store's directory {what}. Name a directory, or leave it out for the "
                "user's cache directory."
            )
        if encryption is not None:
            wanted = "KeychainEncryption() or another object with seal() and unseal()"
            check_part(encryption, "encryption of FileStore", ("seal", "unseal"), wanted)
        # Path.resolve would follow links, and read the disk.
        self._given = None if directory is None else Path(os.path.abspath(directory))  # noqa: PTH100 - Path.absolute keeps ".."
        self._encryption = encryption
        self._private: PrivateDirectory | None = None

    @property
    def directory(self) -> Path:
        """Where the files are.

        Raises:
            StoreError: None was given, and this user has no home directory.
        """
        return self._directory.path

    def __repr__(self) -> str:
        where = "" if self._given is None else repr(str(self._given))
        how = "" if self._encryption is None else f"encryption={self._encryption!r}"
        return f"FileStore({', '.join(filter(None, (where, how)))})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FileStore):
            return NotImplemented
        return (self._given, self._encryption) == (other._given, other._encryption)

    def __hash__(self) -> int:
        return hash((FileStore, self._given))

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_private": None}

    @without_frames
    def load(self, key: TokenKey) -> AccessToken | None:
        """The token kept under ``key``, or None. It may have expired.

        An encrypted store removes a readable one, unless that is being written or can't be.

        Raises:
            StoreError: The file can't be read, or it is not this user's alone.
        """
        if self._encryption is not None:
            # Not only with the next save: that may be an hour away, or never come.
            with suppress(StoreError):
                self._directory.forget(f"{key.digest}.json", lambda: True, timeout_seconds=0.0)
        return self._read(self._token_name(key), key, "token", AccessToken.from_record)

    @without_frames
    def save(self, key: TokenKey, token: AccessToken) -> None:
        """Keep ``token`` under ``key`` instead of what was there.

        Raises:
            StoreError: The disk is full or read-only, or the directory not this user's alone;
                what was kept is kept still.
        """
        self._write(self._token_name(key), key, "token", token.to_record())
        if self._encryption is not None:
            # From before the store was encrypted; nobody expects a readable token beside it.
            self._directory.forget(f"{key.digest}.json", lambda: True)

    @without_frames
    def delete(self, key: TokenKey, token: AccessToken | None = None) -> None:
        """Forget what is kept under ``key``; with ``token``, only if that is the one kept.

        It goes in all forms: sealed and not, what a killed writer left, and what was set aside as
        corrupt, also in place of a refusal. A refusal stays.

        Raises:
            StoreError: Some of it could not be deleted.
        """
        own, trouble = self._token_name(key), None
        steps = [
            partial(self._directory.forget, name, partial(self._is_to_go, name, key, token))
            for name in dict.fromkeys((own, f"{key.digest}.json", f"{key.digest}.sealed"))
        ]
        steps += [
            partial(self._directory.forget_leftovers, f"{key.digest}.refusal.{form}")
            for form in ("json", "sealed")
        ]
        for step in steps:
            try:
                step()
            except StoreError as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble

    def lock(self, key: TokenKey, timeout: float) -> AbstractContextManager[bool]:
        """A lock for ``key`` across threads and processes.

        Args:
            key: Whose token it is about.
            timeout: How long to wait, in seconds.

        Returns:
            A context manager that yields whether it was had: False also where there can be no
            lock, such as on a read-only file system. The system frees it when its holder dies.
        """
        try:
            return self._directory.lock(key.digest, timeout)
        except StoreError:
            return nullcontext(enter_result=False)

    def load_refusal(self, key: TokenKey) -> Refusal | None:
        """The last refusal under ``key``, or None. It may be over.

        Raises:
            StoreError: As `load`.
        """
        return self._read(self._refusal_name(key), key, "refusal", Refusal.from_record)

    def save_refusal(self, key: TokenKey, refusal: Refusal | None) -> None:
        """Keep ``refusal`` under ``key``; None forgets the one kept.

        Raises:
            StoreError: As `save`.
        """
        name = self._refusal_name(key)
        if refusal is not None:
            self._write(name, key, "refusal", refusal.to_record())
        else:
            self._directory.forget(name, lambda: True)

    @property
    def _directory(self) -> PrivateDirectory:
        if self._private is None:
            self._private = PrivateDirectory(self._given or default_directory() / "tokens")
        return self._private

    # Sealed files have names of their own, so that two stores of which one is encrypted don't
    # take each other's files for corrupt ones.
    def _token_name(self, key: TokenKey) -> str:
        return key.digest + (".json" if self._encryption is None else ".sealed")

    def _refusal_name(self, key: TokenKey) -> str:
        return key.digest + (".refusal.json" if self._encryption is None else ".refusal.sealed")

    def _is_to_go(self, name: str, key: TokenKey, token: AccessToken | None) -> bool:
        if token is None:
            return True
        is_sealed = name.endswith(".sealed")
        content = self._directory.read(name)
        if content is None or (is_sealed and self._encryption is None):
            return False
        encryption = self._encryption if is_sealed else None
        try:
            kept = AccessToken.from_record(open_envelope(content, key, "token", encryption))
        except ValueError:
            return False
        return kept.value == token.value

    def _read(
        self,
        name: str,
        key: TokenKey,
        purpose: str,
        from_record: Callable[[Mapping[str, object]], _Value],
    ) -> _Value | None:
        self._directory.sweep(name)
        content = self._directory.read(name)
        if content is None:
            return None
        try:
            return self._opened(content, key, purpose, from_record)
        except ValueError:
            return self._read_or_set_aside(name, key, purpose, from_record)

    def _read_or_set_aside(
        self,
        name: str,
        key: TokenKey,
        purpose: str,
        from_record: Callable[[Mapping[str, object]], _Value],
    ) -> _Value | None:
        directory, aside = self._directory, None
        # Under the lock, or a good file written a moment ago would be the one set aside. Where
        # nothing can be locked or renamed, such as on a read-only disk, it is a miss all the same.
        with suppress(StoreError), directory.changing(name):
            content = directory.read(name)
            if content is None:
                return None
            try:
                return self._opened(content, key, purpose, from_record)
            except ValueError:
                aside = directory.set_aside(name)
        import logging

        logging.getLogger("zeebe_auth").warning(
            "%s holds no %s that this store can read%s. A new one will be kept.",
            directory.path / name,
            purpose,
            "" if aside is None else f" and was renamed to {aside}",
        )
        return None

    def _opened(
        self,
        content: bytes,
        key: TokenKey,
        purpose: str,
        from_record: Callable[[Mapping[str, object]], _Value],
    ) -> _Value:
        return from_record(open_envelope(content, key, purpose, self._encryption))

    def _write(self, name: str, key: TokenKey, purpose: str, record: Mapping[str, object]) -> None:
        content = put_into_envelope(record, key, purpose, self._encryption, key.label)
        with self._directory.changing(name):
            self._directory.replace(name, content)
