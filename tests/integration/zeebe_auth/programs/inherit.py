"""Processes that multiprocessing forks with a provider: ``inherit.py STORE warm|cold``."""

from __future__ import annotations

import multiprocessing
import sys

from sandbox_provider import answer_of, provider, say

from zeebe_auth import OAuthCredentialsProvider

PROCESSES = 4


def ask(asked: OAuthCredentialsProvider, number: int) -> None:
    # The first answer is from memory in a warm process, the second one from memory in any.
    say([number, answer_of(asked), answer_of(asked)])


def main(store: str, temperature: str) -> None:
    asked = provider(store)
    if temperature == "warm":
        answer_of(asked)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=ask, args=(asked, n)) for n in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    say(["parent", answer_of(asked), [process.exitcode for process in processes]])


if __name__ == "__main__":
    main(*sys.argv[1:])
