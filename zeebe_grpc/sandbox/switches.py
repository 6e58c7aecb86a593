"""How the sandbox shall misbehave: what its servers ask before they answer."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

DEFAULT_TOKEN_LIFETIME_SECONDS = 86_400
"""A day, as Camunda SaaS gives (``"expires_in": 86400`` on its documentation page)."""

LOWEST_ERROR_STATUS, HIGHEST_ERROR_STATUS = 400, 599


@dataclass(frozen=True, slots=True)
class PlannedRefusal:
    """How one token request is refused.

    Args:
        status: The HTTP status.
        retry_after: The ``Retry-After`` header as it is sent (seconds or a date), or None.
        html: Whether the body is a page, as a proxy in front sends it, instead of OAuth's JSON.
    """

    status: int
    retry_after: str | None = None
    html: bool = False


class Switches:
    """The switches themselves; safe for any thread.

    Args:
        token_lifetime_seconds: For tokens issued from now on; zero or less: expired already.
        token_delay_seconds: How long each token reply is held back.
        gateway_refuses_tokens: Whether the gateway answers every call with UNAUTHENTICATED.
    """

    def __init__(
        self,
        *,
        token_lifetime_seconds: int = DEFAULT_TOKEN_LIFETIME_SECONDS,
        token_delay_seconds: float = 0.0,
        gateway_refuses_tokens: bool = False,
    ) -> None:
        self._initial = (token_lifetime_seconds, token_delay_seconds, gateway_refuses_tokens)
        self._changed = threading.Condition()
        self._refusals: deque[PlannedRefusal] = deque()
        self._ended = False
        self.token_lifetime_seconds = token_lifetime_seconds
        self._token_delay_seconds = token_delay_seconds
        self.gateway_refuses_tokens = gateway_refuses_tokens

    @property
    def token_delay_seconds(self) -> float:
        """How long a reply is held; a smaller value also frees those that wait already."""
        return self._token_delay_seconds

    @token_delay_seconds.setter
    def token_delay_seconds(self, seconds: float) -> None:
        with self._changed:
            self._token_delay_seconds = seconds
            self._changed.notify_all()

    def refuse(self, count: int, refusal: PlannedRefusal) -> None:
        """Plans the refusal of that many token requests; 0 takes all planned ones back."""
        if count < 0:
            raise ValueError(f"A count of refusals can't be negative, and {count} is.")
        if not LOWEST_ERROR_STATUS <= refusal.status <= HIGHEST_ERROR_STATUS:
            raise ValueError(f"A refusal has an HTTP status of 400 to 599, not {refusal.status}.")
        with self._changed:
            if count == 0:
                self._refusals.clear()
            self._refusals.extend([refusal] * count)

    def next_refusal(self) -> PlannedRefusal | None:
        with self._changed:
            return self._refusals.popleft() if self._refusals else None

    def wait_token_delay(self) -> None:
        """Holds the caller for the delay, or until it is lowered or the sandbox ends."""
        began = time.monotonic()
        with self._changed:
            while not self._ended:
                left = began + self._token_delay_seconds - time.monotonic()
                if left <= 0:
                    return
                self._changed.wait(left)

    def reset(self) -> None:
        """Everything as it was at the start; held replies go out."""
        lifetime, delay, refuses = self._initial
        with self._changed:
            self._refusals.clear()
        self.token_lifetime_seconds = lifetime
        self.gateway_refuses_tokens = refuses
        self.token_delay_seconds = delay

    def begin(self) -> None:
        """Lets waits wait again after an `end`."""
        with self._changed:
            self._ended = False

    def end(self) -> None:
        """Frees whoever waits, until the next `begin`."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
