"""A server as gunicorn runs it, whose workers are forked with a provider that has a token:
``prefork_server.py STORE``."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from sandbox_provider import provider, say, wait_for_go

from zeebe_auth import Event, EventKind, OAuthCredentialsProvider, RefreshPolicy

WORKERS = 4


class Often(RefreshPolicy):
    """Refreshes early in the lifetime, so that a busy machine is never late for it."""

    first_refresh_fraction = later_refresh_fraction = (0.2, 0.3)
    min_age_before_refresh_seconds = 0


LONG_SECONDS = 40


class Refreshes:
    """Hears of tokens that the timer has replaced."""

    def __init__(self) -> None:
        self.heard = threading.Event()

    def __call__(self, event: Event) -> None:
        if event.kind is EventKind.TOKEN_REFRESHED:
            self.heard.set()


def serve(name: str, asked: OAuthCredentialsProvider, refreshes: Refreshes) -> None:
    """Use tokens until one was issued after the first had expired. Nothing is asked for while
    the next one is waited for."""
    # In the parent some thread may have been using this one.
    refreshes.heard = threading.Event()
    first = token = asked.get_token(timeout=LONG_SECONDS)
    say([name, "serves", token.value.reveal()])
    texts, in_time = [token.value.reveal()], []
    while all(in_time) and token.issued_at <= first.expires_at:
        in_time.append(refreshes.heard.wait(LONG_SECONDS))
        refreshes.heard.clear()
        before = time.time()
        token = asked.get_token(timeout=LONG_SECONDS)
        in_time.append(before < token.expires_at)
        texts.append(token.value.reveal())
    say([name, "ends", all(in_time), list(dict.fromkeys(texts))])


def main(store: str) -> None:
    refreshes = Refreshes()
    asked = provider(store, Often(), on_event=refreshes)
    say(asked.get_token().value.reveal())

    def start(name: str) -> int:
        process = os.fork()
        if not process:
            status = 1
            try:
                serve(name, asked, refreshes)
                status = 0
            finally:
                os._exit(status)
        return process

    workers = [start(f"worker {number}") for number in range(WORKERS)]
    wait_for_go()
    os.kill(workers[0], signal.SIGKILL)
    os.waitpid(workers[0], 0)
    workers[0] = start("replacement")
    ends = [os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers]
    say(["parent", "ends", ends])


if __name__ == "__main__":
    main(*sys.argv[1:])
