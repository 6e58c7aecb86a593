"""Runs a helper program for its output: no shell, bounded in time and size."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from zeebe_auth.errors import AuthError, ConfigurationError, without_frames
from zeebe_auth.files.descriptors import lack_of_descriptors

if TYPE_CHECKING:
    import subprocess

TIME_LIMIT_SECONDS = 10.0
"""How long a helper program may take, unless it is said."""

_MAX_BYTES = 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_POLL_SECONDS = 0.05
_WINDOWS_POLL_SECONDS = 0.01


class Argv(tuple[str, ...]):
    """A program and its arguments, which are not shown: one may name a secret, or be one."""

    __slots__ = ()

    def __repr__(self) -> str:
        more = f", <{len(self) - 1} arguments>" if len(self) > 1 else ""
        return f"[{self[0]!r}{more}]" if self else "[]"


def _failed(message: str, _took_too_long: bool) -> AuthError:
    return ConfigurationError(message)


@without_frames
def output_of(
    argv: Sequence[str],
    time_limit_seconds: float = TIME_LIMIT_SECONDS,
    *,
    more: Mapping[str, str] | None = None,
    who: str | None = None,
    failed: Callable[[str, bool], AuthError] = _failed,
) -> str:
    """What ``argv`` prints to its stdout, in UTF-8, without a byte order mark.

    It gets no input, and its stderr is thrown away, since nobody can say what is in it. When it
    takes too long or prints too much it is killed with its children. Once it has ended, what it
    printed counts, although a child that it left running may hold its output open.

    Args:
        argv: The program and its arguments; no shell takes part.
        time_limit_seconds: How long it may take.
        more: Variables that it gets beside those of this process.
        who: How to call the program, for people; None for "The helper program NAME".
        failed: Makes the error for a program that ran, of its message and whether it took too long.

    Raises:
        ConfigurationError: It can't be started, fails, takes too long, prints more than 1 MiB or
            something that isn't UTF-8. The message names the program and its exit code, never its
            arguments or output.
    """
    import subprocess

    who = who or f"The helper program {argv[0]}"
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=sys.platform != "win32",
            env={**_environment(), **(more or {})},
        )
    except (OSError, ValueError) as error:
        lack = lack_of_descriptors(error) if isinstance(error, OSError) else None
        if lack:
            raise ConfigurationError(f"{who} can't be started: {lack}.") from error
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ConfigurationError(
            f"{who} can't be started: {reason}. Name one that is installed "
            "and may be run, with its full path if it is not on PATH."
        ) from error
    try:
        output = _printed_by(process, time_limit_seconds)
    except BaseException as error:
        # An interrupt from the keyboard doesn't reach the program's own session.
        _kill(process)
        if isinstance(error, _Killed):
            raise failed(f"{who} {error}", error.took_too_long) from None
        raise
    finally:
        assert process.stdout is not None
        process.stdout.close()
    if process.returncode:
        code = process.returncode
        how = f"was ended by signal {-code}" if code < 0 else f"failed with exit code {code}"
        raise failed(
            f"{who} {how}. Run it by hand to see why: what it writes to "
            "stderr is shown there, and not here, since it may hold a secret.",
            False,
        )
    try:
        return output.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        # The decoder's error would carry the output.
        raise failed(
            f"{who} printed something that isn't UTF-8. Make it print UTF-8.",
            False,
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


class _Killed(Exception):
    """Says why the program, unless it has ended, is killed, and what to do."""

    def __init__(self, reason: str, *, took_too_long: bool = False) -> None:
        super().__init__(reason)
        self.took_too_long = took_too_long


def _printed_by(process: subprocess.Popen[bytes], time_limit_seconds: float) -> bytes:
    """What the program printed until it ended.

    A child that it leaves behind may hold the pipe open for as long as it lives.
    """
    assert process.stdout is not None
    pipe, content, is_open = process.stdout.fileno(), bytearray(), True
    deadline = time.monotonic() + time_limit_seconds
    while True:
        # Asked before the read: what it printed is in the pipe by then.
        has_ended = process.poll() is not None
        chunk = _read_available(pipe) if is_open else None
        if chunk:
            content += chunk
            if len(content) > _MAX_BYTES:
                raise _Killed("printed more than 1 MiB. It must print the credentials alone.")
            continue
        if has_ended:
            return bytes(content)
        is_open = is_open and chunk is None
        left_seconds = deadline - time.monotonic()
        if left_seconds <= 0:
            raise _Killed(
                f"did not finish within {time_limit_seconds:.3g} seconds and was killed. Run it by "
                "hand to see what it waits for; it gets no input.",
                took_too_long=True,
            )
        _wait_for_more(process, pipe if is_open else None, min(left_seconds, _POLL_SECONDS))


if sys.platform == "win32":

    def _read_available(pipe: int) -> bytes | None:
        """What is in the pipe, empty at its end, None if there is nothing now."""
        import _winapi
        import msvcrt

        try:
            available, _ = _winapi.PeekNamedPipe(msvcrt.get_osfhandle(pipe), 0)
        except OSError:  # "broken pipe": nobody has its other end any more
            return b""
        return os.read(pipe, available) if available else None

else:

    def _read_available(pipe: int) -> bytes | None:
        """What is in the pipe, empty at its end, None if there is nothing now."""
        os.set_blocking(pipe, False)
        try:
            return os.read(pipe, _CHUNK_BYTES)
        except BlockingIOError:
            return None


def _wait_for_more(process: subprocess.Popen[bytes], pipe: int | None, seconds: float) -> None:
    """Wait until the pipe has something or is closed, or, without one, for the program's end."""
    import selectors
    import subprocess

    if pipe is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    elif sys.platform == "win32":
        time.sleep(_WINDOWS_POLL_SECONDS)  # no selector takes a pipe there
    else:
        # It takes a pipe of any number and, unlike epoll and kqueue, no descriptor of its own.
        with getattr(selectors, "PollSelector", selectors.DefaultSelector)() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            selector.select(seconds)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is not None:
        return  # its number, and that of its group, may be another's by now
    if sys.platform == "win32":
        import subprocess

        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(process.pid)],  # noqa: S607 - Windows finds its own program
            check=False,
            capture_output=True,
        )
    else:
        import signal

        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
