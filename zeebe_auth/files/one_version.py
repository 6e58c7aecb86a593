"""Reads files that belong together, all of one version."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple, TypeVar

from zeebe_auth.errors import AuthError, ConfigurationError
from zeebe_auth.files.bounded_read import Content, Fault, read_bounded
from zeebe_auth.files.symbolic_links import SymbolicLinks

_MAX_TRIES = 10
_T = TypeVar("_T")


class ChangedMeanwhile(Exception):
    """What is being read was replaced in the middle: `read_together` reads it again."""


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
        read: Reads them by the functions of `zeebe_auth.files.small_files`, and may be called
            several times.
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
                result = read()
            failure: AuthError | None = None
        except AuthError as error:
            # Raised outside of this block: its frames may hold what was read.
            failure = error.copy()
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
        if failure is not None:
            raise failure
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


class _FileRead(NamedTuple):
    path: Path
    max_bytes: int
    state: object


# No dataclass: those compile code at each start, 0.7 ms for each class.
class _Try:
    """What was read in one try, and where each link led in it.

    Attributes:
        is_mixed: Whether one of the links led to two places.
    """

    __slots__ = ("files", "is_mixed", "links")

    def __init__(self, links: SymbolicLinks | None = None) -> None:
        self.links = SymbolicLinks() if links is None else links
        self.files: list[_FileRead] = []
        self.is_mixed = False

    def take_in(self, inner: _Try) -> None:
        self.files += inner.files
        self.is_mixed |= not self.links.take_in(inner.links)


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


def read_file(path: Path, max_bytes: int) -> Content | Fault:
    """Read a file; within `read_together`, as one of those that belong together."""
    this = _current_try.get()
    found = read_bounded(path, max_bytes, resolved)
    if this is not None and found.can_be_read_again:
        this.files.append(_FileRead(path, max_bytes, _state(found)))
    return found


def _are_unchanged(files: list[_FileRead], links: SymbolicLinks) -> bool:
    if len({file.path for file in files}) <= 1:
        return True
    return all(
        _state(read_bounded(file.path, file.max_bytes, links.resolved)) == file.state
        for file in files
    )


def leads_elsewhere(path: Path) -> bool:
    """Whether a link in ``path`` was swapped since `read_together` read it in its try of now."""
    this = _current_try.get()
    return this is not None and this.links.resolved(path) != SymbolicLinks().resolved(path)


def _state(found: Content | Fault) -> object:
    if isinstance(found, Fault):
        return found
    # By content: a file system's clock may be too coarse to tell two versions apart.
    return hashlib.sha256(found.content).digest()
