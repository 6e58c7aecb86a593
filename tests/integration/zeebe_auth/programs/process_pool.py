"""Hands a provider to a process of a pool: ``process_pool.py START_METHOD``."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
from concurrent.futures import ProcessPoolExecutor

from sandbox_provider import answer_of, provider, say


def main(start_method: str) -> None:
    asked = provider("memory")
    token = answer_of(asked)
    pickled = pickle.dumps(asked)
    secrets = (token, os.environ["CAMUNDA_CLIENT_SECRET"])
    say(["pickled a secret", any(secret.encode() in pickled for secret in secrets)])
    context = multiprocessing.get_context(start_method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        say([token, pool.submit(answer_of, asked).result(timeout=60)])


if __name__ == "__main__":
    main(*sys.argv[1:])
