"""The errors that a flight ends with beside those of the token endpoint."""

from __future__ import annotations

from zeebe_auth.credentials import ClientCredentials
from zeebe_auth.errors import (
    AuthError,
    InvalidClientError,
    RateLimitedError,
    TokenEndpointError,
    TokenEndpointUnreachable,
)
from zeebe_auth.refusal import Refusal

__all__ = ["no_thread_error", "refusal_error", "unexpected_error"]


def no_thread_error(error: BaseException) -> TokenEndpointUnreachable:
    return TokenEndpointUnreachable(
        f"No thread could be started to ask for a token: {error}. Ask for it before the program "
        "ends, and see how many threads the machine allows."
    )


def unexpected_error(error: BaseException) -> TokenEndpointError:
    """What a caller gets for an error that nobody thought of; its text stays in the cause."""
    surprise = TokenEndpointError(
        f"The token request failed with an unexpected {type(error).__name__}; "
        "see the error's cause, and report it."
    )
    surprise.__cause__ = error
    return surprise


def refusal_error(refusal: Refusal, credentials: ClientCredentials) -> AuthError:
    from datetime import UTC, datetime

    until = datetime.fromtimestamp(refusal.until, UTC).astimezone().strftime("%H:%M:%S")
    if refusal.kind == "rate_limited":
        return RateLimitedError(
            f"The token endpoint asked for patience; it is not asked again before {until}.",
            retry_at=refusal.until,
        )
    return InvalidClientError(
        f"The authorization server refused the client {credentials.client_id!r} given by "
        f"{credentials.origin}; it is not asked again before {until} unless the credentials "
        "change. Check the client id and secret.",
        retry_at=refusal.until,
    )
