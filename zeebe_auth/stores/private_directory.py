"""A directory that only its owner may change, and whole-file changes in it."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from zeebe_auth.errors import StoreError
from zeebe_auth.files.descriptors import lack_of_descriptors
from zeebe_auth.files.private_file import is_link, read_private_file, rename, write_private_file

_CHANGE_LOCK_SECONDS = 5.0
_CHANGE_POLL_SECONDS = 0.002
_LOCK_POLL_SECONDS = 0.025


def default_directory() -> Path:
    """``zeebe-auth`` in the user's cache directory.

    Raises:
        StoreError: The system knows no home directory for this user.
    """
    home = os.environ.get("HOME", "")
    is_usual = sys.platform == "linux" and os.path.isabs(home)  # noqa: PTH117 - Path is slower
    if is_usual and not {"XDG_CACHE_HOME", "ANDROID_ROOT"} & os.environ.keys():
        # What platformdirs says as well, for a seventh of a command's whole time.
        return Path(home, ".cache", "zeebe-auth")

    from platformdirs import user_cache_path

    try:
        path = user_cache_path("zeebe-auth", appauthor=False)
    except RuntimeError:
        path = None
    # Older versions of platformdirs leave the "~" of an unknown home directory as it is.
    if path is None or not path.is_absolute():
        raise StoreError(
            "There is no cache directory, since this user has no home directory. Set HOME (or "
            "XDG_CACHE_HOME), or name a directory for the token store."
        )
    return path


class PrivateDirectory:
    """Files for one user, each changed as a whole.

    The directory, and what is missing above it, is made 0700 with the first file. One that is there
    already is accepted if it belongs to this user and nobody else may write in it; one that others
    may merely list is left as it is, since its files are 0600 and their names tell nothing. On
    Windows the access list that the directory inherits decides, as in all of the user's profile.

    Args:
        path: The directory, absolute. It may not be a symbolic link; its parents may.
    """

    __slots__ = ("path",)

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> bytes | None:
        """The content of the file ``name``, or None if there is none.

        Raises:
            StoreError: It can't be read, or somebody else may have written or read it.
        """
        path = self.path / name
        try:
            return read_private_file(path) if self._is_there() else None
        except StoreError:
            raise
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _explained("read", path, error) from error

    def replace(self, name: str, content: bytes) -> None:
        """Put ``content`` into the file ``name``: written aside, synced, renamed.

        Call it within `changing`.

        Raises:
            StoreError: The disk is full or read-only, or this user may not write there.
        """
        path, aside = self.path / name, self.path / f"{name}.new"
        try:
            write_private_file(aside, content)
            try:
                rename(aside, path)
            except OSError:
                with suppress(OSError):
                    aside.unlink()
                raise
        except OSError as error:
            raise _explained("write", path, error) from error
        self._sync()

    def forget(
        self,
        name: str,
        is_the_one: Callable[[], bool],
        timeout_seconds: float = _CHANGE_LOCK_SECONDS,
    ) -> None:
        """Remove the file ``name`` if it is the one meant, and what is left of it in other forms.

        What a killed writer wrote aside goes in any case: nobody will ever read it. A file that
        was set aside as corrupt may hold what the file held, so it goes with it, and also if
        there is no such file any more. A writer that is active is waited for.

        Args:
            name: The file.
            is_the_one: Whether it is, asked while nobody can change it.
            timeout_seconds: How long to wait for a writer.

        Raises:
            StoreError: Some of it is still there.
        """
        if not any(map(self.has, (name, f"{name}.new", f"{name}.corrupt"))):
            return
        with self.changing(name, timeout_seconds):
            self.remove(f"{name}.new")
            if is_the_one():
                self.remove(name)
            if not self.has(name):
                self.remove(f"{name}.corrupt")

    def forget_leftovers(self, name: str) -> None:
        """Remove what a killed writer of ``name`` left and what was set aside as corrupt.

        Raises:
            StoreError: Some of it is still there.
        """
        leftovers = [f"{name}.new", f"{name}.corrupt"]
        if any(map(self.has, leftovers)):
            with self.changing(name):
                for each in leftovers:
                    self.remove(each)

    def sweep(self, name: str) -> None:
        """Remove what a killed writer of ``name`` left, unless a writer is active right now."""
        if self.has(f"{name}.new"):
            # On a read-only disk it stays, and is no reason not to read.
            with suppress(StoreError), self.changing(name, timeout_seconds=0.0):
                self.remove(f"{name}.new")

    def remove(self, name: str) -> None:
        """Remove the file ``name``, if it is there.

        Raises:
            StoreError: It is still there.
        """
        path = self.path / name
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            # A read-only file system says so before it looks whether there is a file.
            if self.has(name):
                raise _explained("remove", path, error) from error

    def set_aside(self, name: str) -> str | None:
        """Rename the file ``name`` to ``name.corrupt``, over an earlier one.

        Returns:
            The new name, or None if that was not possible.
        """
        aside = f"{name}.corrupt"
        try:
            rename(self.path / name, self.path / aside)
        except OSError:
            return None
        return aside

    def has(self, name: str) -> bool:
        """Whether there is a file or anything else of that name."""
        return os.path.lexists(self.path / name)

    @contextmanager
    def changing(self, name: str, timeout_seconds: float = _CHANGE_LOCK_SECONDS) -> Iterator[None]:
        """A short lock around a change of ``name``; it makes the directory if need be.

        Args:
            name: The file.
            timeout_seconds: How long to wait for whoever holds it.

        Raises:
            StoreError: There can be no directory or lock here, or another process has stopped
                while it held the lock.
        """
        self._make()
        path = self.path / f"{name}.change.lock"
        # Imported for changes only: a program that finds its token needs neither.
        from zeebe_auth.stores.locks import process_lock

        with ExitStack() as stack:
            lock = process_lock(path, timeout_seconds, _CHANGE_POLL_SECONDS)
            try:
                had = stack.enter_context(lock)
            except OSError as error:
                raise _explained("lock", path, error) from error
            if not had:
                raise _locked(path)
            yield

    @contextmanager
    def lock(self, name: str, timeout_seconds: float) -> Iterator[bool]:
        """A lock across processes; it yields False where there can be none, too."""
        from zeebe_auth.stores.locks import process_lock

        lock = process_lock(self.path / f"{name}.lock", timeout_seconds, _LOCK_POLL_SECONDS)
        try:
            self._make()
            had = lock.__enter__()
        except OSError:
            yield False
            return
        try:
            yield had
        finally:
            lock.__exit__(None, None, None)

    def _make(self) -> None:
        try:
            if self._is_there():
                return
            _make_private(self.path)
            self._is_there()
        except StoreError:
            raise
        except OSError as error:
            raise _explained("make", self.path, error) from error

    def _is_there(self) -> bool:
        try:
            status = os.lstat(self.path)
        except FileNotFoundError:
            return False
        if is_link(status):
            raise StoreError(
                f"{self.path} is a symbolic link, which a token store does not follow. Name the "
                "directory it leads to."
            )
        if not stat.S_ISDIR(status.st_mode):
            raise StoreError(f"{self.path} is not a directory. Name another for the token store.")
        if sys.platform != "win32":
            if status.st_uid != os.geteuid():
                raise StoreError(
                    f"{self.path} belongs to another user (uid {status.st_uid}). Name a directory "
                    "of this user for the token store, such as a new one inside it."
                )
            if status.st_mode & 0o022:
                raise StoreError(
                    f"Other users may write in {self.path}. Run chmod go-w on it, or name a new "
                    "directory inside it for the token store."
                )
        return True

    def _sync(self) -> None:
        if sys.platform != "win32":
            # Some file systems can't; the rename then lasts as long as the system stays up.
            with suppress(OSError):
                descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)


def _make_private(path: Path) -> None:
    """Make the directory and what is missing above it, each for its owner alone.

    What is made above a token store holds it, and nothing else yet; for a missing cache directory
    the XDG Base Directory Specification asks for 0700, too.
    """
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return
    except FileNotFoundError:
        if path.parent == path:
            raise
        _make_private(path.parent)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)


def _locked(path: Path) -> StoreError:
    return StoreError(
        f"{path} has been locked for {_CHANGE_LOCK_SECONDS:g} seconds by a process that does not "
        "go on. Continue or end that process."
    )


def _explained(action: str, path: Path, error: OSError) -> StoreError:
    import errno

    lack = lack_of_descriptors(error)
    if lack:
        return StoreError(f"Could not {action} {path}: {lack}.")
    next_step = {
        errno.EROFS: "Name a directory on a writable disk for the token store",
        errno.ENOSPC: "Free some space",
        errno.EDQUOT: "Free some space",
        errno.EACCES: "Give this user the right to, or name a directory of its own",
        errno.EPERM: "Give this user the right to, or name a directory of its own",
    }.get(error.errno or 0, "Name another directory for the token store")
    return StoreError(f"Could not {action} {path}: {error.strerror or error}. {next_step}.")
