"""Where the tokens of a profile are kept, and the one that is there."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from zeebe_auth.configuration.equivalence import is_true, unquoted
from zeebe_auth.configuration.vocabulary import IDENTITY_FIELDS, TOKEN_ENDPOINT_FIELDS
from zeebe_auth.credentials.named_files import naming
from zeebe_auth.errors import ConfigurationError, CredentialsUnavailable, without_frames
from zeebe_auth.finding import Finding
from zeebe_auth.profiles.lookup import Profile
from zeebe_auth.protocols import TokenStore
from zeebe_auth.provider.policy import RefreshPolicy, is_usable_when_found
from zeebe_auth.sources.environment import EnvSource
from zeebe_auth.stores.configured import make_store
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

# The second is what Camunda's newer clients call it.
_OLDER, _NEWER = "CAMUNDA_TOKEN_CACHE_DIR", "CAMUNDA_OAUTH_CACHE_DIR"


@without_frames
def default_store(profile: Profile, environ: Mapping[str, str] | None = None) -> TokenStore | None:
    """The token store of a profile; None keeps tokens in memory alone.

    ``ZEEBE_AUTH_STORE`` names one and wins over the profile's ``store``; without either it is the
    file store, in ``CAMUNDA_TOKEN_CACHE_DIR``, else ``CAMUNDA_OAUTH_CACHE_DIR`` if the identity
    needs newer names, too, unless ``CAMUNDA_TOKEN_DISK_CACHE_DISABLE`` is true. Tokens that a
    program prints stay in memory without either.

    Raises:
        ConfigurationError: There is no store of that name, or it doesn't take what is given.
    """
    environ = os.environ if environ is None else environ
    named = unquoted(environ.get("ZEEBE_AUTH_STORE", ""))
    who = f"store in the {profile.origin}"
    if named:
        who = "ZEEBE_AUTH_STORE in the environment"
        table: Mapping[str, object] = {"use": named}
    elif profile.store is not None:
        table = profile.store
    elif profile.fetcher is not None:
        # Whose tokens a program prints may depend on more than its arguments, such as the account
        # that is chosen there: only who names a store vouches that it doesn't.
        return None
    elif is_true(unquoted(environ.get("CAMUNDA_TOKEN_DISK_CACHE_DISABLE", ""))):
        return None
    else:
        table = {"use": "file"}
    directory = _directory(profile, environ)
    if table.get("use") == "file" and directory and "directory" not in table:
        table = {**table, "directory": directory}
    if table.get("use") == "memory":
        return None
    with naming(who):
        return make_store(table)


def _directory(profile: Profile, environ: Mapping[str, str]) -> str:
    older = unquoted(environ.get(_OLDER, ""))
    newer = unquoted(environ.get(_NEWER, ""))
    return newer if newer and not older and _needs_newer_names(profile) else older


def _needs_newer_names(profile: Profile) -> bool:
    """Whether the variables that were read from the beginning make no such identity alone.

    One that they make has its tokens where it had them before the newer name was read.
    """
    if not isinstance(profile.source, EnvSource):
        return False
    given = profile.source.fields()
    needed = {name for name in IDENTITY_FIELDS if name != "private_key_alias"}
    if not any(name in given for name in TOKEN_ENDPOINT_FIELDS):
        needed.add("cluster_id")  # from which the endpoint follows
    return not given.newer.isdisjoint(needed)


def explain_directory(profile: Profile) -> tuple[Finding, ...]:
    """Say that the newer name of the directory of tokens is set and does not count here."""
    older, newer = (unquoted(os.environ.get(name, "")) for name in (_OLDER, _NEWER))
    if older or not newer or _needs_newer_names(profile):
        return ()
    reason = f"{_NEWER}: {profile.origin} needs no newer names; {_OLDER} counts for it."
    return (Finding("environment", "ignored", reason),)


def stored_token(profile: Profile) -> AccessToken | None:
    """The token that the profile's store has, if a provider would hand it out now.

    It is for a command that ends at once: a provider, with its threads and timers, would bring it
    the same token later.

    Raises:
        ConfigurationError: The profile's source or store can't be used.
        CredentialsUnavailable: The source has nothing.
    """
    store = default_store(profile)
    if store is None:
        return None
    try:
        if profile.fetcher is not None:
            key = profile.fetcher.identity()
        elif profile.source is not None:
            key = TokenKey.of(profile.source.load())
        else:
            return None
        token = store.load(key)
    except (ConfigurationError, CredentialsUnavailable):
        # The provider would read the source again, which may be a program that asks a person.
        raise
    except (Exception, SystemExit):
        # It meets the provider again, which has words for it, or goes on without a store.
        return None
    if isinstance(token, AccessToken) and is_usable_when_found(token, time.time(), RefreshPolicy()):
        return token
    return None
