"""Reads one file with a limit of bytes and of time, whatever its path leads to.

Nothing waits for a device or for the writer of a named pipe without a limit.
"""

from __future__ import annotations

import codecs
import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.files.descriptors import lack_of_descriptors

_PIPE_SECONDS = 5.0
"""How long a named pipe may take until it was opened, written and closed."""
_POLL_SECONDS = 0.02
_CHUNK_BYTES = 64 * 1024
_FLAGS = (
    os.O_RDONLY
    # Without it, opening a named pipe waits for its writer, and opening a terminal takes it over.
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    # Windows translates line ends and stops at Ctrl-Z without them.
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)


class FileMissing(ConfigurationError):
    """There is no file of that name."""


class FileEmpty(ConfigurationError):
    """The file is there, and nothing is in it."""


# Dataclasses compile code at each start: 0.7 ms for each class.
class Content:
    """What a file says."""

    __slots__ = ("can_be_read_again", "content")

    def __init__(self, content: bytes, *, can_be_read_again: bool) -> None:
        self.content = content
        self.can_be_read_again = can_be_read_again


class Fault(NamedTuple):
    """What is wrong with a file; two equal ones are the same."""

    kind: type[ConfigurationError]
    reason: str
    advice: str | None = None
    can_be_read_again: bool = True


# A profile is read by several parts of a program, and a shell's pipe gives its content once.
_inherited_pipes: dict[object, bytes] = {}


def read_bounded(path: Path, max_bytes: int, resolve: Callable[[Path], Path]) -> Content | Fault:
    """Read a file, or say what is wrong with it. Nothing is raised.

    Args:
        path: The file as it was named.
        max_bytes: How large it may be.
        resolve: Gives the path to open: the one of now, or where its links led at some moment.
    """
    try:
        descriptor = os.open(resolve(path), _FLAGS)
    except (FileNotFoundError, NotADirectoryError) as error:
        return Fault(FileMissing, f"can't be read: {error.strerror}.")
    except (OSError, ValueError) as error:
        return _not_opened(path, error)
    try:
        found = _read_descriptor(descriptor, path, max_bytes)
    except OSError as error:
        return _unreadable(error)
    finally:
        os.close(descriptor)
    if isinstance(found, Content) and not found.content:
        return Fault(FileEmpty, "is empty.", "Write into it what belongs there.")
    return found


def _not_opened(path: Path, error: OSError | ValueError) -> Fault:
    # Windows opens no directory, and no system opens a socket; what it says of them is no help.
    try:
        refused = _refused(path.stat().st_mode)
    except (OSError, ValueError):
        refused = None
    return refused or _unreadable(error)


def _unreadable(error: OSError | ValueError) -> Fault:
    if getattr(error, "errno", None) == errno.EISDIR:
        return Fault(ConfigurationError, "can't be read: it is a directory.", "Name a file in it.")
    lack = lack_of_descriptors(error) if isinstance(error, OSError) else None
    if lack:
        cause, _, advice = lack.partition(". ")
        return Fault(ConfigurationError, f"can't be read: {cause}.", f"{advice}.")
    reason = getattr(error, "strerror", None) or type(error).__name__
    return Fault(ConfigurationError, f"can't be read: {reason}.")


def _refused(mode: int) -> Fault | None:
    """What is wrong with something that isn't a file or a pipe."""
    if stat.S_ISDIR(mode):
        return Fault(ConfigurationError, "can't be read: it is a directory.", "Name a file in it.")
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return Fault(ConfigurationError, "can't be read: it is a device.", "Name a file.")
    if stat.S_ISSOCK(mode):
        return Fault(ConfigurationError, "can't be read: it is a socket.", "Name a file.")
    return None


def _read_descriptor(descriptor: int, path: Path, max_bytes: int) -> Content | Fault:
    # What was opened is judged, not what the path led to before.
    status = os.fstat(descriptor)
    if stat.S_ISCHR(status.st_mode) and os.path.normcase(path) == os.path.normcase(os.devnull):
        # Named where a file is to be left out; it is read as what it says.
        return Content(b"", can_be_read_again=True)
    refused = _refused(status.st_mode)
    if refused is not None:
        return refused
    chunks: list[bytes] = []
    if stat.S_ISFIFO(status.st_mode):
        pipe = (status.st_dev, status.st_ino) if _is_inherited(path) else None
        known = _inherited_pipes.get(pipe)
        fault = _read_pipe(descriptor, chunks, max_bytes, known)
        if fault is None and pipe is not None:
            _inherited_pipes[pipe] = b"".join(chunks)
    else:
        fault = _read_regular(descriptor, chunks, max_bytes)
    if fault is not None:
        return fault
    content = b"".join(chunks).removeprefix(codecs.BOM_UTF8)
    return Content(content, can_be_read_again=not stat.S_ISFIFO(status.st_mode))


def _is_inherited(path: Path) -> bool:
    """Whether a pipe came with the process, as those of a shell's ``<(…)`` do."""
    return str(path).startswith(("/dev/fd/", "/dev/stdin", "/proc/self/fd/"))


def _read_regular(descriptor: int, chunks: list[bytes], max_bytes: int) -> Fault | None:
    left = max_bytes
    while chunk := os.read(descriptor, _CHUNK_BYTES):
        chunks.append(chunk)
        left -= len(chunk)
        if left < 0:
            return _too_large(max_bytes)
    return None


def _read_pipe(
    descriptor: int, chunks: list[bytes], max_bytes: int, known: bytes | None
) -> Fault | None:
    if not hasattr(os, "O_NONBLOCK"):
        return Fault(ConfigurationError, "can't be read: it is a pipe.", "Name a file.")
    # Where /dev/fd/N is a copy of N, as on macOS, it opened without the flag above.
    os.set_blocking(descriptor, False)
    deadline = time.monotonic() + _PIPE_SECONDS
    left = max_bytes
    while True:
        try:
            chunk: bytes | None = os.read(descriptor, _CHUNK_BYTES)
        except BlockingIOError:
            chunk = None  # its writer is there, and silent
        if chunk:
            chunks.append(chunk)
            left -= len(chunk)
            if left < 0:
                return _too_large(max_bytes)
            if time.monotonic() < deadline:
                continue
        if chunk == b"" and not chunks and known is not None:
            chunks.append(known)
        if chunk == b"" and chunks:
            return None
        if time.monotonic() >= deadline:
            done = "closed" if chunks or chunk is None else "written to"
            return Fault(
                ConfigurationError,
                f"is a pipe that was not {done} within {_PIPE_SECONDS:.0f} s.",
                "A pipe can be read once; where that isn't enough, name a file.",
                can_be_read_again=False,
            )
        time.sleep(_POLL_SECONDS)


def _too_large(max_bytes: int) -> Fault:
    size = f"{max_bytes // (1024 * 1024)} MiB"
    return Fault(ConfigurationError, f"is larger than {size}.", "Name the right file.")
