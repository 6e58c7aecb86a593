"""What all providers of a process share: clock, workers, scheduler and flights."""

from __future__ import annotations

import random
import secrets
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from zeebe_auth.clock import SYSTEM_CLOCK, Clock
from zeebe_auth.concurrency.flights import InFlight
from zeebe_auth.concurrency.fork import hold_forks, reset_in_child
from zeebe_auth.concurrency.timer import Scheduler
from zeebe_auth.concurrency.workers import WorkerPool

_MAX_HOLD_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Runtime:
    """The drivers around the pure decisions; tests put their own in.

    Args:
        clock: Wall and running clock.
        workers: Where source, store and token endpoint are called.
        scheduler: Calls back soon, or when a refresh is due.
        flights: The token requests under way, by key and store.
        draw: A random number from 0 to 1.
        salt: Makes this process's fingerprints of credentials its own.
        keepers: What keeps the tokens of the providers alive, to begin anew after a fork.
    """

    clock: Clock
    workers: WorkerPool
    scheduler: Scheduler
    flights: InFlight[Any]
    draw: Callable[[], float]
    salt: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    keepers: weakref.WeakSet[Any] = field(default_factory=weakref.WeakSet, repr=False)

    def after_fork_in_child(self) -> object:
        """Leave the parent's threads, locks and half-done flights behind.

        Returns:
            They themselves: finalizers run when they are dropped.
        """
        parts = (self.workers, self.scheduler, self.flights)
        before = [part.reset() for part in parts]
        return before + [keeper.after_fork_in_child() for keeper in list(self.keepers)]


_SCHEDULER = Scheduler(SYSTEM_CLOCK.running)
_PROCESS = Runtime(
    SYSTEM_CLOCK,
    WorkerPool(scheduler=_SCHEDULER),
    _SCHEDULER,
    InFlight(),
    # Its state is copied by a fork, so that siblings would draw alike: the system's isn't.
    random.SystemRandom().random,
)

reset_in_child(_PROCESS.after_fork_in_child)
hold_forks(_MAX_HOLD_SECONDS)


def process_runtime() -> Runtime:
    """The one runtime of this process."""
    return _PROCESS
