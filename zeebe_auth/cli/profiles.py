"""``zeebe-auth profiles``: which profiles there are."""

from __future__ import annotations

import argparse
import json
from typing import Any

from zeebe_auth.cli.parser import output_option
from zeebe_auth.cli.profile_list import ListedProfile, list_profiles
from zeebe_auth.cli.shell import ExitCode, note
from zeebe_auth.cli.table import table_lines
from zeebe_auth.cli.terminal import Look, paragraph_lines, styled

_EPILOG = """\
The keychain can't be asked for a list: "zeebe-auth login" notes the names that it stores. A name
that another program stored is found if the config file has a profile of that name.

examples:
  zeebe-auth profiles
  zeebe-auth profiles -o json
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-auth``."""
    subparsers.add_parser(
        "profiles",
        description="List the profiles of the config file and of the OS keychain. No secret is "
        "looked up, and nothing is sent over the network.",
        epilog=_EPILOG,
        parents=[output_option()],
    )


def run(args: argparse.Namespace) -> int:
    """Print the list."""
    found = list_profiles()
    if args.output == "json":
        document = {
            "version": 1,
            "default": found.default,
            "profiles": [_members(each) for each in found.profiles],
            "notes": list(found.notes),
        }
        print(json.dumps(document, indent=2))
        return ExitCode.DONE
    for sentence in found.notes:
        note("zeebe-auth", sentence)
    if not found.profiles:
        advice = 'There is no profile. Run "zeebe-auth login", or write a config file.'
        print("\n".join(paragraph_lines(advice)))
        return ExitCode.DONE
    rows = [
        (
            each.name + (" (default)" if each.is_default else ""),
            each.origin,
            each.client or "",
            each.address or "",
        )
        for each in found.profiles
    ]
    looks = [_look(each) for each in found.profiles]
    lines = table_lines(("PROFILE", "ORIGIN", "CLIENT", "ADDRESS"), rows, looks)
    for each in found.profiles:
        if each.problem is not None:
            problem = paragraph_lines(f"{each.name} can't be used: {each.problem}")
            lines += ["", *(styled(line, Look.BAD) for line in problem)]
    print("\n".join(lines))
    return ExitCode.DONE


def _look(profile: ListedProfile) -> Look | None:
    if profile.problem is not None:
        return Look.BAD
    return Look.GOOD if profile.is_default else None


def _members(profile: ListedProfile) -> dict[str, object]:
    return {
        "name": profile.name,
        "origin": profile.origin,
        "client": profile.client,
        "address": profile.address,
        "default": profile.is_default,
        "problem": profile.problem,
    }
