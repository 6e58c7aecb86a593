"""The provider that needs no arguments: from the environment, the config file or the keychain."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from zeebe_auth.credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.events import EventHook
from zeebe_auth.explanation import Finding
from zeebe_auth.fixed_providers import StaticCredentialsProvider
from zeebe_auth.plugins import make_store
from zeebe_auth.profiles import Profile, explain_profile, load_profile
from zeebe_auth.protocols import TokenStore
from zeebe_auth.provider import OAuthCredentialsProvider
from zeebe_auth.sources.aliases import is_true, unquoted
from zeebe_auth.sources.raised_anew import raised_anew
from zeebe_auth.token_endpoint import TokenTransport

__all__ = ["default_provider", "default_store", "token_transport"]


def default_provider(
    profile: str | Profile | None = None, *, on_event: EventHook | None = None
) -> OAuthCredentialsProvider | StaticCredentialsProvider | None:
    """The provider of a profile, with the token store that goes with it.

    Args:
        profile: The name of a profile of the config file or the keychain, or a loaded `Profile`;
            None looks at the environment, the config file and the keychain, in that order.
        on_event: Told what happens around tokens.

    Returns:
        None if the profile says that no authorization is needed
        (``CAMUNDA_AUTH_STRATEGY=NONE``); every channel function takes that.

    Raises:
        ConfigurationError: Something was given that can't be used.
        CredentialsUnavailable: Nothing was given.
    """
    loaded = profile if isinstance(profile, Profile) else load_profile(profile)
    if loaded.token is not None:
        return StaticCredentialsProvider(loaded.token, origin=loaded.origin)
    if loaded.source is None:
        return None
    return OAuthCredentialsProvider(
        loaded.source if isinstance(profile, Profile) else _ProfileSource(profile),
        store=default_store(loaded),
        transport=token_transport(loaded.settings),
        on_event=on_event,
    )


def token_transport(settings: Mapping[str, str]) -> TokenTransport:
    """How the token endpoint of a profile is reached: its own CA file, else the gateway's."""
    ca_certificate = settings.get("token_ca_certificate") or settings.get("ca_certificate")
    return TokenTransport(
        ca_certificate=Path(ca_certificate) if ca_certificate else None,
        proxy=settings.get("proxy"),
    )


@raised_anew
def default_store(profile: Profile, environ: Mapping[str, str] | None = None) -> TokenStore | None:
    """The token store of a profile; None keeps tokens in memory alone.

    ``ZEEBE_AUTH_STORE`` names one and wins over the profile's ``store``; without either it is the
    file store, in ``CAMUNDA_TOKEN_CACHE_DIR`` if that is set, unless
    ``CAMUNDA_TOKEN_DISK_CACHE_DISABLE`` is true.

    Raises:
        ConfigurationError: There is no store of that name, or it doesn't take what is given.
    """
    environ = os.environ if environ is None else environ
    named = unquoted(environ.get("ZEEBE_AUTH_STORE", ""))
    if named:
        table: Mapping[str, object] = {"use": named}
    elif profile.store is not None:
        table = profile.store
    elif is_true(unquoted(environ.get("CAMUNDA_TOKEN_DISK_CACHE_DISABLE", ""))):
        return None
    else:
        table = {"use": "file"}
    directory = unquoted(environ.get("CAMUNDA_TOKEN_CACHE_DIR", ""))
    if table.get("use") == "file" and directory and "directory" not in table:
        table = {**table, "directory": directory}
    return None if table.get("use") == "memory" else make_store(table)


class _ProfileSource:
    """A profile by name, looked up anew for every token request: an edited file counts."""

    def __init__(self, name: str | None) -> None:
        self._name = name

    def load(self) -> ClientCredentials:
        source = load_profile(self._name).source
        if source is None:
            raise ConfigurationError(
                "The profile asks for no OAuth token any more. Start the program again to use it "
                "as it is now."
            )
        return source.load()

    def explain(self) -> Sequence[Finding]:
        return explain_profile(self._name)

    def __repr__(self) -> str:
        return "default profile" if self._name is None else f"profile {self._name!r}"
