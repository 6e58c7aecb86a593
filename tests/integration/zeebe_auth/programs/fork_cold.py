"""Forks while the first token request is under way: ``fork_cold.py STORE``."""

from __future__ import annotations

import os
import sys
import threading

from sandbox_provider import answer_of, provider, say, wait_for_go


def main(store: str) -> None:
    asked = provider(store)
    waiter = threading.Thread(target=lambda: say(["parent", answer_of(asked)]))
    waiter.start()
    wait_for_go()
    child = os.fork()
    if not child:
        say("forked")
        say(["child", answer_of(asked)])
        os._exit(0)
    waiter.join()
    _, status = os.waitpid(child, 0)
    say(["child ended with", os.waitstatus_to_exitcode(status)])


if __name__ == "__main__":
    main(*sys.argv[1:])
