"""The keychain entry of a profile, which ``zeebe-auth login`` writes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.json_document import fields_from_json, json_from_credentials
from zeebe_auth.configuration.profile_name import checked_profile_name
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import CredentialsUnavailable, without_frames
from zeebe_auth.keychain import access as keychain
from zeebe_auth.secret import Secret

__all__ = ["forget_login", "keep_login", "keychain_service", "login_command", "read_login"]

_USERNAME = "credentials"


@without_frames
def read_login(profile: str) -> GivenFields:
    """All that is kept for a profile, before it is judged.

    Raises:
        CredentialsUnavailable: Nothing is kept under the profile's name.
        ConfigurationError: What is kept there is unusable.
        StoreError: There is no keychain, or it is locked or doesn't answer.
    """
    text = keychain.read(keychain_service(profile), _USERNAME)
    if text is None:
        raise CredentialsUnavailable(
            f'The OS keychain holds no profile "{profile}". Put one there with '
            f'"{login_command(profile)}".'
        )
    return fields_from_json(text, f"keychain profile {profile}")


def login_command(profile: str) -> str:
    """What to type to put a profile into the OS keychain."""
    from shlex import quote

    return "zeebe-auth login" + ("" if profile == "default" else f" --profile {quote(profile)}")


def keychain_service(profile: str) -> str:
    """The keychain's service name of a profile.

    Raises:
        ConfigurationError: The profile's name is empty or has a character that can't be printed.
    """
    return f"zeebe-auth:{checked_profile_name(profile)}"


@without_frames
def keep_login(
    profile: str,
    credentials: ClientCredentials,
    settings: Mapping[str, str],
    secret_settings: Mapping[str, Secret] = MappingProxyType({}),
) -> None:
    """Put an identity and its settings into the OS keychain, instead of what was there.

    Raises:
        ConfigurationError: The profile's name can't be used.
        StoreError: The keychain doesn't take it.
    """
    document = json_from_credentials(credentials, settings, secret_settings)
    keychain.write(keychain_service(profile), _USERNAME, document)


def forget_login(profile: str) -> bool:
    """Remove an identity from the OS keychain; it returns whether there was one.

    Raises:
        ConfigurationError: The profile's name can't be used.
        StoreError: The keychain can't be reached or doesn't remove it.
    """
    return keychain.delete(keychain_service(profile), _USERNAME)
