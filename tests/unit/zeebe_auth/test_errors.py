"""The error tree: base classes, details, copies and pickles."""

from __future__ import annotations

import copy
import pickle

import pytest

import zeebe_auth
from zeebe_auth import (
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

ALL = [
    ConfigurationError("m"),
    CredentialsUnavailable("m"),
    InvalidClientError("m", retry_at=5.0, error="invalid_client", status_code=401),
    TokenEndpointError("m", error="x", status_code=400),
    RateLimitedError("m", retry_at=5.0, status_code=429),
    ShortLivedTokenError("m", retry_at=5.0, lifetime_seconds=0.1, clock_ahead_seconds=-30.0),
    TokenEndpointUnreachable("m", status_code=503, retryable=False, timed_out=True),
    TokenResponseError("m", error="invalid_scope", status_code=400),
    TokenTimeout("m"),
    StoreError("m"),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_an_error_keeps_what_it_knows(error):
    """Copied, deep-copied and pickled it is the same error, with message and details."""
    for twin in (error.copy(), copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(twin) is type(error)
        assert str(twin) == "m"
        assert twin._details() == error._details()
        assert twin is not error


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (ConfigurationError, ValueError),
        (CredentialsUnavailable, LookupError),
        (InvalidClientError, PermissionError),
        (TokenEndpointUnreachable, ConnectionError),
        (TokenResponseError, ValueError),
        (TokenTimeout, TimeoutError),
        (StoreError, OSError),
    ],
)
def test_errors_fit_the_builtin_that_code_catches_already(kind, builtin):
    """``except TimeoutError`` and the like still work."""
    assert issubclass(kind, builtin)
    assert issubclass(kind, AuthError)


def test_each_says_whether_a_retry_can_help():
    """Only rate limits and unreachable endpoints are retryable."""
    retryable = {type(error).__name__ for error in ALL if error.retryable}
    assert retryable == {"RateLimitedError", "ShortLivedTokenError", "TokenTimeout"}
    assert TokenEndpointUnreachable("m").retryable


def test_a_copy_has_the_cause_and_no_traceback():
    """Waiters get the cause, and don't share a growing traceback."""
    cause = OSError("no route")
    try:
        raise TokenEndpointUnreachable("m") from cause
    except TokenEndpointUnreachable as error:
        twin = error.copy()
    assert twin.__cause__ is cause
    assert twin.__traceback__ is None


def test_every_error_is_public():
    """What can be raised can be imported and caught."""
    for error in ALL:
        assert getattr(zeebe_auth, type(error).__name__) is type(error)
