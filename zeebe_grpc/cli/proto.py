"""``zeebe-grpc proto``: the gateway's protocol as text."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from typing import Any

from zeebe_auth.cli.shell import ExitCode


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-grpc``."""
    subparsers.add_parser(
        "proto",
        description="Print gateway.proto, the gateway's protocol, for grpcurl and other tools.",
        epilog="examples:\n  zeebe-grpc proto > gateway.proto\n",
    )


def run(_: argparse.Namespace) -> int:
    """Print the protocol."""
    sys.stdout.write(files("zeebe_grpc").joinpath("gateway.proto").read_text("utf-8"))
    return ExitCode.DONE
