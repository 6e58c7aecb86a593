"""Threads that ask one provider together: ``ask.py STORE THREADS LOCK_SECONDS``."""

from __future__ import annotations

import importlib
import sys
from concurrent.futures import ThreadPoolExecutor

from sandbox_provider import answer_of, provider, say, wait_for_go

from zeebe_auth import RefreshPolicy

# Loaded by the first request, while others wait for a lock that is short in some tests.
LOADED_LATE = ("discovery", "http.network", "http.sending", "reply", "request")


def main(store: str, threads: str, lock_seconds: str) -> None:
    for name in LOADED_LATE:
        importlib.import_module(f"zeebe_auth.token_endpoint.{name}")
    policy = type("Policy", (RefreshPolicy,), {"lock_seconds": float(lock_seconds)})()
    asked = provider(store, policy)
    with ThreadPoolExecutor(int(threads)) as pool:
        say("ready")
        wait_for_go()
        answers = [pool.submit(answer_of, asked) for _ in range(int(threads))]
        say("asking")
        say([answer.result() for answer in answers])


if __name__ == "__main__":
    main(*sys.argv[1:])
