"""What a conformance check is, and how it says what was broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

__all__ = ["Check", "ConformanceError", "expect", "in_threads", "run_all"]

_JOIN_SECONDS = 60.0


class ConformanceError(AssertionError):
    """A part broke a promise of its protocol; the sentence says which and how."""


@dataclass(frozen=True, slots=True)
class Check:
    """One promise, and the code that puts it to the test.

    Args:
        name: A short name, such as ``keeps_every_field``.
        body: Raises `ConformanceError` if the promise is broken.
    """

    name: str
    body: Callable[[], None]

    def run(self) -> None:
        """Put it to the test.

        Raises:
            ConformanceError: The promise is broken, or the part raised what it may not.
        """
        try:
            self.body()
        except ConformanceError:
            raise
        except Exception as error:
            raise ConformanceError(
                f"{self.name}: it raised {type(error).__name__} ({error}) where it may not."
            ) from error


def run_all(checks: Iterable[Check]) -> None:
    """Run the checks in order; the first broken promise ends it."""
    for check in checks:
        check.run()


def expect(condition: object, sentence: str) -> None:
    """Raise a `ConformanceError` with the sentence unless the condition holds."""
    if not condition:
        raise ConformanceError(sentence)


def in_threads(bodies: Iterable[Callable[[], None]]) -> None:
    """Run the bodies at the same time, each on a thread, from one barrier on.

    Raises:
        ConformanceError: One of them does not end.
        Exception: What the first of them that failed raised.
    """
    import sys
    import threading

    bodies = list(bodies)
    barrier = threading.Barrier(len(bodies))
    failures: list[Exception] = []

    def run(body: Callable[[], None]) -> None:
        try:
            barrier.wait(_JOIN_SECONDS)
            body()
        except Exception as error:  # noqa: BLE001 - raised again below, on the caller's thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(body,), daemon=True) for body in bodies]
    interval = sys.getswitchinterval()
    # Threads that take turns often meet in more places.
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_JOIN_SECONDS)
    finally:
        sys.setswitchinterval(interval)
    expect(
        not any(thread.is_alive() for thread in threads),
        f"It kept a thread waiting for more than {_JOIN_SECONDS:g} seconds.",
    )
    if failures:
        raise failures[0]
