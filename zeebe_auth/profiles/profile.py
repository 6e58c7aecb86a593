"""A profile: an identity and the settings that belong to it, from one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zeebe_auth.configuration.vocabulary import SECRET_SETTINGS
from zeebe_auth.finding import Finding
from zeebe_auth.protocols import CredentialSource, TokenFetcher
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import DeferredSecret, PlainText, Secret
from zeebe_auth.token import AccessToken


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, repr=False)
class Profile:
    """Who authenticates, and the settings to do it with, from one place.

    Args:
        source: The OAuth identity; None where a ready token or nothing is sent instead.
        settings: Strings that `zeebe_auth` carries uninterpreted, such as ``address``,
            ``ca_certificate`` and ``keep_alive_ms``: each key of a config file's profile that is
            no part of an identity, and no secret.
        origin: The place, for people.
        token: The ready token of Basic or Bearer authentication.
        store: The profile's ``store`` table, as `zeebe_auth.stores.configured.make_store` takes
            it. What it says literally is hidden like a secret, but for names and directories.
        findings: What was looked at, in order.
        secret_settings: Settings that are secret, or where they are: see `secret_setting`. One
            that is among ``settings`` is moved here.
        named_by: Who named each setting, for messages: ``address`` may be from "ZEEBE_ADDRESS in
            the environment".
        fetcher: What gets tokens another way than from an OAuth token endpoint, instead of
            ``source``.

    Without any of ``source``, ``token`` and ``fetcher`` no authorization is sent.
    """

    source: CredentialSource | None
    settings: Mapping[str, str]
    origin: str
    token: AccessToken | None = None
    store: Mapping[str, object] | None = None
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    secret_settings: Mapping[str, Secret | DeferredSecret] = field(default_factory=dict)
    named_by: Mapping[str, str] = field(default_factory=dict, compare=False)
    fetcher: TokenFetcher | None = None

    def __post_init__(self) -> None:
        if self.store is not None:
            object.__setattr__(self, "store", PlainText.in_table(self.store))
        secret = {n: Secret(text) for n, text in self.settings.items() if n in SECRET_SETTINGS}
        if secret:
            rest = {n: text for n, text in self.settings.items() if n not in secret}
            object.__setattr__(self, "settings", rest)
            object.__setattr__(self, "secret_settings", secret | dict(self.secret_settings))

    def secret_setting(self, name: str) -> Secret | None:
        """A setting that is secret, looked up now; None if it isn't given.

        Args:
            name: Such as ``client_key_password``, the password of the client certificate's key, or
                ``proxy``, the URL of the HTTP proxy to the token endpoint.

        Raises:
            ConfigurationError: It is a reference that leads nowhere.
            StoreError: It is one into a keychain that can't be used.
        """
        value = self.secret_settings.get(name)
        return value if value is None or isinstance(value, Secret) else value.secret_for(name)

    def __repr__(self) -> str:
        # An address that can't be used may hold a password nevertheless.
        settings = {n: "<hidden>" if "@" in text else text for n, text in self.settings.items()}
        token = f", token=<{self.token.token_type}>" if self.token else ""
        token += f", fetcher={self.fetcher!r}" if self.fetcher else ""
        store = f", store=<{self.store.get('use')}>" if self.store else ""
        return (
            f"Profile(source={self.source!r}, settings={settings!r}, "
            f"origin={self.origin!r}{token}{store})"
        )
