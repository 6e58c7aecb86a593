"""``zeebe-grpc``: show the cluster, call the gateway, diagnose a connection."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from zeebe_auth.cli.shell import Command, CommandParser, program_parser, run_command_line


def _topology() -> Command:
    from zeebe_grpc.cli import topology

    return topology


def _call() -> Command:
    from zeebe_grpc.cli import call

    return call


def _proto() -> Command:
    from zeebe_grpc.cli import proto

    return proto


def _doctor() -> Command:
    from zeebe_grpc.cli import doctor

    return doctor


def _completion() -> Command:
    from zeebe_auth.cli import completion

    return completion


def _sandbox() -> Command:
    from zeebe_grpc.cli import sandbox

    return sandbox


# A module is imported when its command is used, by a statement: what freezes a program looks for
# those, and would leave out a module that is named in a string.
_COMMANDS = {
    "topology": (_topology, "show the brokers of the cluster and their partitions"),
    "call": (_call, "call a method of the gateway with JSON"),
    "proto": (_proto, "print gateway.proto"),
    "doctor": (_doctor, "check each step to the gateway"),
    "sandbox": (_sandbox, "run a local OAuth server and gateway for testing"),
    "completion": (_completion, "print a completion script for your shell"),
}
_DESCRIPTION = "Call a Zeebe gateway (Camunda 8) and diagnose the connection to it."
_EPILOG = """\
The address and credentials come from the environment, a profile in the config file, or the OS
keychain (see "zeebe-auth login").

examples:
  zeebe-grpc topology
  zeebe-grpc topology -p prod -o json
  zeebe-grpc call PublishMessage '{"name": "paid", "correlationKey": "7"}'
  zeebe-grpc doctor
  zeebe-grpc sandbox -- zeebe-grpc topology
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``zeebe-grpc``.

    Args:
        argv: The arguments without the program's name; None for the process's own.

    Returns:
        The exit code.
    """
    return run_command_line("zeebe-grpc", argv, _parser)


def _parser(arguments: Sequence[str]) -> CommandParser:
    return program_parser("zeebe-grpc", _DESCRIPTION, _EPILOG, _COMMANDS, arguments)


if __name__ == "__main__":
    sys.exit(main())
