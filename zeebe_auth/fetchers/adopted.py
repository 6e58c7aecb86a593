"""Other libraries' credentials as fetchers: azure-core's, google-auth's, and plain functions.

They keep tokens themselves, so the same token again is no failure: they are asked again when they
may have another one. What a server refused counts as none when they give it again.
"""

from __future__ import annotations

import inspect
import secrets
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from zeebe_auth.arguments import required_parameters, takes_keyword
from zeebe_auth.errors import AuthError, ConfigurationError, TokenEndpointUnreachable
from zeebe_auth.fetchers.loop_thread import LoopThread
from zeebe_auth.fetchers.plain_tokens import next_look_at, token_of
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

# What azure-core and google-auth raise when the network is the reason.
_NETWORK_ERRORS = {"ServiceRequestError", "ServiceResponseError", "TransportError"}


def fetcher_for(adopted: Any, scopes: tuple[str, ...], identity: str | None) -> AdoptedFetcher:
    """The fetcher around an object of another library.

    Args:
        adopted: The object.
        scopes: What the tokens are for.
        identity: Whose tokens it gives, if that is known.

    Raises:
        TypeError: It is none of those that can be adopted, or the scopes don't suit it.
    """
    kind: type[AdoptedFetcher]
    if callable(getattr(adopted, "get_token", None)) and not isinstance(adopted, type):
        kind = AzureFetcher
        if not scopes:
            raise TypeError(
                f"Pass the scopes that {type(adopted).__name__} asks tokens for, such as "
                'adopt(credential, scopes="api://orders/.default").'
            )
    elif callable(getattr(adopted, "refresh", None)) and hasattr(adopted, "expiry"):
        kind = GoogleFetcher
    elif _is_function(adopted):
        kind = FunctionFetcher
        if scopes:
            raise TypeError("A function is adopted without scopes: it asks for what it asks for.")
    else:
        name = adopted.__name__ if isinstance(adopted, type) else type(adopted).__name__
        raise TypeError(
            f"{name} can't be adopted. Pass an azure-core TokenCredential, google-auth "
            "Credentials, or a function without arguments that returns the token as a str or an "
            "AccessToken."
        )
    return kind(adopted, scopes, identity)


def _is_function(value: Any) -> bool:
    if not callable(value) or isinstance(value, type):
        return False
    return set(required_parameters(value)) <= {"timeout"}


class AdoptedFetcher:
    """What the three have in common.

    Args:
        adopted: The other library's object, or the function.
        scopes: What its tokens are for.
        identity: Whose tokens it gives; None for one that is like no other, not even in another
            process.
    """

    def __init__(self, adopted: Any, scopes: tuple[str, ...], identity: str | None) -> None:
        self._adopted = adopted
        self._scopes = scopes
        self._name = name = getattr(adopted, "__name__", type(adopted).__name__)
        self.named = f"adopted {name}"
        key = TokenKey.for_identity(
            "adopted", self._name, identity or secrets.token_hex(16), *scopes
        )
        label = " ".join((identity or self._name, *(("for", *scopes) if scopes else ())))
        self._key = TokenKey(key.digest, label)
        self._last: AccessToken | None = None
        self._refresh_at: float | None = None
        self._loop = LoopThread()

    def identity(self) -> TokenKey:
        """Whose tokens it gives."""
        return self._key

    def fetch(self, *, timeout: float, rejected: AccessToken | None = None) -> AccessToken:
        """The token that it has or gets."""
        try:
            token = self._token(timeout, rejected)
        except AuthError:
            raise
        except Exception as error:
            names = {each.__name__ for each in type(error).__mro__}
            if not names.isdisjoint(_NETWORK_ERRORS) or getattr(error, "retryable", None) is True:
                raise TokenEndpointUnreachable(
                    f"{self._name} failed with {type(error).__name__}; see the error's cause."
                ) from error
            raise
        last = self._last
        if last is not None and (last.value, last.expires_at) == (token.value, token.expires_at):
            # With the moment in which it was new here.
            token = last
        self._last = token
        return token

    def _token(self, timeout: float, rejected: AccessToken | None) -> AccessToken:
        raise NotImplementedError

    def _awaited(self, call: Callable[[], Any], timeout: float) -> Any:
        """The answer of a function, awaited on the private loop if it is a coroutine function."""
        if not inspect.iscoroutinefunction(getattr(call, "func", call)):
            return call()

        async def answer() -> Any:
            return await call()

        return self._loop.run(answer, timeout)

    def look_again_at(self, token: AccessToken) -> float | None:
        """When it may have another token."""
        return next_look_at(token, self._refresh_at)

    def close(self, *, whole: bool) -> None:
        """End the private loop, and with ``whole`` close what was adopted."""
        close = getattr(self._adopted, "close", None) if whole else None
        if inspect.iscoroutinefunction(close):
            self._loop.close(close)
            return
        self._loop.close()
        if close is not None:
            close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._key.label!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(
            f"An adopted {self._name} is not pickled. Adopt it again in the other process."
        )


class AzureFetcher(AdoptedFetcher):
    """azure-core's ``TokenCredential`` and ``AsyncTokenCredential``."""

    def _token(self, timeout: float, rejected: AccessToken | None) -> AccessToken:
        issued_at = time.time()
        get = getattr(self._adopted, "get_token_info", None) or self._adopted.get_token
        found = self._awaited(partial(get, *self._scopes), timeout)
        refresh_at = getattr(found, "refresh_on", None)
        self._refresh_at = None if refresh_at is None else float(refresh_at)
        return token_of(
            found.token,
            self._name,
            issued_at=issued_at,
            expires_at=float(found.expires_on),
            token_type=getattr(found, "token_type", "Bearer"),
        )


class GoogleFetcher(AdoptedFetcher):
    """google-auth's ``Credentials``."""

    def __init__(self, adopted: Any, scopes: tuple[str, ...], identity: str | None) -> None:
        if scopes:
            if not hasattr(adopted, "with_scopes"):
                raise TypeError(f"{type(adopted).__name__} takes no scopes. Adopt it without them.")
            adopted = adopted.with_scopes(scopes)
        super().__init__(adopted, scopes, identity)

    def _token(self, timeout: float, rejected: AccessToken | None) -> AccessToken:
        issued_at, credentials = time.time(), self._adopted
        is_refused = rejected is not None and credentials.token == rejected.value.reveal()
        if is_refused or not credentials.valid:
            credentials.refresh(partial(_google_request(), timeout=timeout))
        expiry = credentials.expiry
        if expiry is not None and expiry.tzinfo is None:
            # They keep UTC without saying so.
            from datetime import UTC

            expiry = expiry.replace(tzinfo=UTC)
        return token_of(
            credentials.token,
            self._name,
            issued_at=issued_at,
            expires_at=None if expiry is None else expiry.timestamp(),
        )


def _google_request() -> Any:
    try:
        from google.auth.transport.requests import Request
    except ImportError:
        try:
            from google.auth.transport.urllib3 import Request as Urllib3Request
        except ImportError:
            raise ConfigurationError(
                "google-auth needs an HTTP library to refresh its credentials. Run "
                '"pip install google-auth[requests]".'
            ) from None
        import urllib3

        return Urllib3Request(urllib3.PoolManager())
    return Request()


class FunctionFetcher(AdoptedFetcher):
    """A function, or a coroutine function, that returns a str or an `AccessToken`."""

    def _token(self, timeout: float, rejected: AccessToken | None) -> AccessToken:
        issued_at, function = time.time(), self._adopted
        call = (
            partial(function, timeout=timeout) if takes_keyword(function, "timeout") else function
        )
        found = self._awaited(call, timeout)
        if isinstance(found, AccessToken):
            return found
        if isinstance(found, str):
            return token_of(found, self._name, issued_at=issued_at)
        if isinstance(found, Coroutine):
            found.close()
        raise ConfigurationError(
            f"{self._name}() returned {type(found).__name__}. Return the token as a str, or an "
            "AccessToken with its expires_at."
        )
