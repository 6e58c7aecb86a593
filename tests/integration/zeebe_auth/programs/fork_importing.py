"""Forks while a worker thread is just importing a module for the first token request."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from sandbox_provider import answer_of, say, transport

from zeebe_auth import ClientCredentials, EnvSource, OAuthCredentialsProvider

IMPORT_BEGAN = threading.Event()
FORK_BEGINS = threading.Event()


class ImportingSource:
    """Imports a module, as a source with a library of its own does."""

    def load(self) -> ClientCredentials:
        from slow_to_import import COMPLETE

        assert COMPLETE

        return EnvSource().load()


def main(folder: str) -> None:
    Path(folder, "slow_to_import.py").write_text(
        "import __main__\n"
        "__main__.IMPORT_BEGAN.set()\n"
        "__main__.FORK_BEGINS.wait(60)\n"
        "COMPLETE = True\n"
    )
    sys.path.insert(0, folder)
    asked = OAuthCredentialsProvider(ImportingSource(), transport=transport())
    # Of such hooks the last one registered runs first: the module is imported until then.
    os.register_at_fork(before=FORK_BEGINS.set)
    waiter = threading.Thread(target=lambda: say(["parent", answer_of(asked)]))
    waiter.start()
    IMPORT_BEGAN.wait(60)
    child = os.fork()
    if not child:
        say(["child", answer_of(asked)])
        os._exit(0)
    waiter.join()
    os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
