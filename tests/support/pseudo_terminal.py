"""A program on a terminal of its own, as a person has it."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from typing import Self

__all__ = ["SELECT_GRAPHIC_RENDITION", "PseudoTerminal"]

# ECMA-48: the escape sequence that sets colours and the like.
SELECT_GRAPHIC_RENDITION = r"\x1b\[[0-9;]*m"

_BOUND_SECONDS = 60.0
_SILENT_SECONDS = 5.0


class PseudoTerminal:
    """A program whose three standard streams are a pseudo-terminal.

    Args:
        command: The program and its arguments.
        environment: Its environment.
        columns: How wide the terminal is.
    """

    def __init__(
        self, command: Sequence[str], environment: dict[str, str], columns: int = 80
    ) -> None:
        import fcntl
        import struct
        import termios

        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.output = ""
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm", **environment},
            start_new_session=True,
            # Its terminal is the one that sends it SIGINT for Ctrl-C.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no thread yet
        )
        os.close(theirs)

    @property
    def plain_output(self) -> str:
        """The output without colours, its lines as a program writes them."""
        return re.sub(SELECT_GRAPHIC_RENDITION, "", self.output).replace("\r\n", "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(_BOUND_SECONDS)
        os.close(self._ours)

    def read_until(self, text: str) -> None:
        """Read until ``text`` is in the output."""
        limit = time.monotonic() + _BOUND_SECONDS
        while text not in self.output:
            assert time.monotonic() < limit, self.output
            assert self._read(), self.output

    def interrupt(self) -> int:
        """Press Ctrl-C, read all that is left, and return the exit code.

        As a person does it, again if nothing comes of it: CPython loses a signal that arrives
        right before the system call that waits (11 of 150 at the prompt of a bare ``input()``,
        on a busy machine with Python 3.11).
        """
        for _ in range(int(_BOUND_SECONDS / _SILENT_SECONDS)):
            os.write(self._ours, b"\x03")
            while select.select([self._ours], [], [], _SILENT_SECONDS)[0]:
                if not self._read():
                    return self.end()
        raise AssertionError(self.output)

    def end(self) -> int:
        """Read all that is left, and return the exit code."""
        while self._read():
            pass
        return self._process.wait(_BOUND_SECONDS)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._ours], [], [], _BOUND_SECONDS)
        assert ready, self.output
        try:
            content = os.read(self._ours, 65536)
        except OSError:  # the other end is closed
            return False
        self.output += content.decode()
        return bool(content)
