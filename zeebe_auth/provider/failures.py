"""The errors that a flight ends with beside those of the token endpoint."""

from __future__ import annotations

from zeebe_auth.clock import local_time
from zeebe_auth.errors import (
    AuthError,
    InvalidClientError,
    RateLimitedError,
    ShortLivedTokenError,
    TokenEndpointError,
    TokenEndpointUnreachable,
    TokenTimeout,
)
from zeebe_auth.provider.requester import Wording
from zeebe_auth.refusal import Refusal


def in_the_way_error() -> TokenEndpointUnreachable:
    return TokenEndpointUnreachable(
        "There is no token at hand, and a finalizer (__del__, a weak reference's callback) asked "
        "for one on a thread that fetches tokens, which it would stop. Ask on another thread."
    )


def nobody_waits_error() -> TokenTimeout:
    return TokenTimeout("Nobody waits for this token any more.")


def unexpected_error(error: BaseException) -> TokenEndpointError:
    """What a caller gets for an error that nobody thought of; its text stays in the cause."""
    surprise = TokenEndpointError(
        f"The token request failed with an unexpected {type(error).__name__}; "
        "see the error's cause, and report it."
    )
    surprise.__cause__ = error
    return surprise


def rate_limit_error(
    error: RateLimitedError, refusal: Refusal, *, shares_tokens: bool
) -> RateLimitedError:
    """What the endpoint said, and what comes of it here.

    Args:
        error: What the endpoint said.
        refusal: Until when it is left alone.
        shares_tokens: Whether there is a store, by which other processes needn't ask.
    """
    message = error.message
    if error.retry_at is None or error.retry_at < refusal.until:
        message += f" It is not asked again before {local_time(refusal.until)}."
    if not shares_tokens:
        message += " Processes that share a token store ask once for all of them."
    told = RateLimitedError(
        message, retry_at=refusal.until, error=error.error, status_code=error.status_code
    )
    told.__cause__ = error.__cause__
    return told


def refusal_error(refusal: Refusal, wording: Wording) -> AuthError:
    until = local_time(refusal.until)
    if refusal.kind == "short_lived":
        return short_lived_error(refusal, wording)
    if refusal.kind == "rate_limited":
        return RateLimitedError(
            f"{wording.rate_limited}; it is not asked again before {until}.",
            retry_at=refusal.until,
        )
    return InvalidClientError(
        f"{wording.refused}; it is not asked again before {until} unless {wording.unless}. "
        f"{wording.advice}",
        retry_at=refusal.until,
    )


def short_lived_error(refusal: Refusal, wording: Wording) -> ShortLivedTokenError:
    """What callers get after a token that was over when it arrived.

    Args:
        refusal: How long it was good, how the clocks differ, and until when nobody asks again.
        wording: Who asked for it.
    """
    lifetime_seconds, ahead = refusal.lifetime_seconds, refusal.clock_ahead_seconds
    lifetime = "" if lifetime_seconds is None else f" (lifetime {lifetime_seconds:.3g} s)"
    if ahead is None:
        clocks = "Whether this machine's clock is right is not known: the reply had no Date."
    elif ahead == 0:
        clocks = "The clocks of the server and of this machine agree."
    else:
        side = "behind" if ahead > 0 else "ahead of"
        clocks = f"This machine's clock is {abs(ahead):.3g} s {side} the server's."
    return ShortLivedTokenError(
        f"{wording.gave} a token that was over when it arrived{lifetime}. {clocks} "
        f"{wording.longer_lifetime}, and correct the clock if it is wrong. {wording.asked} is not "
        f"asked again before {local_time(refusal.until)}.",
        retry_at=refusal.until,
        lifetime_seconds=lifetime_seconds,
        clock_ahead_seconds=ahead,
    )
