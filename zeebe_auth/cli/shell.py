"""What both command lines share: arguments, exit codes, standard streams, and how a command ends.

`zeebe_grpc` takes what its command line needs from here, and from no other module of this package.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import TextIO

from zeebe_auth.cli.parser import (
    Command,
    CommandParser,
    message_lines,
    output_option,
    parse_arguments,
    profile_option,
    program_parser,
    seconds,
)
from zeebe_auth.cli.terminal import Look, paragraph_lines, set_color
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    CredentialsUnavailable,
    InvalidClientError,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenTimeout,
)

__all__ = [
    "Command",
    "CommandFailed",
    "CommandInterrupted",
    "CommandParser",
    "ExitCode",
    "exit_code_of",
    "note",
    "output_option",
    "profile_option",
    "program_parser",
    "run_command_line",
    "seconds",
    "tell",
]


class ExitCode(IntEnum):
    """What a command ends with."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    REFUSED = 3
    UNREACHABLE = 4
    INTERRUPTED = 130
    """By Ctrl-C, as shells count it: 128 and the number of SIGINT."""


def exit_code_of(error: AuthError) -> ExitCode:
    """The exit code of a command that ends with ``error``."""
    match error:
        case ConfigurationError() | CredentialsUnavailable():
            return ExitCode.WRONG_USE
        case InvalidClientError():
            return ExitCode.REFUSED
        case TokenEndpointUnreachable() | RateLimitedError() | TokenTimeout():
            return ExitCode.UNREACHABLE
        case _:
            return ExitCode.FAILED


class CommandInterrupted(KeyboardInterrupt):
    """Ctrl-C, with a sentence about what the command has kept or changed until then."""


class CommandFailed(Exception):
    """A command can't do its work.

    Args:
        message: What, why, and what to do next.
        exit_code: What the command ends with.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def run_command_line(
    program: str,
    argv: Sequence[str] | None,
    make_parser: Callable[[Sequence[str]], CommandParser],
) -> int:
    """Parse the arguments, run the command that they name, and tell people how it failed.

    Args:
        program: The program's name, which begins each line on stderr.
        argv: The arguments without the program's name; None for the process's own.
        make_parser: Returns the parser for these arguments, made by `program_parser`.

    Returns:
        The exit code.
    """
    prepare_standard_streams()
    set_color("auto")
    code = _ended(program, list(sys.argv[1:] if argv is None else argv), make_parser)
    try:
        sys.stderr.flush()
    except OSError:
        # Nobody can be told; the exit code is left.
        abandon(sys.stderr)
    return code


def _ended(
    program: str,
    arguments: list[str],
    make_parser: Callable[[Sequence[str]], CommandParser],
) -> int:
    try:
        code = _run(program, arguments, make_parser)
        sys.stdout.flush()
    except KeyboardInterrupt as interrupt:
        _complain_of_interrupt(program, str(interrupt))
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        abandon(sys.stdout)
        return ExitCode.FAILED
    except OSError as error:
        if error.filename is not None:
            raise  # a file that a command opened, which is not what can go wrong outside
        _complain(
            program, f"The output can't be written: {error.strerror or type(error).__name__}."
        )
        abandon(sys.stdout)
        return ExitCode.FAILED
    return code


def _run(
    program: str,
    arguments: list[str],
    make_parser: Callable[[Sequence[str]], CommandParser],
) -> int:
    try:
        args = parse_arguments(make_parser(arguments), arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.WRONG_USE
    try:
        with _warnings_told(program):
            code: int = args.run(args)
    except (AuthError, CommandFailed) as error:
        _complain(program, str(error))
        return error.exit_code if isinstance(error, CommandFailed) else exit_code_of(error)
    return code


def prepare_standard_streams() -> None:
    """Make sure that all three are there and that any character can be printed.

    One that was closed before the start (``>&-``) leads to the null device: Python has None for
    it, and the next file or socket would get its number and whatever is written to that. It is
    opened for reading as stdout, so that a write fails as it does for other programs: a token that
    nobody gets must not look like one. For people's messages there may be nobody.
    """
    for name, flags, mode in (
        ("stdin", os.O_RDONLY, "r"),
        ("stdout", os.O_RDONLY, "w"),
        ("stderr", os.O_WRONLY, "w"),
    ):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, flags)
            setattr(sys, name, open(null, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - open until the end
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that can't show a character gets its number, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def abandon(stream: TextIO) -> None:
    """Send what is left in the buffer of stdout or stderr nowhere.

    Python would complain of it at exit, and end with a code of its own.
    """
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def tell(message: str) -> None:
    """Tell people on stderr what was done: stdout is for data.

    Args:
        message: One paragraph.
    """
    print("\n".join(paragraph_lines(message, stream=sys.stderr)), file=sys.stderr)


def note(program: str, message: str) -> None:
    """Tell people on stderr what they may not expect of the output.

    Args:
        program: The program's name.
        message: One paragraph.
    """
    _complain(program, f"note: {message}", Look.HEADING)


def _complain(program: str, message: str, look: Look = Look.BAD) -> None:
    try:
        print("\n".join(message_lines(program, message, look)), file=sys.stderr, flush=True)
    except OSError:
        abandon(sys.stderr)


def _complain_of_interrupt(program: str, kept: str) -> None:
    if sys.stderr.isatty():
        # The terminal shows ^C where the cursor is.
        with suppress(OSError):
            sys.stderr.write("\n")
    _complain(program, f"Interrupted.{' ' * bool(kept)}{kept}")


@contextmanager
def _warnings_told(program: str) -> Iterator[None]:
    """Tell of each warning once, whether it comes by the module `warnings` or by a logger."""
    import logging  # the help needs none

    told: set[str] = set()

    def tell_once(message: str) -> None:
        # A file that is read several times is warned of at several lines of code.
        if message not in told:
            told.add(message)
            _complain(program, f"warning: {message}", Look.WARNING)

    def show(message: Warning | str, *_: object, **__: object) -> None:
        tell_once(str(message))

    class ToPeople(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            try:
                tell_once(record.getMessage())
            except Exception:  # a message that doesn't fit its arguments
                self.handleError(record)

    # What is logged where nobody configured logging; a program that calls us may have.
    before = logging.lastResort
    logging.lastResort = ToPeople(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = show
            yield
    finally:
        logging.lastResort = before
