"""Which token the gateway refused, and whether another one is to be had for it now."""

from __future__ import annotations

from dataclasses import replace

from zeebe_auth.provider.decisions import Rejection, next_rejection
from zeebe_auth.provider.policy import RefreshPolicy
from zeebe_auth.token import AccessToken

__all__ = ["Rejecting"]

# Moments of one clock told on another are that inexact at the worst.
_ROUNDING_SECONDS = 0.001


class Rejecting:
    """The gateway's refusals, as one provider meets them. The provider's lock guards it.

    Attributes:
        token: The token that was given up last; it is never had back from a store.
    """

    def __init__(self, policy: RefreshPolicy) -> None:
        self._policy = policy
        self._last: Rejection | None = None
        self._refused: AccessToken | None = None
        self.token: AccessToken | None = None

    def gives_up(self, token: AccessToken, now: float, *, issued_at: float) -> bool:
        """Whether ``token``, which the gateway refused at ``now``, is given up for another.

        Args:
            token: The refused token.
            now: The moment of the refusal.
            issued_at: When it was issued, on the same clock.
        """
        self._refused = token
        last = self._last
        if last is not None and last.count == 1 and issued_at < last.last_at - _ROUNDING_SECONDS:
            # Found in the store, and older than the first refusal: it says nothing of fresh
            # tokens. The next one counts, lest processes that are refused everything fetch
            # twice each time.
            self._last = replace(last, count=2)
            self.token = token
            return True
        rejection = next_rejection(self._last, now, self._policy)
        if rejection is None:
            return False
        self._last, self.token = rejection, token
        return True

    def outlived(self, token: AccessToken) -> None:
        """``token`` was in use and has made way for its successor in the course of time.

        If it was never refused, the tokens were good in between, and the next refusal is a first
        one again.
        """
        if self._refused is None or self._refused.value != token.value:
            self._last = None

    def has_given_up(self, token: AccessToken) -> bool:
        """Whether ``token`` is the one that was given up last."""
        return self.token is not None and self.token.value == token.value
