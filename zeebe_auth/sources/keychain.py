"""Credentials that ``zeebe-auth login`` put into the keychain of the operating system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.finding import finding_of
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.kept_login import keychain_service, read_login
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.files.one_version import read_together
from zeebe_auth.finding import Finding
from zeebe_auth.public_class import public_class


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True)
class KeyringSource:
    """Reads what ``zeebe-auth login`` put into the OS keychain, anew for each `load`.

    With ``--store file`` it is in a file for its owner alone, which is read as well.

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
        return read_together(
            lambda: credentials_from(self.fields()), f"keychain profile {self.profile}"
        )

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

    def fields(self) -> GivenFields:
        """Return all that is kept, before it is judged."""
        return read_login(self.profile)
