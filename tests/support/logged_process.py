"""A server program in the foreground, whose log can be waited for."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import pytest

__all__ = ["LoggedProcess", "find_program"]

PATIENCE_SECONDS = 120.0
# Debian keeps servers where the PATH of a plain user doesn't look.
SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin"


def find_program(name: str, package: str) -> str:
    """Return the path of a program; the test fails if it is missing."""
    path = shutil.which(name) or shutil.which(name, path=SYSTEM_PATH)
    if path is None:
        pytest.fail(f"{name} not found: apt-get install {package}")
    return path


class LoggedProcess:
    """Runs until the end of its ``with`` block, or for so long that whoever started it is gone.

    Args:
        command: The program, told to stay in the foreground and to log to stderr.
        environment: Of the program.
        open_files: File descriptors that it inherits under the same numbers.
        folder: To run in; None for this process's own.
        longest_life_seconds: After how many it is ended if nobody else does.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        open_files: Sequence[int] = (),
        folder: Path | None = None,
        longest_life_seconds: int = 3600,
    ) -> None:
        self._process = subprocess.Popen(
            # "timeout" forwards signals.
            ["timeout", "--foreground", str(longest_life_seconds), *command],
            env=dict(environment),
            cwd=folder,
            pass_fds=open_files,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        )
        self._changed = threading.Condition()
        self._lines: list[str] = []
        self._ended = False
        self._reader = threading.Thread(target=self._read, name="server-log")
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            # "timeout" alone would leave the program running, with its end of the log open.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        finally:
            # The log ends when the last process that writes to it does.
            self._reader.join(PATIENCE_SECONDS)
            if self._process.stdout is not None:
                self._process.stdout.close()

    def wait_for_line(self, text: str, *, count: int = 1, seconds: float = PATIENCE_SECONDS) -> str:
        """Wait until so many lines of the log have held ``text``; the last of them is returned."""

        def there() -> bool:
            return self._ended or sum(text in line for line in self._lines) >= count

        with self._changed:
            in_time = self._changed.wait_for(there, seconds)
            found = [line for line in self._lines if text in line]
            if not in_time or len(found) < count:
                log = "\n".join(self._lines)
                pytest.fail(f'"{text}" did not appear {count} times in this log:\n{log}')
            return found[count - 1]

    def lines_with(self, text: str) -> list[str]:
        """The lines of the log so far that hold ``text``."""
        with self._changed:
            return [line for line in self._lines if text in line]

    def is_running(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def reload(self) -> None:
        """Send SIGHUP, upon which servers read their configuration and certificates again."""
        self._process.send_signal(signal.SIGHUP)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line.rstrip())
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
