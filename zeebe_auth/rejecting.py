"""Which token the gateway refused, and whether another one is to be had for it now."""

from __future__ import annotations

from zeebe_auth.refresh import Rejection, next_rejection
from zeebe_auth.refresh_policy import RefreshPolicy
from zeebe_auth.token import AccessToken

__all__ = ["Rejecting"]


class Rejecting:
    """The gateway's refusals, as one provider meets them. The provider's lock guards it.

    Attributes:
        token: The token that was given up last; it is never had back from a store.
    """

    def __init__(self, policy: RefreshPolicy) -> None:
        self._policy = policy
        self._last: Rejection | None = None
        self.token: AccessToken | None = None

    def gives_up(self, token: AccessToken, now: float) -> bool:
        """Whether ``token``, which the gateway refused at ``now``, is given up for another."""
        rejection = next_rejection(self._last, now, self._policy)
        if rejection is None:
            return False
        self._last, self.token = rejection, token
        return True

    def has_given_up(self, token: AccessToken) -> bool:
        """Whether ``token`` is the one that was given up last."""
        return self.token is not None and self.token.value == token.value
