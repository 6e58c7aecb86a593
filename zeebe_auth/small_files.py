"""Reads files of a person's size, one or several that belong together.

Whatever a path leads to, a read ends: nothing waits for a device or for the writer of a named
pipe without a limit, and nothing is read without a bound. What goes wrong names the file and says
what to do; no error and no frame of its traceback holds what a file says.
"""

from __future__ import annotations

import codecs
import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from zeebe_auth.descriptors import lack_of_descriptors
from zeebe_auth.errors import AuthError, ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.symbolic_links import SymbolicLinks

__all__ = [
    "MAX_BYTES",
    "ChangedMeanwhile",
    "FileEmpty",
    "FileMissing",
    "absolute",
    "is_one_word",
    "link_target",
    "read_small_file",
    "read_small_text",
    "read_together",
    "read_token",
    "resolved",
]

MAX_BYTES = 1024 * 1024
"""How much of a file is taken at most, if nothing else is said."""

_PIPE_SECONDS = 5.0
"""How long a named pipe may take until it was opened, written and closed."""
_POLL_SECONDS = 0.02
_MAX_TRIES = 10
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
_T = TypeVar("_T")


class FileMissing(ConfigurationError):  # noqa: N818 - as CredentialsUnavailable
    """There is no file of that name."""


class FileEmpty(ConfigurationError):  # noqa: N818 - as CredentialsUnavailable
    """The file is there, and nothing is in it."""


class ChangedMeanwhile(Exception):  # noqa: N818 - a signal to `read_together`, no error
    """What is being read was replaced in the middle: `read_together` reads it again."""


def read_small_file(
    path: Path,
    what: str,
    *,
    advice: str = "Name a file that this user may read.",
    max_bytes: int = MAX_BYTES,
) -> bytes:
    """Return the content of a file, without the byte order mark that some editors put first.

    A named pipe is read to its end for at most 5 s. One that came with the process, such as a
    shell's ``<(…)``, gives the same again to whoever reads it later. The null device counts as an
    empty file.

    Args:
        path: The file.
        what: What it is, for people, such as ``env file`` or ``client certificate in``.
        advice: What to do if it can't be read: a sentence.
        max_bytes: How large it may be, 1 MiB if nothing else is said.

    Raises:
        ConfigurationError: There is no such file, or it is empty (classes of their own here, for
            callers that go on); it can't be read, is a directory, a device or a socket, is larger
            than that, or is a pipe that nobody wrote to or closed in time.
    """
    found = _read(path, max_bytes)
    _note(path, max_bytes, found)
    if isinstance(found, _Content):
        return found.content
    if found.kind is FileMissing and _leads_elsewhere(path):
        # The version that the links led to was removed once they led to another one.
        raise ChangedMeanwhile
    raise found.kind(f"The {what} {path} {found.reason} {found.advice or advice}")


def read_small_text(
    path: Path, what: str, *, advice: str = "Name a file that this user may read."
) -> str:
    """Return the text of a file in UTF-8; otherwise as `read_small_file`.

    Raises:
        FileMissing: There is no such file.
        FileEmpty: It is empty.
        ConfigurationError: As `read_small_file`, or it is not UTF-8.
    """
    text = _decoded(read_small_file(path, what, advice=advice))
    if text is None:
        raise ConfigurationError(f"The {what} {path} is not text in UTF-8. Save it as UTF-8.")
    return text


def read_token(path: Path, what: str) -> Secret:
    """Return the one token in a file that somebody else renews, such as a JWT.

    Args:
        path: The file.
        what: What it holds, for people, such as ``client assertion``.

    Raises:
        ConfigurationError: It can't be read, or holds anything but one word of ASCII.
    """
    token = _one_word(
        read_small_file(
            path,
            f"{what} in",
            advice="Check that the file is mounted and that this user may read it.",
        )
    )
    if token is None:
        raise ConfigurationError(
            f"The file {path} holds no {what}. It should hold one line: the token, in ASCII."
        )
    return token


def is_one_word(secret: Secret) -> bool:
    """Whether the string can be a token: visible ASCII without a space."""
    text = secret.reveal()
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def absolute(path: str | os.PathLike[str], what: str) -> Path:
    """Return ``path`` as seen from the working directory of now.

    The same relative path names another file in another working directory, so that it must not be
    kept or compared as it is. Links in it are not followed: they may be swapped on purpose.

    Raises:
        ConfigurationError: It is relative and the working directory is gone.
    """
    try:
        return Path(path).absolute()
    except OSError as error:
        raise ConfigurationError(
            f"The {what} {path} is relative to a working directory that is gone "
            f"({error.strerror}). Give its full path."
        ) from error


def read_together(read: Callable[[], _T], what: str) -> _T:
    """Return what ``read`` gives, once the files that it read were all there at one moment.

    Files that belong together (a client id, its secret and the address to send it to; a
    certificate and its key) are replaced while they are being read, and half of each would be
    neither the old nor the new identity. So the files are looked at again at the end, and if one
    of them differs from what was read of it, all are read again. An error counts as a result: a
    key that doesn't fit the certificate read before it may be the new one.

    Two versions that take turns could deceive that look at the end, so each symbolic link is
    read once: all files behind one link are of one version. The look at the end reads it anew,
    but for the last try, where what it led to is whole and good enough.

    Plain files that are replaced one by one are told apart by their contents alone. If those
    alternate between two versions while they are read, a mixture of both looks like one version
    that was there all the time. Swap a link to a directory of them instead.

    Args:
        read: Reads them by this module's functions, and may be called several times.
        what: What they are together, for people.

    Raises:
        ConfigurationError: They were replaced during each of ten tries.
        AuthError: What ``read`` raised.
    """
    outer = _current_try.get()
    for number in range(_MAX_TRIES):
        # What is read inside of another set belongs to it; read again, links may lead elsewhere.
        this = _Try() if outer is None or number else _Try(outer.links)
        try:
            with _trying(this):
                result: _T | _Raised = read()
        except AuthError as error:
            # Raised outside of this block: its frames may hold what was read.
            result = _Raised(error.copy())
        except ChangedMeanwhile:
            continue
        # Links that never rest give no reason to give up: what they led to in the last try is
        # whole. What is read inside of another set is looked at again with that.
        keeps_links = outer is not None or number == _MAX_TRIES - 1
        if this.is_mixed or not _are_unchanged(
            this.files, this.links if keeps_links else SymbolicLinks()
        ):
            continue
        if outer is not None:
            outer.take_in(this)
        if isinstance(result, _Raised):
            raise result.error
        return result
    raise ConfigurationError(
        f"The files of the {what} were replaced each of the {_MAX_TRIES} times that they were "
        "read. Replace them less often, or all at once, as Kubernetes does by a link."
    )


def resolved(path: Path) -> Path:
    """Return the path without symbolic links, as `read_together` has them in its try of now.

    Outside of one it is the path as given, and where links can't be followed one by one: see
    `SymbolicLinks.resolved`.
    """
    this = _current_try.get()
    return path if this is None else this.links.resolved(path)


def link_target(path: Path) -> str | None:
    """Return what the symbolic link says, as `read_together` has it in its try of now.

    None if there is no such link. Links in the path before it are followed as they are.
    """
    this = _current_try.get()
    return (SymbolicLinks() if this is None else this.links).target(str(path))


@dataclass(frozen=True, slots=True)
class _Content:
    content: bytes = field(repr=False)
    can_be_read_again: bool


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: type[ConfigurationError]
    reason: str
    advice: str | None = None
    can_be_read_again: bool = True


@dataclass(frozen=True, slots=True)
class _FileRead:
    path: Path
    max_bytes: int
    state: object


@dataclass(slots=True)
class _Try:
    """What was read in one try, and where each link led in it."""

    links: SymbolicLinks = field(default_factory=SymbolicLinks)
    files: list[_FileRead] = field(default_factory=list)
    is_mixed: bool = False
    """Whether one of the links led to two places."""

    def take_in(self, inner: _Try) -> None:
        self.files += inner.files
        self.is_mixed |= not self.links.take_in(inner.links)


@dataclass(frozen=True, slots=True)
class _Raised:
    error: AuthError


# A profile is read by several parts of a program, and a shell's pipe gives its content once.
_inherited_pipes: dict[object, bytes] = {}

# Those who read files are far from those who know that they belong together, with sources,
# references and certificates in between.
_current_try: ContextVar[_Try | None] = ContextVar("_current_try", default=None)


@contextmanager
def _trying(this: _Try) -> Iterator[None]:
    token = _current_try.set(this)
    try:
        yield
    finally:
        _current_try.reset(token)


def _note(path: Path, max_bytes: int, found: _Content | _Fault) -> None:
    this = _current_try.get()
    if this is not None and found.can_be_read_again:
        this.files.append(_FileRead(path, max_bytes, _state(found)))


def _are_unchanged(files: list[_FileRead], links: SymbolicLinks) -> bool:
    if len({file.path for file in files}) <= 1:
        return True
    with _trying(_Try(links)):
        return all(_state(_read(file.path, file.max_bytes)) == file.state for file in files)


def _leads_elsewhere(path: Path) -> bool:
    this = _current_try.get()
    return this is not None and this.links.resolved(path) != SymbolicLinks().resolved(path)


def _state(found: _Content | _Fault) -> object:
    if isinstance(found, _Fault):
        return found
    # By content: a file system's clock may be too coarse to tell two versions apart.
    return hashlib.sha256(found.content).digest()


def _read(path: Path, max_bytes: int) -> _Content | _Fault:
    try:
        descriptor = os.open(resolved(path), _FLAGS)
    except (FileNotFoundError, NotADirectoryError) as error:
        return _Fault(FileMissing, f"can't be read: {error.strerror}.")
    except (OSError, ValueError) as error:
        return _not_opened(path, error)
    try:
        found = _read_descriptor(descriptor, path, max_bytes)
    except OSError as error:
        return _unreadable(error)
    finally:
        os.close(descriptor)
    if isinstance(found, _Content) and not found.content:
        return _Fault(FileEmpty, "is empty.", "Write into it what belongs there.")
    return found


def _not_opened(path: Path, error: OSError | ValueError) -> _Fault:
    # Windows opens no directory, and no system opens a socket; what it says of them is no help.
    try:
        refused = _refused(path.stat().st_mode)
    except (OSError, ValueError):
        refused = None
    return refused or _unreadable(error)


def _unreadable(error: OSError | ValueError) -> _Fault:
    if getattr(error, "errno", None) == errno.EISDIR:
        return _Fault(ConfigurationError, "can't be read: it is a directory.", "Name a file in it.")
    lack = lack_of_descriptors(error) if isinstance(error, OSError) else None
    if lack:
        cause, _, advice = lack.partition(". ")
        return _Fault(ConfigurationError, f"can't be read: {cause}.", f"{advice}.")
    reason = getattr(error, "strerror", None) or type(error).__name__
    return _Fault(ConfigurationError, f"can't be read: {reason}.")


def _refused(mode: int) -> _Fault | None:
    """What is wrong with something that isn't a file or a pipe."""
    if stat.S_ISDIR(mode):
        return _Fault(ConfigurationError, "can't be read: it is a directory.", "Name a file in it.")
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return _Fault(ConfigurationError, "can't be read: it is a device.", "Name a file.")
    if stat.S_ISSOCK(mode):
        return _Fault(ConfigurationError, "can't be read: it is a socket.", "Name a file.")
    return None


def _read_descriptor(descriptor: int, path: Path, max_bytes: int) -> _Content | _Fault:
    # What was opened is judged, not what the path led to before.
    status = os.fstat(descriptor)
    if stat.S_ISCHR(status.st_mode) and os.path.normcase(path) == os.path.normcase(os.devnull):
        # Named where a file is to be left out; it is read as what it says.
        return _Content(b"", can_be_read_again=True)
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
    return _Content(content, can_be_read_again=not stat.S_ISFIFO(status.st_mode))


def _is_inherited(path: Path) -> bool:
    """Whether a pipe came with the process, as those of a shell's ``<(…)`` do."""
    return str(path).startswith(("/dev/fd/", "/dev/stdin", "/proc/self/fd/"))


def _read_regular(descriptor: int, chunks: list[bytes], max_bytes: int) -> _Fault | None:
    left = max_bytes
    while chunk := os.read(descriptor, _CHUNK_BYTES):
        chunks.append(chunk)
        left -= len(chunk)
        if left < 0:
            return _too_large(max_bytes)
    return None


def _read_pipe(
    descriptor: int, chunks: list[bytes], max_bytes: int, known: bytes | None
) -> _Fault | None:
    if not hasattr(os, "O_NONBLOCK"):
        return _Fault(ConfigurationError, "can't be read: it is a pipe.", "Name a file.")
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
            return _Fault(
                ConfigurationError,
                f"is a pipe that was not {done} within {_PIPE_SECONDS:.0f} s.",
                "A pipe can be read once; where that isn't enough, name a file.",
                can_be_read_again=False,
            )
        time.sleep(_POLL_SECONDS)


def _too_large(max_bytes: int) -> _Fault:
    size = f"{max_bytes // (1024 * 1024)} MiB"
    return _Fault(ConfigurationError, f"is larger than {size}.", "Name the right file.")


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        # Its error would carry the content.
        return None


def _one_word(content: bytes) -> Secret | None:
    try:
        token = Secret(content.decode("ascii").strip())
    except UnicodeDecodeError:
        return None
    return token if is_one_word(token) else None
