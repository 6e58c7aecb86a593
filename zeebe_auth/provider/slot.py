"""The token in memory, as the warm path reads it."""

from __future__ import annotations

import math

from zeebe_auth.provider.decisions import Schedule
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

__all__ = ["Slot"]


class Slot:
    """A token and its moments.

    Another token comes in another slot, so that a reader without a lock never sees half of each.

    Args:
        token: The token; None in an empty slot.
        times: Its moments, on the running clock.
        key: Whose it is.

    Attributes:
        fresh_until: Until when the warm path uses it without a look at anything else.
        handed_out: Whether a caller has it: an idle client's token is not refreshed.
    """

    __slots__ = ("fresh_until", "handed_out", "key", "schedule", "token")

    def __init__(
        self,
        token: AccessToken | None = None,
        times: Schedule | None = None,
        key: TokenKey | None = None,
    ) -> None:
        self.token = token
        self.schedule = times
        self.key = key
        self.fresh_until = -math.inf if times is None else times.refresh_at
        self.handed_out = False

    def is_usable(self, now: float) -> bool:
        """Whether its token may be handed out at ``now`` (running clock)."""
        return self.schedule is not None and now < self.schedule.usable_until

    def has_newer(self, token: AccessToken, key: TokenKey | None, now: float) -> bool:
        """Whether its own token is usable, and was issued after ``token`` to the same identity."""
        return (
            self.token is not None
            and self.key == key
            and self.token.issued_at > token.issued_at
            and self.is_usable(now)
        )
