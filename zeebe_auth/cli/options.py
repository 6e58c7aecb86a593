"""The options that several commands have."""

from __future__ import annotations

import argparse
import math
import os
from functools import partial
from typing import Any

__all__ = ["CommandParser", "keychain_profile_option", "output_option", "profile_option", "seconds"]


class CommandParser(argparse.ArgumentParser):
    """A parser whose help is as wide as ``COLUMNS`` says, else made for 80 columns.

    argparse looks up the terminal's width for each option that is added, and imports seven
    modules for it, whether help is shown or not.

    Args:
        lines_as_written: Whether description and epilog keep their lines.
        options: argparse's own.
    """

    def __init__(self, *, lines_as_written: bool = False, **options: Any) -> None:
        kind = argparse.RawDescriptionHelpFormatter if lines_as_written else argparse.HelpFormatter
        columns = os.environ.get("COLUMNS", "")
        width = int(columns) if columns.isdecimal() else 80
        super().__init__(formatter_class=partial(kind, width=max(width, 22) - 2), **options)


def profile_option() -> argparse.ArgumentParser:
    """A parent parser with ``--profile`` of a command that uses credentials."""
    return _profile_option(
        "whose credentials to use; without it the environment's, then the config file's default "
        "profile, then the keychain's"
    )


def keychain_profile_option() -> argparse.ArgumentParser:
    """A parent parser with ``--profile`` of a command that changes the keychain."""
    return _profile_option(
        "the profile's name in the keychain; without it ZEEBE_AUTH_PROFILE, then the config file's "
        'default profile, then "default"'
    )


def output_option() -> argparse.ArgumentParser:
    """A parent parser with ``--output``."""
    parser = CommandParser(add_help=False)
    parser.add_argument(
        "--output", choices=("text", "json"), default="text", help="for people or for programs"
    )
    return parser


def seconds(text: str) -> float:
    """The argument of a time limit.

    Raises:
        argparse.ArgumentTypeError: It is no finite number above 0.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return number


def _profile_option(help_text: str) -> argparse.ArgumentParser:
    parser = CommandParser(add_help=False)
    parser.add_argument("--profile", metavar="NAME", help=help_text)
    return parser
