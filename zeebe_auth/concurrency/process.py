"""What all providers of a process share: clock, workers, timer and the flights in the air."""

from __future__ import annotations

import os
import random
import secrets
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from zeebe_auth.clock import SYSTEM_CLOCK, Clock
from zeebe_auth.concurrency.flights import FlightBoard
from zeebe_auth.concurrency.fork import hold_forks
from zeebe_auth.concurrency.timer import Scheduler
from zeebe_auth.concurrency.workers import WorkerPool

__all__ = ["Runtime", "process_runtime"]

_LONGEST_HOLD_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Runtime:
    """The drivers around the pure decisions; tests put their own in.

    Args:
        clock: Wall and running clock.
        workers: Where source, store and token endpoint are called.
        scheduler: Calls back when a refresh is due.
        flights: The token requests under way, by key and store.
        draw: A random number from 0 to 1.
        salt: Makes this process's fingerprints of credentials its own.
        providers: The providers alive, to give each fresh locks after a fork.
    """

    clock: Clock
    workers: WorkerPool
    scheduler: Scheduler
    flights: FlightBoard[Any]
    draw: Callable[[], float]
    salt: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    providers: weakref.WeakSet[Any] = field(default_factory=weakref.WeakSet, repr=False)

    def after_fork_in_child(self) -> None:
        """Leave the parent's threads, locks and half-done flights behind."""
        self.workers.reset()
        self.scheduler.reset()
        self.flights.reset()
        for provider in list(self.providers):
            provider._after_fork_in_child()  # noqa: SLF001


_PROCESS = Runtime(
    SYSTEM_CLOCK,
    WorkerPool(),
    Scheduler(SYSTEM_CLOCK.running),
    FlightBoard(),
    # Its state is copied by a fork, so that siblings would draw alike: the system's isn't.
    random.SystemRandom().random,
)

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_PROCESS.after_fork_in_child)
hold_forks(_LONGEST_HOLD_SECONDS)


def process_runtime() -> Runtime:
    """The one runtime of this process."""
    return _PROCESS
