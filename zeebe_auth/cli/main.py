"""``zeebe-auth``: put credentials into the OS keychain, print a token, see what is used and why."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module

from zeebe_auth.cli.exit_codes import ExitCode, exit_code_of
from zeebe_auth.cli.options import CommandParser
from zeebe_auth.cli.standard_streams import abandon_stdout, prepare_standard_streams
from zeebe_auth.errors import AuthError

__all__ = ["main"]

# Each module has add_parser(subparsers) and run(args); it is imported when its command is used.
_COMMANDS = {
    "login": ("zeebe_auth.cli.login", "put credentials into the OS keychain, after a check"),
    "logout": ("zeebe_auth.cli.logout", "remove them and their tokens"),
    "token": ("zeebe_auth.cli.token", "print a token for other tools"),
    "status": ("zeebe_auth.cli.status", "show which credentials are used, and why"),
}
_EXAMPLES = """\
examples:
  zeebe-auth login
  zeebe-auth login --profile prod --from-file CamundaCloudCredentials.txt
  zeebe-auth status
  TOKEN=$(zeebe-auth token)

Credentials come from the environment, a profile of the config file, or the OS keychain.

exit codes:
  0  done
  1  anything else
  2  wrong use or configuration
  3  credentials refused
  4  not reachable
  130  ended by Ctrl-C
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``zeebe-auth``.

    Args:
        argv: The arguments without the program's name; None for the process's own.

    Returns:
        The exit code.
    """
    prepare_standard_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        args = _parser(arguments).parse_args(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.WRONG_USE
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warning_display()
            code: int = args.run(args)
        sys.stdout.flush()
    except AuthError as error:
        _complain(error.message)
        return exit_code_of(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        abandon_stdout()
        return ExitCode.FAILED
    except OSError as error:
        # What can't be read has a typed error, so this is the output.
        _complain(f"The output can't be written: {error.strerror or type(error).__name__}.")
        abandon_stdout()
        return ExitCode.FAILED
    return code


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="zeebe-auth",
        description="OAuth credentials and tokens for Zeebe (Camunda 8) and other gRPC services.",
        epilog=_EXAMPLES,
        lines_as_written=True,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (module_name, help_text) in _COMMANDS.items():
        if arguments[:1] == [name]:
            module = import_module(module_name)
            module.add_parser(commands)
            commands.choices[name].set_defaults(run=module.run)
        else:
            commands.add_parser(name, help=help_text, add_help=False)
    return parser


def _complain(message: str) -> None:
    print(f"zeebe-auth: {message}", file=sys.stderr)


def _warning_display() -> Callable[..., None]:
    told: set[str] = set()

    def show(message: Warning | str, *_: object, **__: object) -> None:
        # A file that is read several times is warned of at several lines of code.
        if str(message) not in told:
            told.add(str(message))
            _complain(f"warning: {message}")

    return show


if __name__ == "__main__":
    sys.exit(main())
