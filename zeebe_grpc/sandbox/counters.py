"""What the sandbox has seen: token requests and calls, counted."""

from __future__ import annotations

import threading
from collections import Counter


class Counters:
    """Counts of token requests and calls; safe for any thread.

    A reply is counted before its first byte leaves, so whoever holds it finds it counted. What
    began before a `reset` and ends after it is not counted at all: hence the era that each
    beginning gives and each end takes.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._era = 0
        self._received = 0
        self._replies: Counter[tuple[str, int]] = Counter()
        self._calls: Counter[tuple[str, str]] = Counter()

    def token_request_received(self) -> int:
        with self._changed:
            self._received += 1
            self._changed.notify_all()
            return self._era

    def token_request_answered(self, era: int, client_id: str, status: int) -> None:
        with self._changed:
            if era == self._era:
                self._replies[client_id, status] += 1

    def call_received(self) -> int:
        with self._changed:
            return self._era

    def call_answered(self, era: int, method: str, status: str) -> None:
        with self._changed:
            if era == self._era:
                self._calls[method, status] += 1

    @property
    def token_requests(self) -> int:
        """How many token requests arrived, answered or not."""
        with self._changed:
            return self._received

    @property
    def token_replies(self) -> Counter[tuple[str, int]]:
        """How many token requests were answered, by client id and HTTP status."""
        with self._changed:
            return Counter(self._replies)

    @property
    def calls(self) -> Counter[tuple[str, str]]:
        """How many gRPC calls ended, by method and status name (``("Topology", "OK")``)."""
        with self._changed:
            return Counter(self._calls)

    def wait_for_token_requests(self, count: int, timeout_seconds: float) -> bool:
        """Waits until that many have arrived; False if the time ran out first."""
        with self._changed:
            return self._changed.wait_for(lambda: self._received >= count, timeout_seconds)

    def reset(self) -> None:
        with self._changed:
            self._era += 1
            self._received = 0
            self._replies.clear()
            self._calls.clear()

    def report(self) -> str:
        """The counts as lines for people."""
        lines = [f"token requests: {self.token_requests}"]
        for (client_id, status), count in sorted(self.token_replies.items()):
            lines.append(f"  {count} x {status} to {client_id or '(no client id)'}")
        calls = self.calls
        lines.append(f"calls: {calls.total()}")
        for (method, call_status), count in sorted(calls.items()):
            lines.append(f"  {count} x {method} {call_status}")
        return "\n".join(lines)
