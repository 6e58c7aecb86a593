"""Programs that ask for tokens in processes of their own, against the sandbox."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from zeebe_grpc.sandbox import Sandbox

PROGRAMS = Path(__file__).parent / "programs"
LINE_SECONDS = 90


class Program:
    """A running program, which prints one line of JSON at a time."""

    def __init__(self, name: str, *arguments: str, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, PROGRAMS / name, *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def heard(self) -> Any:
        """Return what it prints next."""
        line = self._lines.get(timeout=LINE_SECONDS)
        assert line, "The program ended without saying more."
        return json.loads(line)

    def go(self) -> None:
        """Let it go on from where it waits."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self) -> int:
        """Wait until it has ended by itself."""
        return self.process.wait(LINE_SECONDS)

    def kill(self) -> None:
        """End it, and what it has forked."""
        # A living process could still write something.
        if hasattr(os, "killpg") and self._listener.is_alive():
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self._listener.join(LINE_SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")


@pytest.fixture
def start_program(zeebe_sandbox: Sandbox) -> Iterator[Callable[..., Program]]:
    """Give a function `(name, *arguments, **variables) -> Program`; the sandbox's variables are
    set, and every program is ended with the test."""
    programs: list[Program] = []

    def start(name: str, *arguments: str, **variables: str) -> Program:
        environment = {**zeebe_sandbox.child_environment(), **variables}
        programs.append(Program(name, *arguments, environment=environment))
        return programs[-1]

    yield start
    zeebe_sandbox.token_delay_seconds = 0
    for program in programs:
        program.kill()
