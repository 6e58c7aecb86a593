"""The fault plan, and the driver that carries it out on the sandbox."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from zeebe_grpc.sandbox import Sandbox

__all__ = ["Driver", "Fault", "fault_plan"]

_QUIET_SECONDS = (4.0, 9.0)
_LONGEST_TAIL_SECONDS = 5.0
_MANY = 100_000
_HANG_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    seconds: tuple[float, float]
    begin: Callable[[Sandbox], None]


def _delay(seconds: float) -> Callable[[Sandbox], None]:
    def begin(sandbox: Sandbox) -> None:
        sandbox.token_delay_seconds = seconds

    return begin


def _refuse(
    status: int, retry_after: str | None = None, *, html: bool = False
) -> Callable[[Sandbox], None]:
    def begin(sandbox: Sandbox) -> None:
        sandbox.refuse_token_requests(_MANY, status, retry_after=retry_after, html=html)

    return begin


_KINDS = (
    _Kind("replies after 2 s", (5.0, 8.0), _delay(2.0)),
    _Kind("500", (2.0, 5.0), _refuse(500)),
    _Kind("503", (2.0, 5.0), _refuse(503)),
    _Kind("429, Retry-After: 2", (1.0, 4.0), _refuse(429, "2")),
    # Longer than a client waits for a reply (10 s), so that it closes the connection.
    _Kind("hang", (10.5, 12.0), _delay(_HANG_SECONDS)),
    _Kind("an HTML page", (2.0, 4.0), _refuse(502, html=True)),
    _Kind("revocation", (0.0, 0.0), Sandbox.revoke_tokens),
)
REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the plan.

    Args:
        kind: What goes wrong.
        at: When, in seconds after the start.
        seconds: For how long; 0 for what happens in a moment.
    """

    kind: str
    at: float
    seconds: float

    def __str__(self) -> str:
        if not self.seconds:
            return f"{self.at:.1f} s {self.kind}"
        return f"{self.at:.1f}-{self.at + self.seconds:.1f} s {self.kind}"


def fault_plan(seed: int, seconds: float) -> list[Fault]:
    """The faults of a run of that length, the same for the same seed.

    Every kind comes once in a round, in an order that changes, with quiet times between.
    """
    dice = random.Random(seed)
    end = seconds - min(_LONGEST_TAIL_SECONDS, seconds / 6)
    at = min(dice.uniform(*_QUIET_SECONDS), seconds / 4)
    plan: list[Fault] = []
    while True:
        before = len(plan)
        for kind in dice.sample(_KINDS, len(_KINDS)):
            lasts = dice.uniform(*kind.seconds)
            if at + lasts < end:
                plan.append(Fault(kind.name, at, lasts))
                at += lasts + dice.uniform(*_QUIET_SECONDS)
        if len(plan) == before:
            return plan


class Driver:
    """Carries out a plan on a thread of its own.

    Args:
        sandbox: Whose token endpoint fails.
        plan: When and how.
        on_revocation: Told the wall clock just before tokens are revoked.
    """

    def __init__(
        self, sandbox: Sandbox, plan: list[Fault], on_revocation: Callable[[float], None]
    ) -> None:
        self._sandbox = sandbox
        self._plan = plan
        self._on_revocation = on_revocation
        self._begin = {kind.name: kind.begin for kind in _KINDS}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="soak-driver")
        self.current: str | None = None
        """The fault of this moment."""

    def start(self) -> None:
        """Start the plan's time."""
        self._thread.start()

    def close(self) -> None:
        """Skip the rest, and end all faults of the token endpoint."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        begin = time.monotonic()
        for fault in self._plan:
            if self._ended.wait(begin + fault.at - time.monotonic()):
                return
            if fault.kind == REVOCATION:
                self._on_revocation(time.time())
            self.current = fault.kind if fault.seconds else None
            self._begin[fault.kind](self._sandbox)
            self._ended.wait(fault.seconds)
            self._sandbox.refuse_token_requests(0)
            self._sandbox.token_delay_seconds = 0.0
            self.current = None
