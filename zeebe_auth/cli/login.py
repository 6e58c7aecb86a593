"""``zeebe-auth login``: check credentials and store them in the OS keychain."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import Any

from zeebe_auth.cli.login_check import accepted
from zeebe_auth.cli.login_fields import login_fields
from zeebe_auth.cli.login_names import add_login_name
from zeebe_auth.cli.login_secret import (
    ABOUT_THE_FILE,
    IN_A_FILE_INSTEAD,
    log_in_with_secret_alone,
    profile_without_secret,
)
from zeebe_auth.cli.login_tokens import forget_tokens, keep_token, keychain_profile_name, store_of
from zeebe_auth.cli.parser import keychain_profile_option
from zeebe_auth.cli.questions import confirm, is_terminal
from zeebe_auth.cli.shell import CommandInterrupted, ExitCode, tell
from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.kept_login import keep_login, keychain_service
from zeebe_auth.configuration.vocabulary import LOGIN_OPTIONS
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.reading import read_for_key
from zeebe_auth.errors import AuthError, ConfigurationError, CredentialsUnavailable, StoreError
from zeebe_auth.keychain.access import KeychainUnavailable
from zeebe_auth.profiles.lookup import load_profile
from zeebe_auth.sources.keychain import KeyringSource
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey, label_of

_EXAMPLES = """\
examples:
  zeebe-auth login
  zeebe-auth login --from-file CamundaCloudCredentials.txt
  zeebe-auth login -p prod --cluster-id ID --client-id ID --secret-stdin < SECRET_FILE
  zeebe-auth login --address zeebe.example.com:443 --client-id ID --token-url URL
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-auth``."""
    parser = subparsers.add_parser(
        "login",
        description="Prompt for the gateway's address and the credentials of an OAuth client, or "
        "read them from a file; request a token to check them; store them in the OS keychain. "
        "Nothing is stored if they are rejected. You aren't prompted for what you give as an "
        "option, and only for the secret if the config file has the other fields of the profile. "
        "The secret is never an argument, because other users can see those.",
        epilog=_EXAMPLES,
        parents=[keychain_profile_option()],
    )
    parser.add_argument(
        "--from-file",
        metavar="FILE",
        help="credentials file downloaded from Camunda Console; it is parsed, never run",
    )
    groups = {"options": parser}
    for name, option in LOGIN_OPTIONS.items():
        if option.group not in groups:
            groups[option.group] = parser.add_argument_group(option.group)
        flag = f"--{name.replace('_', '-')}"
        group = groups[option.group]
        if option.metavar:
            group.add_argument(flag, metavar=option.metavar, help=option.help)
        else:
            group.add_argument(flag, action="store_const", const="true", help=option.help)
    parser.add_argument(
        "--secret-stdin",
        action="store_true",
        help="read the client secret, or the password of the key used instead, from stdin",
    )
    storage = parser.add_argument_group("storage")
    storage.add_argument(
        "--store",
        choices=("keychain", "file"),
        default="keychain",
        help="where to keep the credentials: the OS keychain (default), or a file that only you "
        "can read, in plain text, for a machine without a keychain",
    )
    storage.add_argument(
        "--replace",
        action="store_true",
        help="replace another client's credentials without asking",
    )


def run(args: argparse.Namespace) -> int:
    """Take in, check and store the credentials."""
    name = keychain_profile_name(args.profile)
    in_config = profile_without_secret(args, name)
    try:
        if in_config is not None:
            return log_in_with_secret_alone(args, name, in_config)
        identity, given, token = _new_identity(args, name)
    except KeyboardInterrupt:
        raise CommandInterrupted(
            "Nothing was stored; what the keychain held before is unchanged."
        ) from None
    secret_settings = {each: given.secret(each) for each in given.secret_settings()}
    path = keep_login(
        name,
        credentials_from(given),
        given.settings(),
        secret_settings,
        in_file=args.store == "file",
    )
    if path is None:
        add_login_name(name)
        tell(
            f"{identity.client_id} was accepted, and is in the OS keychain as profile "
            f'"{name}" ({keychain_service(name)}).'
        )
    else:
        tell(f'{identity.client_id} was accepted, and is in {path} as profile "{name}".')
        tell(ABOUT_THE_FILE)
    _keep_token(name, identity, token)
    _tell_what_is_next(args, name, given)
    return ExitCode.DONE


def _new_identity(
    args: argparse.Namespace, name: str
) -> tuple[ClientCredentials, GivenFields, AccessToken]:
    """What was taken in, and the token that was had with it."""
    # First of all, so that nobody answers questions for a keychain that can't be had.
    before = _kept(name, in_file=args.store == "file")

    def read(given: GivenFields) -> ClientCredentials:
        credentials = credentials_from(given)
        if not args.replace:
            _refuse_to_lose(before, credentials, name)
        # The token is kept under what was read for it, whatever the files hold a moment later.
        return read_for_key(credentials)

    identity, given, token = accepted(login_fields(args), read)
    with suppress(AuthError):  # an old token expires by itself
        if isinstance(before, ClientCredentials) and TokenKey.of(before) != TokenKey.of(identity):
            forget_tokens(store_of(name), TokenKey.of(before))
    return identity, given, token


def _kept(name: str, *, in_file: bool) -> ClientCredentials | ConfigurationError | None:
    try:
        return KeyringSource(name).load()
    except CredentialsUnavailable:
        return None
    except ConfigurationError as unreadable:
        return unreadable
    except KeychainUnavailable as error:
        if in_file:
            return None
        raise KeychainUnavailable(f"{error.message} {IN_A_FILE_INSTEAD}") from error
    except StoreError as error:
        # A file that others may have changed, or a keychain that is locked.
        if in_file:
            return ConfigurationError(error.message)
        raise


def _refuse_to_lose(
    before: ClientCredentials | ConfigurationError | None, now: ClientCredentials, name: str
) -> None:
    """A secret is shown once where it is made: what is overwritten may be the last copy."""
    if before is None:
        return
    if isinstance(before, ClientCredentials) and (before.client_id, before.authority_url) == (
        now.client_id,
        now.authority_url,
    ):
        return
    what = (
        f"another client's credentials ({label_of(before)})"
        if isinstance(before, ClientCredentials)
        else "something that can't be read here"
    )
    if is_terminal() and confirm(f'The profile "{name}" holds {what}. Replace it?'):
        return
    raise ConfigurationError(
        f'The profile "{name}" holds {what}, which stays. Use another name with --profile, or '
        "replace it with --replace."
    )


def _keep_token(name: str, credentials: ClientCredentials, token: AccessToken) -> None:
    """The token of the check serves the first command after it, and ends an old refusal."""
    try:
        keep_token(store_of(name), credentials, token)
    except AuthError as error:
        tell(f"The token could not be kept: {error.message}")


def _tell_what_is_next(args: argparse.Namespace, name: str, given: GivenFields) -> None:
    settings = given.settings()
    if "address" not in settings and "cluster_id" not in settings:
        tell("It has no gateway address; log in again with --address to connect with it.")
    named = f" --profile {name}" if args.profile else ""
    try:
        profile = load_profile(args.profile)
    except AuthError as error:
        tell(f"It can't be used yet: {error.message}")
    else:
        if profile.origin == "environment":
            tell("The environment's credentials go before it, unless it is named.")
            named = f" --profile {name}"
        elif profile.source != KeyringSource(name):
            tell(f'The {profile.origin} takes precedence, unless it says source = "keyring".')
    tell(f"Next: zeebe-auth status{named}, or zeebe-grpc topology{named}")
    if args.from_file:
        tell(f"{args.from_file} holds the secret in plain text; you may delete it now.")
