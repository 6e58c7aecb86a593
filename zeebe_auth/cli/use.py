"""``zeebe-auth use``: make a profile the default one."""

from __future__ import annotations

import argparse
import os
from typing import Any

from zeebe_auth.cli.default_profile import set_default_profile
from zeebe_auth.cli.profile_list import list_profiles
from zeebe_auth.cli.shell import CommandFailed, ExitCode, note, tell
from zeebe_auth.configuration.document import config_location
from zeebe_auth.configuration.given import nearest
from zeebe_auth.configuration.profile_name import checked_profile_name, table_heading

_EPILOG = """\
Comments, order and line ends of the config file stay as they are.

examples:
  zeebe-auth use prod
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-auth``."""
    parser = subparsers.add_parser(
        "use",
        usage="%(prog)s [OPTIONS] NAME",
        description="Make a profile the default one, by the line default_profile of the config "
        'file. It takes the extra "cli".',
        epilog=_EPILOG,
    )
    parser.add_argument("name", metavar="NAME", help="a profile of the config file or the keychain")


def run(args: argparse.Namespace) -> int:
    """Change the config file."""
    name = checked_profile_name(args.name)
    found = list_profiles()
    names = [each.name for each in found.profiles]
    if name not in names:
        known = f" There are: {', '.join(dict.fromkeys(names))}." if names else ""
        near = nearest(name, names)
        raise CommandFailed(
            f'There is no profile "{name}".{near}{known} Write a table '
            f'{table_heading(name)} into the config file, or run "zeebe-auth login".',
            ExitCode.WRONG_USE,
        )
    path, _ = config_location()
    if path is None:
        raise CommandFailed(
            "This user has no home directory, so there is no place for a config file. Name one "
            "with ZEEBE_AUTH_CONFIG.",
            ExitCode.WRONG_USE,
        )
    set_default_profile(path, name)
    tell(f'The default profile is "{name}" now, by {path}.')
    if (other := os.environ.get("ZEEBE_AUTH_PROFILE")) and other != name:
        note("zeebe-auth", f'ZEEBE_AUTH_PROFILE names "{other}", which takes precedence here.')
    return ExitCode.DONE
