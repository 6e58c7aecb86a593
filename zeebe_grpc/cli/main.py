"""``zeebe-grpc``: see the cluster, call the gateway, find out where a connection breaks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from zeebe_auth.cli.shell import Command, add_commands, run_command_line

__all__ = ["main"]


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


def _sandbox() -> Command:
    from zeebe_grpc.sandbox import cli

    return cli


# A module is imported when its command is used, by a statement: what freezes a program looks for
# those, and would leave out a module that is named in a string.
_COMMANDS = {
    "topology": (_topology, "show the cluster behind the gateway"),
    "call": (_call, "call any method of the gateway, JSON in and out"),
    "proto": (_proto, "print gateway.proto, for grpcurl and others"),
    "doctor": (_doctor, "go the way to the gateway step by step"),
    "sandbox": (_sandbox, "run a gateway to try things on, on this machine"),
}
_EXAMPLES = """\
examples:
  zeebe-grpc topology
  zeebe-grpc topology --profile prod --output json
  zeebe-grpc call PublishMessage '{"name": "paid", "correlationKey": "order-7"}'
  zeebe-grpc doctor
  zeebe-grpc sandbox -- zeebe-grpc topology

Address and credentials come from the environment, a profile of the config file, or the OS
keychain ("zeebe-auth login" puts them there).

exit codes:
  0  done
  1  anything else
  2  wrong use or configuration
  3  credentials refused
  4  not reachable
  130  ended by Ctrl-C
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``zeebe-grpc``.

    Args:
        argv: The arguments without the program's name; None for the process's own.

    Returns:
        The exit code.
    """
    return run_command_line("zeebe-grpc", argv, _parser)


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zeebe-grpc",
        description="Talk to a Zeebe gateway (Camunda 8) with the right credentials.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_commands(parser, arguments, _COMMANDS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
