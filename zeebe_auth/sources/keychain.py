"""Credentials from the keychain of the operating system, where ``zeebe-auth login`` puts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.finding import finding_of
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.json_document import fields_from_json, json_from_credentials
from zeebe_auth.configuration.profile_name import checked_profile_name
from zeebe_auth.configuration.raised_anew import raised_anew
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import CredentialsUnavailable
from zeebe_auth.finding import Finding
from zeebe_auth.keychain import access as keychain
from zeebe_auth.secret import Secret

__all__ = ["KeyringSource", "forget_login", "keep_login", "keychain_service", "login_command"]

_USERNAME = "credentials"


@dataclass(frozen=True, slots=True)
class KeyringSource:
    """Reads what ``zeebe-auth login`` put into the OS keychain, anew for each `load`.

    Args:
        profile: The name it was put there under.

    Raises:
        ConfigurationError: The name is empty or has a character that can't be printed.
    """

    profile: str = "default"

    def __post_init__(self) -> None:
        keychain_service(self.profile)

    def load(self) -> ClientCredentials:
        """The identity in the keychain.

        Raises:
            CredentialsUnavailable: Nothing is kept under the profile's name.
            ConfigurationError: What is kept there is unusable.
            StoreError: There is no keychain, or it is locked or doesn't answer.
        """
        return credentials_from(self.fields())

    def settings(self) -> Mapping[str, str]:
        """Address, CA file and the like, as texts.

        Raises:
            CredentialsUnavailable: Nothing is kept under the profile's name.
            ConfigurationError: What is kept there is unusable.
            StoreError: There is no keychain, or it is locked or doesn't answer.
        """
        return self.fields().settings()

    def explain(self) -> Sequence[Finding]:
        """Whether the keychain holds an identity, and why not."""
        return finding_of(f"keychain profile {self.profile}", self.load)

    @raised_anew
    def fields(self) -> GivenFields:
        """All that is kept, before it is judged."""
        text = keychain.read(keychain_service(self.profile), _USERNAME)
        if text is None:
            raise CredentialsUnavailable(
                f'The OS keychain holds no profile "{self.profile}". Put one there with '
                f'"{login_command(self.profile)}".'
            )
        return fields_from_json(text, f"keychain profile {self.profile}")


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
