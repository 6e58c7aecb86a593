"""``zeebe-auth logout``: remove a profile's credentials from the OS keychain, and their tokens."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from zeebe_auth.cli.login_names import remove_login_name
from zeebe_auth.cli.login_tokens import (
    forget_tokens_everywhere,
    kept_token,
    keychain_profile_name,
    store_of,
)
from zeebe_auth.cli.parser import keychain_profile_option
from zeebe_auth.cli.shell import CommandFailed, ExitCode, exit_code_of, tell
from zeebe_auth.cli.waiting import waiting_for
from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.document import config_location, read_config
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.kept_login import forget_login
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.reading import read_for_key
from zeebe_auth.errors import AuthError, ConfigurationError, CredentialsUnavailable
from zeebe_auth.keychain.access import KeychainUnavailable
from zeebe_auth.profiles.default_provider import token_transport
from zeebe_auth.profiles.default_store import default_store
from zeebe_auth.profiles.lookup import load_profile
from zeebe_auth.sources.keychain import KeyringSource
from zeebe_auth.token import AccessToken
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport
from zeebe_auth.token_key import TokenKey


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-auth``."""
    subparsers.add_parser(
        "logout",
        description='Remove the credentials that "zeebe-auth login" stored in the keychain or in '
        "a file, and the tokens obtained with them. A token that is still valid is revoked if the "
        "authorization server supports it.",
        epilog="examples:\n  zeebe-auth logout\n  zeebe-auth logout -p prod\n",
        parents=[keychain_profile_option()],
    )


def run(args: argparse.Namespace) -> int:
    """Remove the credentials and their tokens, and revoke what they still open."""
    name = keychain_profile_name(args.profile)
    trouble = token = credentials = None
    try:
        given = KeyringSource(name).fields()
        # Once, so that the token that is found is the one that is removed and revoked.
        credentials = read_for_key(credentials_from(given))
    except (CredentialsUnavailable, KeychainUnavailable) as lack:
        return _without_login(name, lack)
    except ConfigurationError:
        tell("What the keychain held could not be read, so its tokens could not be found.")
    else:
        # Before the credentials, without which nobody knows what their tokens are kept under.
        store = None
        try:
            store = store_of(name)
            token = kept_token(store, credentials)
        except AuthError as error:
            trouble = error
        try:
            forget_tokens_everywhere(store, TokenKey.of(credentials))
        except AuthError as error:
            trouble = trouble or error
    forget_login(name)
    remove_login_name(name)
    if trouble is not None:
        tell(f'The profile "{name}" was removed, but not its tokens.')
    else:
        tell(f'The profile "{name}" was removed.')
    if token is not None and credentials is not None:
        # Last: whatever the server says, or however long it is silent, all is removed here.
        unrevoked = _revoke(token, credentials, partial(_transport_of, given))
        if unrevoked is not None and trouble is not None:
            tell(unrevoked.message)
        trouble = trouble or unrevoked
    if trouble is not None:
        raise trouble
    return ExitCode.DONE


def _without_login(name: str, lack: AuthError) -> int:
    """Remove what there is of a profile that no login was stored for."""
    document = read_config(config_location()[0])
    if document is not None and name in document.profiles:
        return _of_config_file(name, document.origin_of(name))
    if isinstance(lack, KeychainUnavailable):
        raise lack
    removed = "its client secret was removed" if forget_login(name) else "nothing to remove"
    tell(f'The OS keychain holds no profile "{name}": {removed}.')
    return ExitCode.DONE


def _of_config_file(name: str, origin: str) -> int:
    """Remove the tokens of a profile of the config file, and its secret from the keychain."""
    token = trouble = None
    try:
        profile = load_profile(name)
        if profile.fetcher is not None:
            forget_tokens_everywhere(default_store(profile), profile.fetcher.identity())
        elif profile.source is not None:
            # Before the secret, without which a profile of the config file is no identity.
            credentials = read_for_key(profile.source.load())
            store = default_store(profile)
            token = kept_token(store, credentials)
            forget_tokens_everywhere(store, TokenKey.of(credentials))
    except AuthError as error:
        trouble = error
    with suppress(KeychainUnavailable):
        if forget_login(name):
            tell(f'The client secret of the profile "{name}" was removed.')
    tell(f"The {origin} is unchanged.")
    if trouble is not None:
        raise CommandFailed(
            f"Its tokens were not removed: {trouble.message}", exit_code_of(trouble)
        ) from trouble
    tell("Its stored tokens were removed.")
    if token is not None:
        proxy = profile.secret_setting("proxy")
        unrevoked = _revoke(
            token,
            credentials,
            lambda: token_transport(profile.settings, proxy, origin=profile.origin),
        )
        if unrevoked is not None:
            raise unrevoked
    return ExitCode.DONE


def _transport_of(given: GivenFields) -> TokenTransport:
    return token_transport(given.settings(), given.secret_or_none("proxy"), origin=given.origin)


def _revoke(
    token: AccessToken, credentials: ClientCredentials, transport: Callable[[], TokenTransport]
) -> AuthError | None:
    """Revoke the token where the server offers it; it returns what went wrong."""
    try:
        endpoint = TokenEndpoint(transport())
        with waiting_for("the authorization server to revoke the token"):
            revoked = endpoint.revoke_token(credentials, token)
    except AuthError as error:
        tell("Its token could not be revoked, so it is good until it expires.")
        return error
    if revoked:
        tell("Its token was revoked.")
    return None
