"""Another Python process that works on the same store, as seen from the one that asks it.

Commands and answers are JSON, one a line; `zeebe_auth.testing.peer_program` is the other end.
"""

from __future__ import annotations

import json
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from zeebe_auth.protocols import TokenStore
from zeebe_auth.testing.conformance import HANG_SECONDS, ConformanceError
from zeebe_auth.testing.peer_program import serve

_END_SECONDS = 60.0
# The peer imports from where this process does, before it imports anything else.
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    f"from {serve.__module__} import {serve.__name__}; {serve.__name__}()"
)


def _recipe(make_store: Callable[[], TokenStore]) -> bytes:
    """What another process makes the same store from: the store itself, or its maker, pickled.

    Raises:
        ConformanceError: Neither can be pickled.
    """
    for part in (make_store(), make_store):
        try:
            return pickle.dumps((part is make_store, part))
        except Exception:  # noqa: S112 - classes raise what they like from __reduce__
            continue
    raise ConformanceError(
        "The store can't be given to another process: neither it nor the function that makes it "
        "can be pickled. Let the store pickle as its recipe, or define the function at the top "
        "of an importable module; for a store that is not shared between processes, pass "
        "shared_between_processes=False."
    )


def _interpreter() -> str:
    """The program that runs Python code for this one.

    Raises:
        ConformanceError: There is none: PyInstaller and its like leave ``sys.executable`` naming
            the program itself, which would begin anew, and an embedded Python leaves it empty.
    """
    if getattr(sys, "frozen", False) or not sys.executable:
        raise ConformanceError(
            "The store can't be checked in another process: this program has no Python "
            "interpreter to start, because it is frozen or embeds one. Run the checks with "
            "Python itself, or pass shared_between_processes=False."
        )
    return sys.executable


class Peer:
    """A process with the store in it.

    Args:
        make_store: Makes the store; it or the store is pickled.

    Raises:
        ConformanceError: Neither can be pickled, or no other process can be started.
    """

    def __init__(self, make_store: Callable[[], TokenStore]) -> None:
        recipe = _recipe(make_store)
        self.process = subprocess.Popen(
            # -P, or a json.py of the working directory would be imported before the path is set.
            [_interpreter(), "-P", "-c", _PROGRAM, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="ascii",
        )
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.tell("open", recipe.hex())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._end()
        else:
            self.kill()

    def tell(self, command: str, *arguments: object) -> None:
        """Send a command without waiting for its answer."""
        assert self.process.stdin is not None  # it is a pipe
        self.process.stdin.write(json.dumps([command, *arguments]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """The next answer.

        Raises:
            ConformanceError: The store failed there, or hangs.
        """
        answer = self._next_line()
        while "going_on" in answer:
            answer = self._next_line()
        if "failure" in answer:
            raise ConformanceError(f"In another process: {answer['failure']}")
        return answer["value"]

    def ask(self, command: str, *arguments: object) -> Any:
        """Send a command and give its answer."""
        self.tell(command, *arguments)
        return self.answer()

    def kill(self) -> None:
        """End the process in the middle of what it does (SIGKILL where there is one)."""
        self.process.kill()
        self._end()

    def _next_line(self) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=HANG_SECONDS)
        except queue.Empty:
            raise ConformanceError(
                "The store hangs: it kept another process waiting for more than "
                f"{HANG_SECONDS:g} seconds, which is a bound against hangs and not a measure of "
                "speed."
            ) from None
        if line is None:
            raise ConformanceError("The store ended another process that used it.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end(self) -> None:
        assert self.process.stdin is not None  # it is a pipe
        with suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._listener.join()

    def _listen(self) -> None:
        assert self.process.stdout is not None  # it is a pipe
        with self.process.stdout as answers:
            for line in answers:
                self._answers.put(line)
        self._answers.put(None)
