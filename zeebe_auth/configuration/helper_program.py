"""Runs a helper program for its output: no shell, bounded in time and size."""

from __future__ import annotations

import codecs
import os
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zeebe_auth.errors import ConfigurationError, without_frames

if TYPE_CHECKING:
    import subprocess

__all__ = ["TIME_LIMIT_SECONDS", "Argv", "output_of"]

TIME_LIMIT_SECONDS = 10.0
"""How long a helper program may take, unless it is said."""

_MOST_BYTES = 1024 * 1024


class Argv(tuple[str, ...]):
    """A program and its arguments, which are not shown: one may name a secret, or be one."""

    __slots__ = ()

    def __repr__(self) -> str:
        more = f", <{len(self) - 1} arguments>" if len(self) > 1 else ""
        return f"[{self[0]!r}{more}]" if self else "[]"


@without_frames
def output_of(argv: Sequence[str], time_limit_seconds: float = TIME_LIMIT_SECONDS) -> str:
    """What ``argv`` prints to its stdout, in UTF-8, without a byte order mark.

    It gets no input, and its stderr is thrown away, since nobody can say what is in it. When it
    takes too long or prints too much it is killed with its children.

    Args:
        argv: The program and its arguments; no shell takes part.
        time_limit_seconds: How long it may take.

    Raises:
        ConfigurationError: It can't be started, fails, takes too long, prints more than 1 MiB or
            something that isn't UTF-8. The message names the program and its exit code, never its
            arguments or output.
    """
    import subprocess

    name = argv[0]
    try:
        process = subprocess.Popen(  # noqa: S603 - argv only, and named by the user
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=sys.platform != "win32",
            env=_environment(),
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ConfigurationError(
            f"The helper program {name} can't be started: {reason}. Name one that is installed "
            "and may be run, with its full path if it is not on PATH."
        ) from error
    output = _Output(process)
    try:
        output.start()
        output.join(time_limit_seconds)
    except BaseException:
        # An interrupt from the keyboard doesn't reach the program's own session.
        _kill(process)
        raise
    if output.is_alive():
        _kill(process)
        raise ConfigurationError(
            f"The helper program {name} did not finish within {time_limit_seconds:g} seconds and "
            "was killed. Run it by hand to see what it waits for; it gets no input."
        )
    if output.is_too_long:
        _kill(process)
        raise ConfigurationError(
            f"The helper program {name} printed more than 1 MiB and was killed. It must print the "
            "credentials alone."
        )
    if process.returncode:
        code = process.returncode
        how = f"was ended by signal {-code}" if code < 0 else f"failed with exit code {code}"
        raise ConfigurationError(
            f"The helper program {name} {how}. Run it by hand to see why; its messages are not "
            "shown here."
        )
    try:
        return output.content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        # The decoder's error would carry the output.
        raise ConfigurationError(
            f"The helper program {name} printed something that isn't UTF-8. Make it print UTF-8."
        ) from None


def _environment() -> dict[str, str]:
    """The environment as this program was started with it.

    PyInstaller's bootloader makes its own libraries come first for whatever runs inside, and keeps
    what was there before under another name; another program would load a libcrypto that isn't its
    own. See "Launching external programs from the frozen application" in PyInstaller's manual.
    """
    environment = dict(os.environ)
    if hasattr(sys, "_MEIPASS"):
        environment.pop("LD_LIBRARY_PATH", None)
        if (before := environment.pop("LD_LIBRARY_PATH_ORIG", None)) is not None:
            environment["LD_LIBRARY_PATH"] = before
    return environment


class _Output(threading.Thread):
    """Reads up to the limit and waits for the end, where no selector could on Windows."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(name=f"zeebe-auth helper {process.pid}", daemon=True)
        self._process = process
        self.content = b""
        self.is_too_long = False

    def run(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - asked for with PIPE
        with pipe:
            while chunk := pipe.read(65536):
                self.content += chunk
                if len(self.content) > _MOST_BYTES:
                    self.is_too_long = True
                    return
        self._process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The group still is the program's own: its leader has not been waited for, or a child holds
    # the pipe and thereby keeps the group alive.
    if sys.platform == "win32":
        import subprocess

        subprocess.run(  # noqa: S603
            ["taskkill", "/F", "/T", "/PID", str(process.pid)],  # noqa: S607
            check=False,
            capture_output=True,
        )
    else:
        import contextlib
        import signal

        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
