"""The provider that needs no arguments: from the environment, the config file or the keychain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

from zeebe_auth.arguments import refuse_type
from zeebe_auth.configuration.equivalence import is_switch, is_true
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.trust import InlineAuthorities, TrustStore
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.events import EventHook
from zeebe_auth.finding import Finding
from zeebe_auth.http_proxy import check_proxy
from zeebe_auth.profiles.default_store import default_store
from zeebe_auth.profiles.lookup import Profile, explain_profile, load_profile
from zeebe_auth.protocols import TokenStore
from zeebe_auth.provider.fetching import FetchingCredentialsProvider, check_parts
from zeebe_auth.provider.fixed import AnonymousCredentialsProvider, StaticCredentialsProvider
from zeebe_auth.provider.oauth import OAuthCredentialsProvider, check_transport
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint import TokenTransport
from zeebe_auth.token_endpoint.http.transport import (
    DEFAULT_CONNECT_SECONDS,
    DEFAULT_TOTAL_SECONDS,
)

_TRUST = frozenset({"ca_certificate", "additional_ca_certificate"})


def default_provider(
    profile: str | Profile | None = None,
    *,
    store: TokenStore | None = None,
    policy: RefreshPolicy | None = None,
    transport: TokenTransport | None = None,
    on_event: EventHook | None = None,
) -> FetchingCredentialsProvider | StaticCredentialsProvider | AnonymousCredentialsProvider:
    """The provider of a profile, with the token store that goes with it.

    What is given replaces what the profile says of it, and the rest stays the profile's. A profile
    with a ready token (Basic, Bearer), or without authorization, asks for no token, so ``store``,
    ``policy``, ``transport`` and ``on_event`` have no effect on it.

    Args:
        profile: The name of a profile of the config file or the keychain, or a loaded `Profile`;
            None looks at the environment, the config file and the keychain, in that order.
        store: Where tokens are kept, instead of ``ZEEBE_AUTH_STORE``, the profile's ``store`` and
            the file store; `MemoryStore` keeps them in memory alone.
        policy: When to refresh and to retry, instead of the default policy; no profile has one.
        transport: How the token endpoint is reached. Only those of its fields count that differ
            from those of ``TokenTransport()``; proxy, CA, time limits and ``token_insecure`` stay
            the profile's otherwise. If either of its two CA fields is given, neither of the
            profile's counts.
        on_event: Told what happens around tokens.

    Returns:
        An `OAuthCredentialsProvider`; a `FetchingCredentialsProvider` if the profile has a command
        that prints tokens, on which ``transport`` has no effect; a `StaticCredentialsProvider` if
        it has a ready token; an `AnonymousCredentialsProvider` if the profile says that no
        authorization is needed (``CAMUNDA_AUTH_STRATEGY=NONE``). Every channel function takes each.

    Raises:
        ConfigurationError: Something was given that can't be used.
        CredentialsUnavailable: Nothing was given.
        TypeError: An argument is of the wrong type.
    """
    if profile is not None and not isinstance(profile, str | Profile):
        refuse_type(
            profile,
            "profile of default_provider",
            "the name of a profile or a Profile",
            "For credentials or a source, call OAuthCredentialsProvider(source).",
        )
    check_parts("default_provider", store, policy, on_event)
    check_transport("default_provider", transport)
    loaded = profile if isinstance(profile, Profile) else load_profile(profile)
    if loaded.token is not None:
        return StaticCredentialsProvider(loaded.token, origin=loaded.origin)
    if loaded.fetcher is not None:
        return FetchingCredentialsProvider(
            loaded.fetcher,
            store=default_store(loaded) if store is None else store,
            policy=policy,
            on_event=on_event,
        )
    if loaded.source is None:
        return AnonymousCredentialsProvider(origin=loaded.origin)
    own = token_transport(
        loaded.settings,
        loaded.secret_setting("proxy"),
        origin=loaded.origin,
        truststore_password=loaded.secret_setting("truststore_password"),
        named_by=loaded.named_by,
    )
    return OAuthCredentialsProvider(
        loaded.source if isinstance(profile, Profile) else _ProfileSource(profile),
        store=default_store(loaded) if store is None else store,
        policy=policy,
        transport=own if transport is None else _merged(transport, own),
        on_event=on_event,
    )


def _merged(given: TokenTransport, own: TokenTransport) -> TokenTransport:
    """The profile's transport with what is given, field by field."""
    said = {
        each.name: getattr(given, each.name)
        for each in fields(given)
        if getattr(given, each.name) != each.default
    }
    if not _TRUST.isdisjoint(said):
        # What is trusted is one choice in two fields.
        said = {**dict.fromkeys(_TRUST), **said}
    return replace(own, **said)


def token_transport(
    settings: Mapping[str, str],
    proxy: Secret | None,
    *,
    origin: str,
    truststore_password: Secret | None = None,
    named_by: Mapping[str, str] | None = None,
) -> TokenTransport:
    """How the token endpoint of a profile is reached.

    Trusted is its own CA file alone, where there is one, else the machine's store and the
    gateway's CA file.

    Args:
        settings: The profile's settings.
        proxy: Its setting ``proxy``.
        origin: Who gave them, for people.
        truststore_password: Its setting of that name.
        named_by: Who named each setting, as `Profile` has it.

    Raises:
        ConfigurationError: The proxy is no URL of one, ``token_insecure`` is neither true nor
            false, a time is none, or a path begins with a home directory that is not known.
    """
    named = _Named(named_by or {}, origin)
    if proxy is not None:
        check_proxy(proxy, f"The proxy (ZEEBE_AUTH_PROXY, in a profile: proxy) from {origin}")
    insecure = settings.get("token_insecure")
    if insecure and not is_switch(insecure):
        raise ConfigurationError(
            f'{named["token_insecure"]} is {insecure!r}. Write "true" or "false".'
        )
    own = settings.get("token_ca_certificate")
    gateway = None if own else _gateway_authorities(settings, truststore_password)
    connect, total = _time_limits(settings, named)
    return TokenTransport(
        ca_certificate=_file(own) if own else None,
        additional_ca_certificate=gateway,
        proxy=proxy,
        connect_timeout_seconds=connect,
        total_timeout_seconds=total,
        allow_named_plaintext=is_true(insecure),
    )


class _Named:
    """Who named a setting, the beginning of a sentence."""

    def __init__(self, named_by: Mapping[str, str], origin: str) -> None:
        self._named_by = named_by
        self._origin = origin

    def __getitem__(self, name: str) -> str:
        return self._named_by.get(name) or f"The setting {name} from {self._origin}"


def _gateway_authorities(
    settings: Mapping[str, str], truststore_password: Secret | None
) -> Path | InlineAuthorities | TrustStore | None:
    """The authorities that are for gateway and token endpoint alike."""
    if "ca_certificate_pem" in settings:
        return InlineAuthorities(settings["ca_certificate_pem"])
    if "ca_certificate" in settings:
        return _file(settings["ca_certificate"])
    if "truststore" in settings:
        return TrustStore(_file(settings["truststore"]), truststore_password)
    return None


def _time_limits(settings: Mapping[str, str], named: _Named) -> tuple[float, float]:
    """How long connecting, and a whole token request, may take, in seconds."""
    connect, read, total = (
        _seconds(settings, name, named)
        for name in ("token_connect_timeout", "token_read_timeout", "token_timeout")
    )
    if total is None and read is not None:
        # Camunda's Java client counts connecting and reading one after the other.
        total = read + (DEFAULT_CONNECT_SECONDS if connect is None else connect)
    return (
        DEFAULT_CONNECT_SECONDS if connect is None else connect,
        DEFAULT_TOTAL_SECONDS if total is None else total,
    )


def _seconds(settings: Mapping[str, str], name: str, named: _Named) -> float | None:
    text = settings.get(name)
    if text is None:
        return None
    # Imported here: few profiles say it.
    from zeebe_auth.configuration.durations import parse_duration

    try:
        return parse_duration(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"{named[name]}: {error.message}") from None


def _file(text: str) -> Path:
    if not text.startswith("~"):
        return Path(text)
    # A variable's path is as it was set; the gateway's side reads the same one with the home, too.
    from zeebe_auth.configuration.config_folder import inside

    return inside(Path(), text)


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
