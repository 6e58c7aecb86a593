"""``zeebe-auth logout``: remove a profile's credentials from the OS keychain, and their tokens."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from zeebe_auth.cli.exit_codes import ExitCode
from zeebe_auth.cli.kept_login import forget_tokens, keychain_profile_name, store_of
from zeebe_auth.cli.options import keychain_profile_option
from zeebe_auth.errors import AuthError, ConfigurationError, CredentialsUnavailable
from zeebe_auth.sources.keychain import KeyringSource, forget_login

__all__ = ["add_parser", "run"]


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-auth``."""
    subparsers.add_parser(
        "logout",
        help="remove them and their tokens",
        description='Remove what "zeebe-auth login" put into the OS keychain, and the tokens that '
        "were obtained with it.",
        epilog="example: zeebe-auth logout --profile prod",
        parents=[keychain_profile_option()],
    )


def run(args: argparse.Namespace) -> int:
    """Remove the credentials and their tokens."""
    name = keychain_profile_name(args.profile)
    trouble = None
    try:
        credentials = KeyringSource(name).load()
    except CredentialsUnavailable:
        _tell(f'The OS keychain holds no profile "{name}": nothing to remove.')
        return ExitCode.DONE
    except ConfigurationError:
        _tell("What the keychain held could not be read, so its tokens could not be found.")
    else:
        # Before the credentials, without which nobody knows what their tokens are kept under.
        try:
            forget_tokens(store_of(name), credentials)
        except AuthError as error:
            trouble = error
    forget_login(name)
    if trouble is not None:
        _tell(f'The profile "{name}" was removed from the OS keychain, but not its tokens.')
        raise trouble
    _tell(f'The profile "{name}" was removed.')
    return ExitCode.DONE


def _tell(message: str) -> None:
    print(message, file=sys.stderr)
