"""Pluggable OAuth credentials: which authorization do I send now?

A *source* knows a client's identity, a *provider* turns it into tokens, a *store* keeps them.
Each can be replaced by a class of your own; see `zeebe_auth.protocols`.

Names are imported where they are first used: ``import zeebe_auth`` itself loads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zeebe_auth.lazy_module import lazy_names

if TYPE_CHECKING:
    from zeebe_auth import adapters as adapters
    from zeebe_auth import errors as errors
    from zeebe_auth import protocols as protocols
    from zeebe_auth import stores as stores
    from zeebe_auth.adapters.aiohttp_middleware import aiohttp_middleware
    from zeebe_auth.adapters.callables import HeadersProvider, token_callable
    from zeebe_auth.adapters.follow import Following, follow
    from zeebe_auth.adapters.httpx_auth import Httpx2Auth, HttpxAuth
    from zeebe_auth.adapters.requests_auth import RequestsAuth
    from zeebe_auth.credentials.assertion_file import AssertionFile
    from zeebe_auth.credentials.assertion_function import AssertionFunction
    from zeebe_auth.credentials.assertion_signer import AssertionSigner
    from zeebe_auth.credentials.authentication import Authentication
    from zeebe_auth.credentials.certificate import CertificatePair
    from zeebe_auth.credentials.client_certificate import ClientCertificate
    from zeebe_auth.credentials.client_credentials import ClientCredentials
    from zeebe_auth.credentials.client_secret import ClientSecret
    from zeebe_auth.credentials.jwt_bearer_grant import JwtBearerGrant
    from zeebe_auth.credentials.private_key import PrivateKey
    from zeebe_auth.credentials.public_client import Public
    from zeebe_auth.credentials.token_exchange import ActorToken, SubjectToken
    from zeebe_auth.errors import (
        AuthError,
        ConfigurationError,
        CredentialsUnavailable,
        InvalidClientError,
        RateLimitedError,
        ShortLivedTokenError,
        StoreError,
        TokenEndpointError,
        TokenEndpointUnreachable,
        TokenResponseError,
        TokenTimeout,
    )
    from zeebe_auth.events import Event, EventHook, EventKind
    from zeebe_auth.explanation import Explanation
    from zeebe_auth.exposure import PlaintextWarning, SecretsExposedWarning
    from zeebe_auth.fetchers.command import CommandTokenFetcher, TokenFormat
    from zeebe_auth.finding import Finding
    from zeebe_auth.profiles.default_provider import default_provider
    from zeebe_auth.profiles.lookup import Profile, explain_profile, load_profile
    from zeebe_auth.protocols import (
        AsyncCredentialsProvider,
        CachedTokenFetcher,
        CachingCredentialsProvider,
        CredentialSource,
        CredentialsProvider,
        ExplainingSource,
        InvalidatingCredentialsProvider,
        LockingTokenStore,
        PacingCredentialsProvider,
        ProvingTokenFetcher,
        RefusalStore,
        ReplacingTokenFetcher,
        TimedCredentialsProvider,
        TokenFetcher,
        TokenStore,
    )
    from zeebe_auth.provider.adopt import adopt
    from zeebe_auth.provider.fetching import FetchingCredentialsProvider
    from zeebe_auth.provider.fixed import (
        AnonymousCredentialsProvider,
        BasicCredentialsProvider,
        StaticCredentialsProvider,
    )
    from zeebe_auth.provider.oauth import OAuthCredentialsProvider
    from zeebe_auth.provider.policy import RefreshPolicy
    from zeebe_auth.refusal import Refusal
    from zeebe_auth.secret import Secret
    from zeebe_auth.sources.chain import ChainSource
    from zeebe_auth.sources.command import CommandSource
    from zeebe_auth.sources.config_file import ConfigFileSource
    from zeebe_auth.sources.env_file import EnvFileSource
    from zeebe_auth.sources.environment import EnvSource
    from zeebe_auth.sources.keychain import KeyringSource
    from zeebe_auth.sources.secrets_directory import SecretsDirectorySource
    from zeebe_auth.stores.encryption import KeychainEncryption
    from zeebe_auth.stores.file import FileStore
    from zeebe_auth.stores.keychain import KeyringStore
    from zeebe_auth.stores.memory import MemoryStore
    from zeebe_auth.token import AccessToken
    from zeebe_auth.token_endpoint.http.transport import TokenTransport
    from zeebe_auth.token_key import TokenKey

_NAMES_BY_MODULE = {
    "": "adapters errors protocols stores",
    "adapters.aiohttp_middleware": "aiohttp_middleware",
    "adapters.callables": "HeadersProvider token_callable",
    "adapters.follow": "Following follow",
    "adapters.httpx_auth": "Httpx2Auth HttpxAuth",
    "adapters.requests_auth": "RequestsAuth",
    "credentials.certificate": "CertificatePair",
    "credentials.authentication": "Authentication",
    "credentials.assertion_file": "AssertionFile",
    "credentials.assertion_function": "AssertionFunction",
    "credentials.assertion_signer": "AssertionSigner",
    "credentials.client_certificate": "ClientCertificate",
    "credentials.client_credentials": "ClientCredentials",
    "credentials.client_secret": "ClientSecret",
    "credentials.private_key": "PrivateKey",
    "credentials.public_client": "Public",
    "profiles.default_provider": "default_provider",
    "errors": (
        "AuthError ConfigurationError CredentialsUnavailable InvalidClientError "
        "RateLimitedError ShortLivedTokenError StoreError TokenEndpointError "
        "TokenEndpointUnreachable TokenResponseError TokenTimeout"
    ),
    "events": "Event EventHook EventKind",
    "exposure": "PlaintextWarning SecretsExposedWarning",
    "explanation": "Explanation",
    "fetchers.command": "CommandTokenFetcher TokenFormat",
    "finding": "Finding",
    "provider.adopt": "adopt",
    "provider.fetching": "FetchingCredentialsProvider",
    "provider.fixed": (
        "AnonymousCredentialsProvider BasicCredentialsProvider StaticCredentialsProvider"
    ),
    "profiles.lookup": "Profile explain_profile load_profile",
    "protocols": (
        "AsyncCredentialsProvider CachedTokenFetcher CachingCredentialsProvider CredentialSource "
        "CredentialsProvider ExplainingSource InvalidatingCredentialsProvider "
        "LockingTokenStore PacingCredentialsProvider ProvingTokenFetcher RefusalStore "
        "ReplacingTokenFetcher TimedCredentialsProvider TokenFetcher TokenStore"
    ),
    "provider.oauth": "OAuthCredentialsProvider",
    "provider.policy": "RefreshPolicy",
    "refusal": "Refusal",
    "secret": "Secret",
    "sources.chain": "ChainSource",
    "sources.command": "CommandSource",
    "sources.config_file": "ConfigFileSource",
    "sources.env_file": "EnvFileSource",
    "sources.environment": "EnvSource",
    "sources.keychain": "KeyringSource",
    "sources.secrets_directory": "SecretsDirectorySource",
    "stores.encryption": "KeychainEncryption",
    "stores.file": "FileStore",
    "stores.keychain": "KeyringStore",
    "stores.memory": "MemoryStore",
    "credentials.jwt_bearer_grant": "JwtBearerGrant",
    "credentials.token_exchange": "ActorToken SubjectToken",
    "token": "AccessToken",
    "token_endpoint.http.transport": "TokenTransport",
    "token_key": "TokenKey",
}
_MODULE_BY_NAME = {
    name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()
}

__all__ = [
    "AccessToken",
    "ActorToken",
    "AnonymousCredentialsProvider",
    "AssertionFile",
    "AssertionFunction",
    "AssertionSigner",
    "AsyncCredentialsProvider",
    "AuthError",
    "Authentication",
    "BasicCredentialsProvider",
    "CachedTokenFetcher",
    "CachingCredentialsProvider",
    "CertificatePair",
    "ChainSource",
    "ClientCertificate",
    "ClientCredentials",
    "ClientSecret",
    "CommandSource",
    "CommandTokenFetcher",
    "ConfigFileSource",
    "ConfigurationError",
    "CredentialSource",
    "CredentialsProvider",
    "CredentialsUnavailable",
    "EnvFileSource",
    "EnvSource",
    "Event",
    "EventHook",
    "EventKind",
    "ExplainingSource",
    "Explanation",
    "FetchingCredentialsProvider",
    "FileStore",
    "Finding",
    "Following",
    "HeadersProvider",
    "Httpx2Auth",
    "HttpxAuth",
    "InvalidClientError",
    "InvalidatingCredentialsProvider",
    "JwtBearerGrant",
    "KeychainEncryption",
    "KeyringSource",
    "KeyringStore",
    "LockingTokenStore",
    "MemoryStore",
    "OAuthCredentialsProvider",
    "PacingCredentialsProvider",
    "PlaintextWarning",
    "PrivateKey",
    "Profile",
    "ProvingTokenFetcher",
    "Public",
    "RateLimitedError",
    "RefreshPolicy",
    "Refusal",
    "RefusalStore",
    "ReplacingTokenFetcher",
    "RequestsAuth",
    "Secret",
    "SecretsDirectorySource",
    "SecretsExposedWarning",
    "ShortLivedTokenError",
    "StaticCredentialsProvider",
    "StoreError",
    "SubjectToken",
    "TimedCredentialsProvider",
    "TokenEndpointError",
    "TokenEndpointUnreachable",
    "TokenFetcher",
    "TokenFormat",
    "TokenKey",
    "TokenResponseError",
    "TokenStore",
    "TokenTimeout",
    "TokenTransport",
    "adopt",
    "aiohttp_middleware",
    "default_provider",
    "explain_profile",
    "follow",
    "load_profile",
    "token_callable",
]

# A type checker would take any name for one that is there.
if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(globals(), _MODULE_BY_NAME)
