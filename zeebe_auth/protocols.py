"""The plug points: structural protocols, so that a part of yours needs no base class of ours.

Each first protocol is what is required; the ones below it are used where they are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.finding import Finding
from zeebe_auth.public_class import public_class
from zeebe_auth.refusal import Refusal
from zeebe_auth.secret import Secret
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

__all__ = [
    "AsyncCredentialsProvider",
    "CachedTokenFetcher",
    "CachingCredentialsProvider",
    "CredentialSource",
    "CredentialsProvider",
    "ExplainingSource",
    "InvalidatingCredentialsProvider",
    "LockingTokenStore",
    "PacingCredentialsProvider",
    "ProvingTokenFetcher",
    "RefusalStore",
    "ReplacingTokenFetcher",
    "TimedCredentialsProvider",
    "TokenFetcher",
    "TokenStore",
]


@public_class("zeebe_auth")
@runtime_checkable
class CredentialsProvider(Protocol):
    """Answers: which authorization do I send now?"""

    def get_token(self) -> AccessToken:
        """A token to use now. It may block while one is fetched.

        Raises:
            AuthError: There is none; the error says why and what to do.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class CachingCredentialsProvider(CredentialsProvider, Protocol):
    """A provider that can tell without blocking whether it has a token."""

    def current_token(self) -> AccessToken | None:
        """The token in memory if it may be used now, else None. It never blocks."""
        ...


@public_class("zeebe_auth")
@runtime_checkable
class TimedCredentialsProvider(CredentialsProvider, Protocol):
    """A provider whose caller can limit the wait."""

    def get_token(self, *, timeout: float | None = None) -> AccessToken:
        """A token to use now, waited for at most ``timeout`` seconds.

        Raises:
            TokenTimeout: The time ran out.
            AuthError: There is none.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class AsyncCredentialsProvider(CredentialsProvider, Protocol):
    """A provider that can be awaited on any event loop of asyncio."""

    async def get_token_async(self, *, timeout: float | None = None) -> AccessToken:
        """As `TimedCredentialsProvider.get_token`, without blocking the event loop."""
        ...


@public_class("zeebe_auth")
@runtime_checkable
class InvalidatingCredentialsProvider(CredentialsProvider, Protocol):
    """A provider that can be told that the server refused a token."""

    def invalidate(self, token: AccessToken) -> None:
        """The server refused ``token``: forget it, if it is still the current one.

        It works on memory alone and never blocks.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class PacingCredentialsProvider(InvalidatingCredentialsProvider, Protocol):
    """A provider that paces how often it replaces refused tokens.

    It wants to know which of them had been good: one that is refused after it was accepted was
    revoked, and its successor is worth fetching at once. The keyword is passed to a provider whose
    `invalidate` names it. Channels look at that once, when they are made.
    """

    def invalidate(self, token: AccessToken, *, accepted: bool = False) -> None:
        """The server refused ``token``: forget it, if it is still the current one.

        Args:
            token: The token.
            accepted: Whether this token was accepted before, on the channel that tells.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class CredentialSource(Protocol):
    """Knows a client's identity and proof. It is called on a worker thread, never on a loop."""

    def load(self) -> ClientCredentials:
        """The whole identity.

        Raises:
            CredentialsUnavailable: It has nothing to offer; a chain goes on.
            ConfigurationError: It has something unusable; a chain stops and says what.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class ExplainingSource(CredentialSource, Protocol):
    """A source that can tell how it came to its answer."""

    def explain(self) -> Sequence[Finding]:
        """What was looked at, in order, without a secret. It raises nothing."""
        ...


@public_class("zeebe_auth")
@runtime_checkable
class TokenFetcher(Protocol):
    """Gets tokens its own way: a login call, a program, another library.

    `FetchingCredentialsProvider` does the rest: one fetch for all who wait, cache, refresh, retry,
    cooldown. Both methods are called on worker threads, never on an event loop.
    """

    def identity(self) -> TokenKey:
        """Whose tokens it gets now, such as ``TokenKey.for_identity("etcd", address, user)``.

        It is asked at the start of each flight. Tokens of one key are taken for one another, also
        between processes that share a store; a new key means that the token at hand is another's.

        Raises:
            AuthError: It can't tell, such as a file that is missing.
        """
        ...

    def fetch(self, *, timeout: float) -> AccessToken:
        """Get one token. Nothing is held back for the next call, no lock is needed.

        Args:
            timeout: How long it may take, in seconds; 10 at most.

        Raises:
            InvalidClientError: The server refused the login: it isn't repeated for 30, 60, … s.
            RateLimitedError: The server wants to be left alone, until ``retry_at`` if that is said.
            TokenEndpointUnreachable: The server doesn't answer: it is tried again at once.
            AuthError: Another reason. What isn't an `AuthError` becomes a `TokenResponseError`
                that names its type alone.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class ReplacingTokenFetcher(TokenFetcher, Protocol):
    """A fetcher that has tokens from a cache, and can get round it."""

    def fetch(self, *, timeout: float, rejected: AccessToken | None = None) -> AccessToken:
        """As `TokenFetcher.fetch`.

        Args:
            timeout: As there.
            rejected: The token that a server refused last, None if none did. The same one again
                counts as none.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class CachedTokenFetcher(TokenFetcher, Protocol):
    """A fetcher that gives the same token until something behind it refreshes that."""

    def look_again_at(self, token: AccessToken) -> float | None:
        """From when on there may be another token, in epoch seconds; None if unknown.

        The token is not refreshed before that. A moment that has passed counts for nothing.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class ProvingTokenFetcher(TokenFetcher, Protocol):
    """A fetcher whose secret may be corrected while its identity stays."""

    def proof(self) -> Secret | None:
        """What it logs in with, asked at the start of each flight.

        A short salted fingerprint of it is kept with a refusal, so that a corrected secret is
        tried at once, in another process too.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class TokenStore(Protocol):
    """Keeps tokens between calls, processes or hosts. Each method is atomic by itself.

    It is called on worker threads, several at a time.
    """

    def load(self, key: TokenKey) -> AccessToken | None:
        """The token kept under ``key``, or None. It may have expired.

        Raises:
            StoreError: The store can't tell.
        """
        ...

    def save(self, key: TokenKey, token: AccessToken) -> None:
        """Keep ``token`` under ``key`` instead of what was there.

        Raises:
            StoreError: It could not be kept; what was there stays or is gone, but is not torn.
        """
        ...

    def delete(self, key: TokenKey, token: AccessToken | None = None) -> None:
        """Forget what is kept under ``key``; with ``token``, only if that is the one kept.

        Raises:
            StoreError: It could not be deleted.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class LockingTokenStore(TokenStore, Protocol):
    """A store whose lock makes all who share it ask for one token together."""

    def lock(self, key: TokenKey, timeout: float) -> AbstractContextManager[bool]:
        """A lock for ``key`` across processes, waited for at most ``timeout`` seconds.

        It yields whether it was had, and never raises for not getting it.
        """
        ...


@public_class("zeebe_auth")
@runtime_checkable
class RefusalStore(TokenStore, Protocol):
    """A store through which processes share why the endpoint isn't asked again yet."""

    def load_refusal(self, key: TokenKey) -> Refusal | None:
        """The last refusal under ``key``, or None. It may be over."""
        ...

    def save_refusal(self, key: TokenKey, refusal: Refusal | None) -> None:
        """Keep ``refusal`` under ``key``; None forgets the one kept."""
        ...
