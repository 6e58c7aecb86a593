"""The conformance checks of a credentials provider."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from zeebe_auth.arguments import takes_keyword
from zeebe_auth.protocols import (
    AsyncCredentialsProvider,
    CachingCredentialsProvider,
    CredentialsProvider,
    InvalidatingCredentialsProvider,
    PacingCredentialsProvider,
)
from zeebe_auth.secret import Secret
from zeebe_auth.testing.conformance import Check, expect, in_threads, run_all
from zeebe_auth.token import AccessToken

_THREADS = 8
_Make = Callable[[], CredentialsProvider]


def check_provider(make_provider: _Make) -> None:
    """Put a credentials provider to the test.

    Args:
        make_provider: Gives a provider that can obtain a token. It is asked for several, each
            used in this process alone and closed if it has ``close``.

    Raises:
        ConformanceError: A promise is broken; the sentence says which and how.
    """
    run_all(provider_checks(make_provider))


def provider_checks(make_provider: _Make) -> list[Check]:
    """The same, check by check, without running them. What the provider hasn't got isn't listed.

    Args:
        make_provider: As in `check_provider`.
    """
    functions = [*_ALWAYS]
    sample = make_provider()
    if isinstance(sample, AsyncCredentialsProvider):
        functions.append(serves_several_event_loops)
    if isinstance(sample, CachingCredentialsProvider):
        functions.append(tells_its_current_token)
    if isinstance(sample, InvalidatingCredentialsProvider):
        functions.append(forgets_only_the_current_token)
        if takes_keyword(sample.invalidate, "accepted"):
            functions.append(forgets_an_accepted_token_alike)
    _close(sample)
    return [
        Check(function.__name__, partial(_run, function, make_provider)) for function in functions
    ]


def gives_a_usable_token(provider: CredentialsProvider) -> None:
    """get_token gives a token that has not expired."""
    _ask(provider)


def serves_many_threads(provider: CredentialsProvider) -> None:
    """Threads may ask at the same time."""

    def body() -> None:
        _ask(provider)

    in_threads([body] * _THREADS)


def shows_no_token(provider: CredentialsProvider) -> None:
    """It doesn't print its token."""
    value = provider.get_token().value.reveal()
    expect(
        value not in repr(provider) and value not in str(provider), "The provider prints its token."
    )


def pickles_without_a_token(provider: CredentialsProvider) -> None:
    """It pickles as its recipe, or refuses; the token doesn't leave with it."""
    import pickle

    value = provider.get_token().value.reveal()
    try:
        content = pickle.dumps(provider)
    except Exception:  # one that holds a literal secret refuses, in its own way
        return
    expect(value.encode() not in content, "The provider pickles its token; pickle the recipe.")


def serves_several_event_loops(provider: CredentialsProvider) -> None:
    """get_token_async gives a token on one event loop after another, to several tasks at once."""
    import asyncio

    assert isinstance(provider, AsyncCredentialsProvider)

    async def ask() -> None:
        asked_at = time.time()
        _expect_usable(await provider.get_token_async(), asked_at)

    async def ask_together() -> None:
        await asyncio.gather(*(ask() for _ in range(_THREADS)))

    for _ in range(2):
        asyncio.run(ask_together())


def tells_its_current_token(provider: CredentialsProvider) -> None:
    """current_token gives None or a usable token, and the one obtained once there is one."""
    assert isinstance(provider, CachingCredentialsProvider)
    asked_at = time.time()
    before = provider.current_token()
    if before is not None:
        _expect_usable(before, asked_at)
    token = provider.get_token()
    asked_at = time.time()
    current = provider.current_token()
    if current is not None:
        _expect_usable(current, asked_at)
    expect(
        current is not None or _has_expired(token),
        "current_token knows nothing of the token just obtained.",
    )


def forgets_only_the_current_token(provider: CredentialsProvider) -> None:
    """Invalidate forgets a token only if it is still the current one, and raises nothing."""
    assert isinstance(provider, InvalidatingCredentialsProvider)
    _invalidates(provider, provider.invalidate, "invalidate")


def forgets_an_accepted_token_alike(provider: CredentialsProvider) -> None:
    """Invalidate with ``accepted=True`` forgets the current token alone, and raises nothing."""
    assert isinstance(provider, PacingCredentialsProvider)
    invalidate = partial(provider.invalidate, accepted=True)
    _invalidates(provider, invalidate, "invalidate with accepted=True")
    _ask(provider)
    provider.invalidate(provider.get_token(), accepted=False)


def _invalidates(
    provider: CredentialsProvider, invalidate: Callable[[AccessToken], object], name: str
) -> None:
    token = provider.get_token()
    other = AccessToken(Secret("some-other-token"), token.token_type, 1.0)
    invalidate(other)
    if isinstance(provider, CachingCredentialsProvider):
        expect(
            provider.current_token() is not None or _has_expired(token),
            f"{name} ignored which token it was given: it forgot the current one.",
        )
    invalidate(token)
    invalidate(token)


def _ask(provider: CredentialsProvider) -> None:
    asked_at = time.time()
    _expect_usable(provider.get_token(), asked_at)


def _expect_usable(token: object, asked_at: float) -> None:
    # On a slow machine a token of a few seconds may expire between the answer and a look at it.
    expect(isinstance(token, AccessToken), f"It gave a {type(token).__name__}, no AccessToken.")
    expires_at = getattr(token, "expires_at", None)
    expect(
        expires_at is None or expires_at > asked_at,
        "It gave a token that has expired already.",
    )


def _has_expired(token: AccessToken) -> bool:
    return token.expires_at is not None and token.expires_at <= time.time()


def _run(function: Callable[[CredentialsProvider], None], make_provider: _Make) -> None:
    provider = make_provider()
    try:
        function(provider)
    finally:
        _close(provider)


def _close(provider: CredentialsProvider) -> None:
    close = getattr(provider, "close", None)
    if callable(close):
        close()


_ALWAYS: tuple[Callable[[CredentialsProvider], None], ...] = (
    gives_a_usable_token,
    serves_many_threads,
    shows_no_token,
    pickles_without_a_token,
)

PROVIDER_CHECK_NAMES: tuple[str, ...] = tuple(
    function.__name__
    for function in (
        *_ALWAYS,
        serves_several_event_loops,
        tells_its_current_token,
        forgets_only_the_current_token,
        forgets_an_accepted_token_alike,
    )
)
"""The names of all checks of a provider, whatever the provider has."""
