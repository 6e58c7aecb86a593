"""The keys of a cluster, which count up."""

from __future__ import annotations

import threading

# Zeebe's keys carry the partition in their upper bits; this is partition 1's first.
FIRST_KEY = (1 << 51) + 1


class Keys:
    """Gives each key once; safe for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = FIRST_KEY

    def take(self, count: int = 1) -> int:
        """Take that many keys in a row, and return the last one."""
        with self._lock:
            self._last += count
            return self._last
