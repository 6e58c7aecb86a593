"""What both command lines share: exit codes, standard streams, and how a command ends."""

from __future__ import annotations

import argparse
import io
import os
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import IntEnum
from typing import Any, Protocol, TextIO

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
    "ExitCode",
    "add_commands",
    "exit_code_of",
    "run_command_line",
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


class Command(Protocol):
    """What the module of a command has."""

    def add_parser(self, subparsers: Any, /) -> None:
        """Add the command's parser to those of its program."""

    def run(self, args: argparse.Namespace, /) -> int:
        """Do what the command is for, and return the exit code."""


class CommandFailed(Exception):  # noqa: N818
    """A command can't do its work.

    Args:
        message: What, why, and what to do next.
        exit_code: What the command ends with.
    """

    def __init__(self, message: str, exit_code: ExitCode) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def run_command_line(
    program: str,
    argv: Sequence[str] | None,
    make_parser: Callable[[Sequence[str]], argparse.ArgumentParser],
) -> int:
    """Parse the arguments, run the command that they name, and tell people how it failed.

    Args:
        program: The program's name, which begins each line on stderr.
        argv: The arguments without the program's name; None for the process's own.
        make_parser: Gives the parser for these arguments; it sets ``run`` to the command's
            function, which takes the parsed arguments and returns an exit code.

    Returns:
        The exit code.
    """
    prepare_standard_streams()
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
    make_parser: Callable[[Sequence[str]], argparse.ArgumentParser],
) -> int:
    try:
        code = _run(program, arguments, make_parser)
        sys.stdout.flush()
    except KeyboardInterrupt:
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
    make_parser: Callable[[Sequence[str]], argparse.ArgumentParser],
) -> int:
    try:
        args = _parsed(make_parser(arguments), arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.WRONG_USE
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warning_display(program)
            code: int = args.run(args)
    except (AuthError, CommandFailed) as error:
        _complain(program, str(error))
        return error.exit_code if isinstance(error, CommandFailed) else exit_code_of(error)
    return code


def _parsed(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    args, unknown = parser.parse_known_args(arguments)
    if unknown:
        # Without their values: a secret may have been given where none is taken.
        names = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        parser.error(
            f"unrecognized arguments: {', '.join(names)}"
            if names
            else f"{len(unknown)} more arguments than this command takes"
        )
    return args


def add_commands(
    parser: argparse.ArgumentParser,
    arguments: Sequence[str],
    commands: Mapping[str, tuple[Callable[[], Command], str]],
) -> None:
    """Add the commands to ``parser``; only the module of the command that is used is imported.

    Args:
        parser: The program's parser.
        arguments: The command line's arguments.
        commands: By name, a function that imports the command's module, and one line of help.
    """
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (import_command, help_text) in commands.items():
        if arguments[:1] == [name]:
            command = import_command()
            command.add_parser(subparsers)
            subparsers.choices[name].set_defaults(run=command.run)
        else:
            subparsers.add_parser(name, help=help_text, add_help=False)


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
            setattr(sys, name, open(null, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
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


def _complain(program: str, message: str) -> None:
    try:
        print(f"{program}: {message}", file=sys.stderr, flush=True)
    except OSError:
        abandon(sys.stderr)


def _warning_display(program: str) -> Callable[..., None]:
    told: set[str] = set()

    def show(message: Warning | str, *_: object, **__: object) -> None:
        # A file that is read several times is warned of at several lines of code.
        if str(message) not in told:
            told.add(str(message))
            _complain(program, f"warning: {message}")

    return show
