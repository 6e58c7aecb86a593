"""A fork waits until no thread of ours is where a child could not go on from.

A child has one thread, and what another thread of its parent had locked stays locked in it. Our
own locks are made anew; those of Python's import system and of OpenSSL can't be. A first token
request imports for a tenth of a second and then sets up TLS, so a program that forks soon after
it asked for a token would often get children that wait for ever (8 of 10 were seen to).
"""

from __future__ import annotations

import _imp

# logging's own hooks hold its lock during a fork. They have to be registered before ours, so that
# they run after them: else a thread that imports a module with a logger would wait for the fork.
import logging  # noqa: F401
import os
import sys
import threading
import time
from functools import partial

__all__ = ["hold_forks"]

_OUR_THREADS = "zeebe-auth"  # what all their names begin with
_IMPORT_SYSTEM = "<frozen importlib._bootstrap>"
_TLS_MODULES = ("ssl", "zeebe_auth.token_endpoint.http.tls")
_POLL_SECONDS = 0.001


def hold_forks(limit_seconds: float) -> None:
    """Let each fork of this process wait, where there are forks.

    Args:
        limit_seconds: How long at most: what hangs must not keep a process from forking for ever.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=partial(_close, limit_seconds),
            after_in_parent=_imp.release_lock,
            after_in_child=_imp.release_lock,
        )


def _close(limit_seconds: float) -> None:
    """Wait until our threads are out of harm's way, and let no import begin before the fork.

    That takes the lock under which imports begin. The interpreter takes it for a fork as well,
    but by then an import may be half done. In the child, too, it is held by the thread that forks.
    """
    deadline = time.monotonic() + limit_seconds
    while True:
        _imp.acquire_lock()
        if not _is_any_in_harms_way() or time.monotonic() >= deadline:
            return
        _imp.release_lock()
        time.sleep(_POLL_SECONDS)


def _is_any_in_harms_way() -> bool:
    here = threading.get_ident()
    ours = [
        thread.ident or 0
        for thread in threading.enumerate()
        if thread.name.startswith(_OUR_THREADS) and thread.ident != here
    ]
    if not ours:
        return False
    harmful = {_IMPORT_SYSTEM}
    harmful.update(
        file for name in _TLS_MODULES if (file := getattr(sys.modules.get(name), "__file__", None))
    )
    frames = sys._current_frames()  # noqa: SLF001 - no other way to look at another thread
    for ident in ours:
        frame = frames.get(ident)
        while frame is not None:
            if frame.f_code.co_filename in harmful:
                return True
            frame = frame.f_back
    return False
