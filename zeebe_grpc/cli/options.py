"""The options that every command which talks to a gateway has."""

from __future__ import annotations

import argparse

from zeebe_auth.cli.shell import CommandParser, output_option, profile_option, seconds


def gateway_options(timeout_help: str) -> argparse.ArgumentParser:
    """Return a parent parser with ``--profile``, ``--timeout`` and ``--output``."""
    parser = CommandParser(add_help=False, parents=[profile_option(), output_option()])
    parser.add_argument("--timeout", metavar="SECONDS", type=seconds, help=timeout_help)
    return parser
