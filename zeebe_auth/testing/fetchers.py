"""The conformance checks of a token fetcher."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from zeebe_auth.arguments import finite_number, takes_keyword
from zeebe_auth.protocols import (
    CachedTokenFetcher,
    ProvingTokenFetcher,
    ReplacingTokenFetcher,
    TokenFetcher,
)
from zeebe_auth.secret import Secret
from zeebe_auth.testing.conformance import Check, expect, in_threads, run_all
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

_THREADS = 4
_TIMEOUT_SECONDS = 10.0
_Make = Callable[[], TokenFetcher]


def check_fetcher(make_fetcher: _Make) -> None:
    """Put a token fetcher to the test. It fetches about ten tokens.

    Args:
        make_fetcher: Gives a fetcher that can get a token. It is asked for several, all for the
            same identity.

    Raises:
        ConformanceError: A promise is broken; the sentence says which and how.
    """
    run_all(fetcher_checks(make_fetcher))


def fetcher_checks(make_fetcher: _Make) -> list[Check]:
    """The same, check by check, without running them. What the fetcher hasn't got isn't listed.

    Args:
        make_fetcher: As in `check_fetcher`.
    """
    functions = [*_ALWAYS]
    sample = make_fetcher()
    if isinstance(sample, CachedTokenFetcher):
        functions.append(tells_when_to_look_again)
    if isinstance(sample, ProvingTokenFetcher):
        functions.append(proves_itself_by_a_secret)
    if takes_keyword(sample.fetch, "rejected"):
        functions.append(takes_a_rejected_token)
    return [Check(function.__name__, partial(function, make_fetcher)) for function in functions]


def tells_one_identity(make_fetcher: _Make) -> None:
    """Identity gives a TokenKey, the same each time and from each fetcher."""
    fetcher = make_fetcher()
    key = fetcher.identity()
    expect(isinstance(key, TokenKey), f"identity() gave a {type(key).__name__}, no TokenKey.")
    expect(
        fetcher.identity() == key == make_fetcher().identity(),
        "identity() gives another key each time, so no token would ever be shared or kept.",
    )


def fetches_a_usable_token(make_fetcher: _Make) -> None:
    """Fetch gives an AccessToken that has not expired, within a limit passed as ``timeout``."""
    _fetch(make_fetcher())


def serves_several_threads(make_fetcher: _Make) -> None:
    """Several threads may fetch at the same time, as after a refusal beside a refresh."""
    fetcher = make_fetcher()

    def body() -> None:
        fetcher.identity()
        _fetch(fetcher)

    in_threads([body] * _THREADS)


def shows_no_secret(make_fetcher: _Make) -> None:
    """Neither its text nor its key's label shows the token or the proof."""
    fetcher = make_fetcher()
    hidden = [_fetch(fetcher).value.reveal()]
    if isinstance(fetcher, ProvingTokenFetcher) and (proof := fetcher.proof()) is not None:
        hidden.append(proof.reveal())
    shown = f"{fetcher!r} {fetcher} {fetcher.identity().label}"
    expect(not any(each in shown for each in hidden), "The fetcher, or its label, prints a secret.")


def serves_a_provider(make_fetcher: _Make) -> None:
    """A FetchingCredentialsProvider with this fetcher has a token."""
    from zeebe_auth.provider.fetching import FetchingCredentialsProvider

    with FetchingCredentialsProvider(make_fetcher()) as provider:
        token = provider.get_token()
        expect(
            token == provider.get_token() or token.expires_at is not None,
            "The provider has no use for the fetcher's token: it fetched another one at once.",
        )


def tells_when_to_look_again(make_fetcher: _Make) -> None:
    """look_again_at gives a moment in epoch seconds, or None."""
    fetcher = make_fetcher()
    assert isinstance(fetcher, CachedTokenFetcher)
    moment = fetcher.look_again_at(_fetch(fetcher))
    expect(
        moment is None or finite_number(moment) is not None,
        "look_again_at() gave neither a finite number of epoch seconds nor None.",
    )


def proves_itself_by_a_secret(make_fetcher: _Make) -> None:
    """Proof gives the same Secret while nothing has changed, or None."""
    fetcher = make_fetcher()
    assert isinstance(fetcher, ProvingTokenFetcher)
    proof = fetcher.proof()
    expect(
        proof is None or isinstance(proof, Secret),
        f"proof() gave a {type(proof).__name__} instead of a Secret.",
    )
    expect(proof == fetcher.proof(), "proof() gives another secret each time.")


def takes_a_rejected_token(make_fetcher: _Make) -> None:
    """Fetch takes a token that a server refused, its own or another one."""
    fetcher = make_fetcher()
    assert isinstance(fetcher, ReplacingTokenFetcher)
    for rejected in (_fetch(fetcher), AccessToken(Secret("some-other-token"))):
        token = fetcher.fetch(timeout=_TIMEOUT_SECONDS, rejected=rejected)
        expect(
            isinstance(token, AccessToken),
            f"fetch() gave a {type(token).__name__}, no AccessToken.",
        )


def _fetch(fetcher: TokenFetcher) -> AccessToken:
    asked_at = time.time()
    token = fetcher.fetch(timeout=_TIMEOUT_SECONDS)
    _expect_access_token(token)
    expect(
        token.expires_at is None or token.expires_at > asked_at,
        "fetch() gave a token that has expired already.",
    )
    expect(
        token.expires_at is None or token.issued_at > 0,
        "fetch() gave a token with expires_at and without issued_at, the epoch seconds of the "
        "request: its lifetime is not known.",
    )
    return token


def _expect_access_token(token: object) -> None:
    name = type(token).__name__
    expect(isinstance(token, AccessToken), f"fetch() gave a {name}, no AccessToken.")


_ALWAYS: tuple[Callable[[_Make], None], ...] = (
    tells_one_identity,
    fetches_a_usable_token,
    serves_several_threads,
    shows_no_secret,
    serves_a_provider,
)

FETCHER_CHECK_NAMES: tuple[str, ...] = tuple(
    function.__name__
    for function in (
        *_ALWAYS,
        tells_when_to_look_again,
        proves_itself_by_a_secret,
        takes_a_rejected_token,
    )
)
"""The names of all checks of a fetcher, whatever the fetcher has."""
