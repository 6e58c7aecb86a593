"""The options that every command which talks to a gateway has."""

from __future__ import annotations

import argparse
import math

__all__ = ["gateway_options"]


def gateway_options(timeout_help: str) -> argparse.ArgumentParser:
    """A parent parser with ``--profile``, ``--timeout`` and ``--output``."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="whose address and credentials to use; without it the environment's, then the "
        "config file's default profile, then the keychain's",
    )
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, help=timeout_help)
    parser.add_argument(
        "--output", choices=("text", "json"), default="text", help="for people or for programs"
    )
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds
