"""Forks while a token is at hand and a refresh is under way: ``fork_warm.py STORE CHILDREN``."""

from __future__ import annotations

import os
import sys
import threading

from sandbox_provider import answer_of, provider, say, wait_for_go

from zeebe_auth import ClientCredentials, EnvSource, OAuthCredentialsProvider, RefreshPolicy


class DueAtOnce(RefreshPolicy):
    """The first token is due for a refresh at once, the next one isn't."""

    first_refresh_fraction = (0.0, 0.0)


REFRESH_MAY_BEGIN = threading.Event()


class HoldingSource:
    """Gives the credentials for the first token at once, for others when a refresh may begin."""

    held = False

    def load(self) -> ClientCredentials:
        if self.held:
            REFRESH_MAY_BEGIN.wait(60)
        self.held = True
        return EnvSource().load()


def say_old_and_new(who: str, asked: OAuthCredentialsProvider, old: str) -> None:
    say([who, "at once", answer_of(asked) == old])
    pause = threading.Event()
    while answer_of(asked) == old:
        pause.wait(0.01)
    say([who, "refreshed", answer_of(asked)])


def main(store: str, children: str) -> None:
    asked = provider(store, DueAtOnce(), source=HoldingSource())
    old = answer_of(asked)
    say(old)
    wait_for_go()
    REFRESH_MAY_BEGIN.set()
    wait_for_go()
    forked = []
    for number in range(int(children)):
        forked.append(os.fork())
        if not forked[-1]:
            say_old_and_new(f"child {number}", asked, old)
            os._exit(0)
    say_old_and_new("parent", asked, old)
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in forked]
    say(["children ended with", ends])


if __name__ == "__main__":
    main(*sys.argv[1:])
