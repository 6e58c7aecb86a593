"""What the OS keychain keeps for a profile, and the tokens that were obtained with it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from zeebe_auth.configuration.document import config_location, read_config
from zeebe_auth.configuration.profile_name import checked_profile_name, named_profile
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import AuthError, StoreError
from zeebe_auth.profiles.default_store import default_store
from zeebe_auth.profiles.lookup import load_profile
from zeebe_auth.protocols import RefusalStore, TokenStore
from zeebe_auth.stores.file import FileStore
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey


def keychain_profile_name(given: str | None) -> str:
    """The profile that a command without further word means in the keychain.

    ``given``, else ``ZEEBE_AUTH_PROFILE``, else the config file's default profile, else
    ``default``.

    Raises:
        ConfigurationError: The name or the config file can't be used.
    """
    name = named_profile(given)
    if name is None:
        document = read_config(config_location()[0])
        name = document.default_profile if document is not None else None
    return checked_profile_name(name or "default")


def store_of(name: str) -> TokenStore | None:
    """The store that keeps the tokens of a profile; None if they live in memory alone.

    Raises:
        AuthError: The profile or its store can't be used.
    """
    return default_store(load_profile(name))


def kept_token(store: TokenStore | None, credentials: ClientCredentials) -> AccessToken | None:
    """The token that ``store`` keeps of an identity and that can still be used somewhere.

    Raises:
        StoreError: The store can't tell.
    """
    with _explained(store):
        token = None if store is None else store.load(TokenKey.of(credentials))
    if token is None or (token.expires_at is not None and token.expires_at <= time.time()):
        return None
    return token


def forget_tokens(store: TokenStore | None, key: TokenKey) -> None:
    """Remove what ``store`` keeps under a key: a token, and a refusal.

    Raises:
        StoreError: It could not be removed.
    """
    with _explained(store):
        if store is not None:
            store.delete(key)
        if isinstance(store, RefusalStore):
            store.save_refusal(key, None)


def forget_tokens_everywhere(store: TokenStore | None, key: TokenKey) -> None:
    """The same, also in the usual file store: it was in use before the profile named another.

    Raises:
        StoreError: Something could not be removed.
    """
    usual = FileStore()
    try:
        _ = usual.directory  # it raises
    except StoreError:
        # Without a home directory it never held anything.
        forget_tokens(store, key)
        return
    try:
        forget_tokens(usual, key)
    finally:
        if store != usual:
            forget_tokens(store, key)


def keep_token(
    store: TokenStore | None, credentials: ClientCredentials, token: AccessToken
) -> None:
    """Keep the first token of an identity in ``store``, where no old refusal stays.

    Raises:
        StoreError: It could not be kept.
    """
    forget_tokens(store, TokenKey.of(credentials))
    with _explained(store):
        if store is not None:
            store.save(TokenKey.of(credentials), token)


@contextmanager
def _explained(store: TokenStore | None) -> Iterator[None]:
    try:
        yield
    except AuthError:
        raise
    except (Exception, SystemExit) as error:
        # A store of somebody else's may raise anything, and its text may hold anything.
        raise StoreError(
            f"The token store {type(store).__name__} failed with {type(error).__name__}. Look into "
            "the store itself."
        ) from error
