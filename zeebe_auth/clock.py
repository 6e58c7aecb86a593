"""Two clocks: the wall's for what is written down, a running one for what is under way."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


def _running_clock() -> Callable[[], float]:
    # On Linux CLOCK_MONOTONIC stops while the machine is suspended, tokens don't.
    # On macOS it is CLOCK_MONOTONIC itself that goes on; on Windows time.monotonic does.
    if sys.platform == "linux" and hasattr(time, "CLOCK_BOOTTIME"):
        from functools import partial

        return partial(time.clock_gettime, time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        from functools import partial

        return partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    return time.monotonic


@dataclass(frozen=True, slots=True)
class Clock:
    """The two readings; tests put their own in.

    Args:
        wall: Epoch seconds; it may jump.
        running: Seconds from anywhere; it only goes forward, also while the machine sleeps.
    """

    wall: Callable[[], float]
    running: Callable[[], float]

    def __reduce__(self) -> str | tuple[object, ...]:
        # The system's clock unpickles as the one of the machine it arrives on.
        return "SYSTEM_CLOCK" if self is SYSTEM_CLOCK else (Clock, (self.wall, self.running))


SYSTEM_CLOCK = Clock(time.time, _running_clock())


def local_time(epoch_seconds: float) -> str:
    """A moment as people here read it: the time of day, and the date if that isn't today's."""
    from datetime import UTC, datetime

    moment, now = (
        datetime.fromtimestamp(each, UTC).astimezone() for each in (epoch_seconds, time.time())
    )
    return moment.strftime("%H:%M:%S" if moment.date() == now.date() else "%Y-%m-%d %H:%M:%S")
