"""``zeebe-auth``: store credentials in the OS keychain, print a token, show what is used."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from zeebe_auth.cli.shell import Command, CommandParser, program_parser, run_command_line


def _login() -> Command:
    from zeebe_auth.cli import login

    return login


def _logout() -> Command:
    from zeebe_auth.cli import logout

    return logout


def _token() -> Command:
    from zeebe_auth.cli import token

    return token


def _profiles() -> Command:
    from zeebe_auth.cli import profiles

    return profiles


def _use() -> Command:
    from zeebe_auth.cli import use

    return use


def _completion() -> Command:
    from zeebe_auth.cli import completion

    return completion


def _status() -> Command:
    from zeebe_auth.cli import status

    return status


# A module is imported when its command is used, by a statement: what freezes a program looks for
# those, and would leave out a module that is named in a string.
_COMMANDS = {
    "login": (_login, "store credentials in the OS keychain"),
    "logout": (_logout, "remove credentials and their tokens"),
    "profiles": (_profiles, "list the profiles of the config file and the keychain"),
    "use": (_use, "make a profile the default one"),
    "token": (_token, "print an access token"),
    "status": (_status, "show which credentials are used, and why"),
    "completion": (_completion, "print a completion script for your shell"),
}
_DESCRIPTION = "Manage OAuth credentials and tokens for Zeebe (Camunda 8) and other gRPC services."
_EPILOG = """\
Credentials come from the environment, a profile in the config file, or the OS keychain.

examples:
  zeebe-auth login
  zeebe-auth login -p prod --from-file CamundaCloudCredentials.txt
  zeebe-auth status
  TOKEN=$(zeebe-auth token)
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``zeebe-auth``.

    Args:
        argv: The arguments without the program's name; None for the process's own.

    Returns:
        The exit code.
    """
    return run_command_line("zeebe-auth", argv, _parser)


def _parser(arguments: Sequence[str]) -> CommandParser:
    return program_parser("zeebe-auth", _DESCRIPTION, _EPILOG, _COMMANDS, arguments)


if __name__ == "__main__":
    sys.exit(main())
