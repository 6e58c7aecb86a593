"""``zeebe-auth``: put credentials into the OS keychain, print a token, see what is used and why."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from zeebe_auth.cli.options import CommandParser
from zeebe_auth.cli.shell import Command, add_commands, run_command_line

__all__ = ["main"]


def _login() -> Command:
    from zeebe_auth.cli import login

    return login


def _logout() -> Command:
    from zeebe_auth.cli import logout

    return logout


def _token() -> Command:
    from zeebe_auth.cli import token

    return token


def _status() -> Command:
    from zeebe_auth.cli import status

    return status


# A module is imported when its command is used, by a statement: what freezes a program looks for
# those, and would leave out a module that is named in a string.
_COMMANDS = {
    "login": (_login, "put credentials into the OS keychain, after a check"),
    "logout": (_logout, "remove them and their tokens"),
    "token": (_token, "print a token for other tools"),
    "status": (_status, "show which credentials are used, and why"),
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
    return run_command_line("zeebe-auth", argv, _parser)


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="zeebe-auth",
        description="OAuth credentials and tokens for Zeebe (Camunda 8) and other gRPC services.",
        epilog=_EXAMPLES,
        lines_as_written=True,
    )
    add_commands(parser, arguments, _COMMANDS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
