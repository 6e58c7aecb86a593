"""A login for a profile of the config file, which lacks nothing but its client secret."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote

from zeebe_auth.cli.login_answers import LoginFields
from zeebe_auth.cli.login_check import accepted
from zeebe_auth.cli.login_tokens import keep_token, store_of
from zeebe_auth.cli.questions import ask_secret, is_terminal, secret_from_stdin
from zeebe_auth.cli.shell import ExitCode, tell
from zeebe_auth.configuration.client_authentication import authentication_method
from zeebe_auth.configuration.config_folder import inside
from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.document import config_location, read_config
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.kept_login import (
    keep_secret_alone,
    keep_secret_in_file,
    keychain_service,
    read_login,
)
from zeebe_auth.configuration.login_files import secret_file
from zeebe_auth.configuration.profile_name import table_heading, written_string
from zeebe_auth.configuration.secret_reference import SecretReference
from zeebe_auth.configuration.strategy import strategy_of
from zeebe_auth.configuration.vocabulary import LOGIN_OPTIONS, LOGIN_QUESTIONS
from zeebe_auth.credentials.reading import read_for_key
from zeebe_auth.errors import AuthError, ConfigurationError, CredentialsUnavailable
from zeebe_auth.keychain.access import KeychainUnavailable
from zeebe_auth.secret import Secret

ABOUT_THE_FILE = (
    "The secret is in that file in plain text. Other users of this machine can't read it, but "
    "backups and programs of yours can. Where there is a keychain, log in without --store file."
)
IN_A_FILE_INSTEAD = "Or store it in a file that only you can read, with --store file."

_SECRET = "client_secret"


def profile_without_secret(args: argparse.Namespace, name: str) -> GivenFields | None:
    """Return what the config file says of a profile, if a client secret is all that it lacks.

    That is a profile with a client id whose secret is missing, or is a reference to the keychain or
    to the file of an earlier login, where no option says something else. Where a whole login is
    kept under the name that it refers to, that one holds the secret, and is replaced as a whole.

    Args:
        args: The command's options.
        name: The profile's name.

    Raises:
        ConfigurationError: The config file or the profile can't be used.
        StoreError: There is no keychain, or it is locked or doesn't answer.
    """
    if args.from_file or any(getattr(args, each) for each in LOGIN_OPTIONS):
        return None
    document = read_config(config_location()[0])
    if document is None or name not in document.profiles:
        return None
    if document.table_of(name, "source") is not None:
        return None
    given = document.fields_of(name)
    if "client_id" not in given.texts or strategy_of(given) not in {None, "OAUTH"}:
        return None
    secret = given.secrets.get(_SECRET)
    if secret is None:
        lacks_secret = authentication_method(given)[1].secret == _SECRET
    else:
        lacks_secret = isinstance(secret, SecretReference) and (
            secret.keyring is not None or _leads_to(secret, secret_file(name))
        )
    if not lacks_secret or _has_whole_login(_target(name, given), in_file=args.store == "file"):
        return None
    return given


def log_in_with_secret_alone(args: argparse.Namespace, name: str, given: GivenFields) -> int:
    """Ask for the secret, check it with the profile's other fields, and keep it.

    Args:
        args: The command's options.
        name: The profile's name.
        given: What the config file says of it.

    Raises:
        AuthError: The secret is refused, or can't be checked or kept.
    """
    tell(f"The {given.origin} has the other fields; only its client secret is taken in.")
    if is_terminal() and not args.secret_stdin:
        answer = ask_secret(LOGIN_QUESTIONS[_SECRET])
        fields = LoginFields(_with(given, answer), frozenset({_SECRET}))
    elif args.secret_stdin:
        fields = LoginFields(_with(given, secret_from_stdin(_SECRET)))
    else:
        raise ConfigurationError(
            "Nobody can be asked here. Give --secret-stdin with the secret in stdin, or run it in "
            "a terminal."
        )
    identity, complete, token = accepted(
        fields, lambda fields: read_for_key(credentials_from(fields))
    )
    reference, secret = given.secrets.get(_SECRET), complete.secret(_SECRET)
    if args.store == "file":
        path = keep_secret_in_file(name, secret)
        tell(f"{identity.client_id} was accepted. Its secret is in {path}.")
        tell(ABOUT_THE_FILE)
        kind, target, is_found = "file", str(path), _leads_to(reference, path)
    else:
        kind, target = "keyring", _target(name, given)
        keep_secret_alone(target, secret)
        tell(
            f"{identity.client_id} was accepted. Its secret is in the OS keychain "
            f"({keychain_service(target)}, {_SECRET})."
        )
        is_found = isinstance(reference, SecretReference) and reference.keyring is not None
    if is_found:
        with suppress(AuthError):  # the next command requests another one
            keep_token(store_of(name), identity, token)
        tell(f"Next: zeebe-auth status --profile {quote(name)}")
    else:
        tell(f"Let {table_heading(name)} in the config file have this line:")
        # As it is to be copied, whatever the terminal's width.
        print(f"{_SECRET} = {{ {kind} = {written_string(target)} }}", file=sys.stderr)
    return ExitCode.DONE


def _leads_to(reference: object, path: Path | None) -> bool:
    if path is None or not isinstance(reference, SecretReference) or reference.file is None:
        return False
    return inside(reference.folder, reference.file) == path


def _target(name: str, given: GivenFields) -> str:
    """The name under which the keychain keeps the secret."""
    reference = given.secrets.get(_SECRET)
    return (reference.keyring if isinstance(reference, SecretReference) else None) or name


def _has_whole_login(target: str, *, in_file: bool) -> bool:
    try:
        read_login(target)
    except CredentialsUnavailable:
        return False
    except KeychainUnavailable as error:
        # First of all, so that nobody answers questions for a keychain that can't be had.
        if not in_file:
            raise KeychainUnavailable(f"{error.message} {IN_A_FILE_INSTEAD}") from error
        return False
    except ConfigurationError:
        pass  # one that can't be read
    return True


def _with(given: GivenFields, secret: Secret) -> GivenFields:
    return replace(given, secrets={**given.secrets, _SECRET: secret})
