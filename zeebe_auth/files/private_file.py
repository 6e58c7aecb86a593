"""One file that only its owner reads: no link followed, checked before it is used."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from zeebe_auth.errors import StoreError

_LARGEST_FILE_BYTES = 16 * 1024 * 1024
# Windows refuses to rename over or open a file for the moment in which another process has it
# open; elsewhere that never happens.
_SHARING_ATTEMPTS = 50 if sys.platform == "win32" else 1
_SHARING_PAUSE_SECONDS = 0.01

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
# Without O_NONBLOCK a named pipe in the file's place would make the reader wait for ever.
_READ = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | _BINARY
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY

_Result = TypeVar("_Result")


def is_link(status: os.stat_result) -> bool:
    """Whether ``lstat`` saw a symbolic link or a Windows junction."""
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
    tag = getattr(status, "st_reparse_tag", None)
    return stat.S_ISLNK(status.st_mode) or (tag is not None and tag == junction)


def read_private_file(path: Path) -> bytes:
    """The content of the file at ``path``.

    Raises:
        FileNotFoundError: There is none.
        StoreError: It is not a regular file, or somebody else may have written or read it.
        OSError: It can't be read.
    """
    descriptor = _open_to_read(path)
    try:
        status = os.fstat(descriptor)
        _check(path, status)
        content = os.read(descriptor, status.st_size + 1)
        while len(content) < status.st_size:
            more = os.read(descriptor, status.st_size + 1 - len(content))
            if not more:
                break
            content += more
        return content
    finally:
        os.close(descriptor)


def write_private_file(path: Path, content: bytes) -> None:
    """Make the file at ``path``, 0600 before a byte is in it, and see it to the disk.

    A file that is there already is taken for what a killed writer left, and replaced. After a
    failure there is none.

    Raises:
        OSError: It could not be written as a whole.
    """
    try:
        descriptor = os.open(path, _CREATE, 0o600)
    except FileExistsError:
        path.unlink()
        descriptor = os.open(path, _CREATE, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def rename(source: Path, target: Path) -> None:
    """Put ``source`` in the place of ``target``, at once for whoever looks.

    Raises:
        OSError: It could not be done; both are as before.
    """
    _with_patience(lambda: source.replace(target))


def _open_to_read(path: Path) -> int:
    if not _NO_FOLLOW and is_link(os.lstat(path)):
        raise StoreError(_link_message(path))
    try:
        return _with_patience(lambda: os.open(path, _READ))
    except OSError:
        # The error for a link is ELOOP on most systems, EMLINK or EFTYPE on others.
        if path.is_symlink():
            raise StoreError(_link_message(path)) from None
        raise


def _link_message(path: Path) -> str:
    return f"{path} is a symbolic link, which is not followed here. Remove it."


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"{path} is not a regular file. Remove it.")
    if status.st_size > _LARGEST_FILE_BYTES:
        raise StoreError(f"{path} is larger than 16 MiB. Remove it.")
    if sys.platform != "win32":
        if status.st_uid != os.geteuid():
            raise StoreError(
                f"{path} belongs to another user (uid {status.st_uid}), so it is not used. "
                "Remove it."
            )
        if status.st_mode & 0o077:
            raise StoreError(
                f"{path} is open to other users, so they may know its content and it is not used. "
                "Remove it."
            )


def _with_patience(operation: Callable[[], _Result]) -> _Result:
    for _ in range(_SHARING_ATTEMPTS - 1):
        try:
            return operation()
        except PermissionError:
            time.sleep(_SHARING_PAUSE_SECONDS)
    return operation()
