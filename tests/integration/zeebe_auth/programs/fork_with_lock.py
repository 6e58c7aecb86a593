"""Forks while the first token request is under way, with the store's lock in its hands:
``fork_with_lock.py [in C]``, where Python's hooks for a fork don't run."""

from __future__ import annotations

import ctypes
import os
import sys
import threading

from sandbox_provider import answer_of, file_store, provider, say, settle, wait_for_go

from zeebe_auth import EnvSource, TokenKey


def is_lock_free() -> bool:
    with file_store().lock(TokenKey.of(EnvSource().load()), 0) as had:
        return had


def main(how: str = "") -> None:
    asked = provider("file")
    threading.Thread(target=answer_of, args=[asked], daemon=True).start()
    wait_for_go()
    fork = os.fork
    if how == "in C":
        settle()
        fork = ctypes.PyDLL(None).fork
    if fork():
        # Until the test kills it.
        threading.Event().wait(120)
        return
    say(["lock is free", is_lock_free()])
    wait_for_go()
    say(["lock is free", is_lock_free()])
    say(answer_of(asked))
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
