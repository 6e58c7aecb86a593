"""Which tokens were accepted on one channel."""

from __future__ import annotations

from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken


@public_class("zeebe_auth.adapters")
class AcceptedTokens:
    """The tokens for which one channel or HTTP client had an OK, the last two of them.

    One that is refused after it was accepted was revoked, and its successor is worth fetching at
    once; one that was never accepted may be of the wrong audience, and so may its successors.

    It takes no lock: whoever saw an OK says ``if token is not accepted.last: accepted.add(token)``,
    which is one comparison for all calls but the first with a token.

    Attributes:
        last: The token that was accepted last; None before any was.
    """

    __slots__ = ("_before", "last")

    def __init__(self) -> None:
        self.last: AccessToken | None = None
        # A long call with the token before may have its OK later than a short one with the new.
        self._before: AccessToken | None = None

    def add(self, token: AccessToken) -> None:
        """The server accepted ``token``: a request with it ended well, or had an answer."""
        self._before, self.last = self.last, token

    def __contains__(self, token: AccessToken) -> bool:
        """Whether ``token`` is one of them, as it is sent."""
        return any(
            known is not None and known.authorization == token.authorization
            for known in (self.last, self._before)
        )
