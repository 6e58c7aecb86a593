"""The caller's stream of requests, lent to one attempt at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any


class RequestStream:
    """Knows whether a request iterator was touched: only an untouched one can be sent again.

    gRPC reads requests ahead on a thread of its own, so an attempt that has ended may still be
    about to read; it then finds its loan ended, and the request stays for the next attempt.

    Args:
        requests: The caller's iterator. What is none is left for gRPC to complain about.
    """

    def __init__(self, requests: Iterator[Any]) -> None:
        self._requests = requests
        self._lock = threading.Lock()
        self._loan: _Loan | None = None
        self._touched = False

    def lend(self) -> Iterator[Any]:
        """The requests, for the attempt that starts now."""
        with self._lock:
            self._loan = _Loan(self)
            return self._loan

    def take_back(self) -> bool:
        """End the loan; whether the requests are still untouched."""
        with self._lock:
            self._loan = None
            return not self._touched

    def _touch(self, loan: _Loan) -> Iterator[Any]:
        with self._lock:
            if self._loan is not loan:
                raise StopIteration
            self._touched = True
            return self._requests


class _Loan:
    def __init__(self, stream: RequestStream) -> None:
        self._stream = stream
        self._requests: Iterator[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self._requests is None:
            self._requests = self._stream._touch(self)  # noqa: SLF001 - the two classes are one unit
        return next(self._requests)
