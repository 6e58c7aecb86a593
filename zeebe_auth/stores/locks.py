"""A lock file that excludes threads and processes alike, for a bounded time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def process_lock(path: Path, timeout_seconds: float, poll_seconds: float) -> Iterator[bool]:
    """Hold the lock at ``path``, if it is had within ``timeout_seconds``.

    The system frees it when its holder ends, however that ends. It is not reentrant: the same
    thread asking again waits, in vain.

    Args:
        path: The lock file. It is made 0600 and stays.
        timeout_seconds: From 0, which tries once.
        poll_seconds: How often a waiter looks.

    Yields:
        Whether it was had.

    Raises:
        OSError: There can be no lock at this path: a read-only or full disk, no permission.
    """
    from filelock import FileLock, Timeout

    # An object of its own for each holder: filelock counts a shared one as reentrant. Not
    # thread-local, or a release on another thread would do nothing.
    lock = FileLock(path, mode=0o600, thread_local=False)
    try:
        # A negative time-out would mean for ever.
        lock.acquire(timeout=max(0.0, timeout_seconds), poll_interval=poll_seconds)
    except Timeout:
        yield False
        return
    except (RuntimeError, NotImplementedError, Warning) as error:
        raise OSError(f"filelock gives no lock here ({type(error).__name__})") from error
    try:
        yield True
    finally:
        with suppress(OSError):
            lock.release()
