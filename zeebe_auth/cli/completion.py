"""``completion``: what makes a shell complete commands and options, for both programs."""

from __future__ import annotations

import argparse
from typing import Any

from zeebe_auth.cli.shell import CommandFailed, ExitCode

_SHELLS = ("bash", "zsh", "fish", "powershell")
_EPILOG = """\
It takes the extra "cli".

examples:
  eval "$({program} completion bash)"
  {program} completion zsh > ~/.zfunc/_{program}
  {program} completion fish | source
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to either program."""
    parser = subparsers.add_parser(
        "completion",
        usage="%(prog)s [OPTIONS] SHELL",
        description="Print a script that makes a shell complete the commands and options of this "
        "program. Put the line into the shell's start-up file.",
    )
    parser.epilog = _EPILOG.format(program=parser.prog.partition(" ")[0])
    parser.add_argument("shell", metavar="SHELL", choices=_SHELLS, help=", ".join(_SHELLS))


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    try:
        import shtab
    except ImportError as error:
        raise CommandFailed(
            "Completion scripts are made by shtab, which is not installed. Run: pip install "
            '"zeebe-credentials[cli]"',
            ExitCode.WRONG_USE,
        ) from error
    print(shtab.complete(args.whole_parser(), args.shell))
    return ExitCode.DONE
