"""What can go wrong, as one tree.

    AuthError                           anything this package raises on purpose
    ├── ConfigurationError              something was given, and it can't be used
    ├── CredentialsUnavailable          nothing was given: no source has credentials
    ├── InvalidClientError              the authorization server refused the credentials
    ├── TokenEndpointError              the token endpoint gave no token
    │   ├── RateLimitedError            it is rate limiting this client
    │   ├── TokenEndpointUnreachable    it could not be reached, or returned a server error
    │   └── TokenResponseError          its answer is not a usable token
    │       └── ShortLivedTokenError    the tokens it gives are over when they arrive
    ├── TokenTimeout                    the caller's own time limit ran out
    └── StoreError                      a token store could not do what was asked

Every message names the thing, the cause and the next step. None holds a secret or the body of
a reply. ``retryable`` says whether the same call can succeed later without anyone changing
anything, and ``retry_at`` when (epoch seconds), where that is known.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, Self, TypeVar

from zeebe_auth.public_class import public_class

__all__ = [
    "AuthError",
    "ConfigurationError",
    "CredentialsUnavailable",
    "InvalidClientError",
    "RateLimitedError",
    "ShortLivedTokenError",
    "StoreError",
    "TokenEndpointError",
    "TokenEndpointUnreachable",
    "TokenResponseError",
    "TokenTimeout",
    "without_arguments",
    "without_frames",
]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


@public_class("zeebe_auth")
class AuthError(Exception):
    """The root of every error that `zeebe_auth` raises on purpose.

    Args:
        message: One or two sentences for people: what, why, and what to do next.
        retry_at: When a retry can first succeed, in epoch seconds; None if that is not known.
    """

    retryable: bool = False
    """Whether the same call can succeed later without a change of configuration."""

    def __init__(self, message: str, *, retry_at: float | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at

    @property
    def message(self) -> str:
        """The sentences for people."""
        return str(self.args[0])

    def _details(self) -> dict[str, Any]:
        return {"retry_at": self.retry_at}

    def copy(self) -> Self:
        """An equal error without a traceback, caused by the same cause.

        One failed token request answers many waiters; each raises an instance of its own,
        since a shared one would collect the tracebacks of all threads.
        """
        twin = type(self)(self.message, **self._details())
        twin.__cause__ = self.__cause__
        twin.__suppress_context__ = True
        return twin

    def with_retry_at(self, retry_at: float) -> Self:
        """A copy that says when a retry can first succeed, in epoch seconds."""
        twin = self.copy()
        twin.retry_at = retry_at
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self._details())


def _rebuild(kind: type[AuthError], message: str, details: dict[str, Any]) -> AuthError:
    return kind(message, **details)


@public_class("zeebe_auth")
class ConfigurationError(AuthError, ValueError):
    """Something was given that can't be used: a chain of sources stops here and says what."""


@public_class("zeebe_auth")
class CredentialsUnavailable(AuthError, LookupError):
    """A source has nothing to offer: a chain of sources goes on to the next."""


class _EndpointError(AuthError):
    def __init__(
        self,
        message: str,
        *,
        retry_at: float | None = None,
        error: str | None = None,
        status_code: int | None = None,
    ) -> None:
        super().__init__(message, retry_at=retry_at)
        self.error = error
        self.status_code = status_code

    def _details(self) -> dict[str, Any]:
        return {**super()._details(), "error": self.error, "status_code": self.status_code}


@public_class("zeebe_auth")
class InvalidClientError(_EndpointError, PermissionError):
    """The authorization server refused the credentials (RFC 6749, 5.2 ``invalid_client``).

    Args:
        message: What was refused, and what to do next.
        retry_at: When the provider asks again (epoch seconds).
        error: The OAuth error code of the reply, if it had one.
        status_code: The HTTP status of the reply.
    """


@public_class("zeebe_auth")
class TokenEndpointError(_EndpointError):
    """The token endpoint gave no token, for a reason that is not the credentials.

    Args:
        message: What happened at which endpoint, and what to do next.
        retry_at: When a retry can first succeed (epoch seconds), if that is known.
        error: The OAuth error code of the reply (RFC 6749, 5.2), if it had one.
        status_code: The HTTP status of the reply, if there was one.
    """


@public_class("zeebe_auth")
class RateLimitedError(TokenEndpointError):
    """The token endpoint is rate limiting this client (HTTP 429, or ``Retry-After``)."""

    retryable = True


@public_class("zeebe_auth")
class TokenEndpointUnreachable(TokenEndpointError, ConnectionError):
    """The token endpoint could not be reached, was too slow, or returned a server error (5xx).

    Also where this process could not ask it, for want of a thread or because it is ending.

    Args:
        message: What happened at which endpoint, and what to do next.
        retry_at: When a retry can first succeed (epoch seconds), if that is known.
        error: The OAuth error code of the reply (RFC 6749, 5.2), if it had one.
        status_code: The HTTP status of the reply, if there was one.
        retryable: False where waiting changes nothing, such as a certificate that is not trusted.
        timed_out: Whether it was the time that ran out.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_at: float | None = None,
        error: str | None = None,
        status_code: int | None = None,
        retryable: bool = True,
        timed_out: bool = False,
    ) -> None:
        super().__init__(message, retry_at=retry_at, error=error, status_code=status_code)
        self.retryable = retryable
        self.timed_out = timed_out

    def _details(self) -> dict[str, Any]:
        return {
            **super()._details(),
            "retryable": self.retryable,
            "timed_out": self.timed_out,
        }


@public_class("zeebe_auth")
class TokenResponseError(TokenEndpointError, ValueError):
    """The token endpoint answered with something that is not a usable token.

    A wrong audience or scope, an HTML page, a body that is too large: asking again the same way
    gives the same answer.
    """


@public_class("zeebe_auth")
class ShortLivedTokenError(TokenResponseError):
    """The token endpoint's last token was over when it arrived, so it isn't asked for another yet.

    Whoever waited for that token was given it. The endpoint is asked again from ``retry_at`` on.

    Args:
        message: What came, what may be the cause, and what to do next.
        retry_at: When the endpoint is asked again (epoch seconds).
        error: The OAuth error code of the reply; there is none.
        status_code: The HTTP status of the reply, if it is known.
        lifetime_seconds: How long the token was good, in seconds from the beginning of its
            request; None if another process asked for it and didn't tell.
        clock_ahead_seconds: How far the server's clock is ahead of this machine's by the reply's
            ``Date``, in seconds; negative if it is behind, 0 if they agree, and None if the reply
            had no ``Date``.
    """

    retryable = True

    def __init__(
        self,
        message: str,
        *,
        retry_at: float | None = None,
        error: str | None = None,
        status_code: int | None = None,
        lifetime_seconds: float | None = None,
        clock_ahead_seconds: float | None = None,
    ) -> None:
        super().__init__(message, retry_at=retry_at, error=error, status_code=status_code)
        self.lifetime_seconds = lifetime_seconds
        self.clock_ahead_seconds = clock_ahead_seconds

    def _details(self) -> dict[str, Any]:
        return {
            **super()._details(),
            "lifetime_seconds": self.lifetime_seconds,
            "clock_ahead_seconds": self.clock_ahead_seconds,
        }


@public_class("zeebe_auth")
class TokenTimeout(AuthError, TimeoutError):
    """The caller's time limit ran out before there was a token; the request itself goes on."""

    retryable = True


@public_class("zeebe_auth")
class StoreError(AuthError, OSError):
    """A token store, or the OS keychain behind it, could not do what was asked."""

    def __str__(self) -> str:
        return self.message


def without_frames(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Let an `AuthError` leave ``function`` without the frames that it went through.

    Error reporters show the variables of each frame in the traceback of an error and of its
    causes, and a secret that is being read, checked or sent is in one of them. An equal error is
    raised by this function itself, whose arguments are gone by then; its causes stay, without
    their tracebacks. Any other error is a fault of the program, and passes as it is.

    Args:
        function: A function that handles secrets.
    """
    return _guarded(function, (AuthError,))


def without_arguments(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """The same for a constructor, also for a `TypeError` or `ValueError` about its arguments."""
    return _guarded(function, (AuthError, TypeError, ValueError))


def _guarded(
    function: Callable[_Arguments, _Result], kinds: tuple[type[Exception], ...]
) -> Callable[_Arguments, _Result]:
    @functools.wraps(function)
    def guarded(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        try:
            return function(*args, **kwargs)
        except kinds as error:
            if not isinstance(error, AuthError) and type(error) not in kinds:
                # One of another library's, whose constructor may want other arguments.
                raise
            told = _without_frames(error)
        # Raised outside of the block: its context would be the error with all its frames.
        del args, kwargs
        raise told

    return guarded


def _without_frames(error: Exception) -> Exception:
    twin = error.copy() if isinstance(error, AuthError) else type(error)(*error.args)
    if not isinstance(error, AuthError):
        twin.__cause__, twin.__suppress_context__ = error.__cause__, True
    pending, seen = [twin.__cause__], set[int]()
    while pending:
        cause = pending.pop()
        if cause is not None and id(cause) not in seen:
            seen.add(id(cause))
            cause.__traceback__ = None
            pending += [cause.__cause__, cause.__context__]
    return twin
