"""What a conformance check is, and how it says what was broken."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass

from zeebe_auth.public_class import public_class

HANG_SECONDS = 600.0
"""How long one step may take before it counts as a hang. No check judges speed: a keychain that
takes seconds for each call is as right as a file."""

_LOOK_SECONDS = 1.0


@public_class("zeebe_auth.testing")
class ConformanceError(AssertionError):
    """A part broke a promise of its protocol; the sentence says which and how."""


@public_class("zeebe_auth.testing")
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


def in_threads(bodies: Iterable[Callable[[], Generator[object] | None]]) -> None:
    """Run the bodies at the same time, each on a thread, from one barrier on.

    Args:
        bodies: A long one is a generator: each step that it yields shows that it does not hang.

    Raises:
        ConformanceError: One of them hangs.
        Exception: What the first of them that failed raised.
    """
    import sys
    import threading

    bodies = list(bodies)
    barrier = threading.Barrier(len(bodies))
    failures: list[Exception] = []
    last_step_at = [time.monotonic()] * len(bodies)

    def run(number: int, body: Callable[[], Generator[object] | None]) -> None:
        try:
            barrier.wait(HANG_SECONDS)
            steps = body()
            if isinstance(steps, Generator):
                for _ in steps:
                    last_step_at[number] = time.monotonic()
        except Exception as error:  # raised again below, on the caller's thread
            failures.append(error)

    threads = [
        threading.Thread(target=run, args=(number, body), daemon=True)
        for number, body in enumerate(bodies)
    ]
    interval = sys.getswitchinterval()
    # Threads that take turns often meet in more places.
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        while alive := [number for number, thread in enumerate(threads) if thread.is_alive()]:
            slowest = min(alive, key=last_step_at.__getitem__)
            left = last_step_at[slowest] + HANG_SECONDS - time.monotonic()
            expect(
                left > 0,
                f"It hangs: it kept a thread waiting for more than {HANG_SECONDS:g} seconds, "
                "which is a bound against hangs and not a measure of speed.",
            )
            threads[slowest].join(min(left, _LOOK_SECONDS))
    finally:
        sys.setswitchinterval(interval)
    if failures:
        raise failures[0]
