"""Real providers for a sandbox, clocks that the test moves, and a gateway that the test holds
up."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sandbox_credentials import provider_for

from zeebe_auth import (
    EventHook,
    OAuthCredentialsProvider,
    RefreshPolicy,
)
from zeebe_auth.clock import Clock
from zeebe_auth.concurrency.flights import InFlight
from zeebe_auth.concurrency.process import Runtime
from zeebe_auth.concurrency.timer import Appointment, Scheduler
from zeebe_auth.concurrency.workers import WorkerPool
from zeebe_auth.provider import fetching
from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.gateway.gateway import Gateway

PATIENCE_SECONDS = 60


@pytest.fixture
def sandbox(zeebe_sandbox: Sandbox) -> Sandbox:
    """The sandbox as it was at its start."""
    return zeebe_sandbox


@pytest.fixture
def make_provider() -> Iterator[Callable[..., OAuthCredentialsProvider]]:
    """Give a function `(sandbox, policy=None, on_event=None) -> a cold provider for it`; closed at
    the end."""
    made: list[OAuthCredentialsProvider] = []

    def make(
        sandbox: Sandbox, policy: RefreshPolicy | None = None, on_event: EventHook | None = None
    ) -> OAuthCredentialsProvider:
        made.append(provider_for(sandbox, policy=policy, on_event=on_event))
        return made[-1]

    yield make
    for provider in made:
        provider.close()


class HandTime:
    """Both clocks of a provider, moved by the test; the wall clock starts at the time of the
    tokens."""

    def __init__(self) -> None:
        self._began = time.time()
        self._passed = 0.0

    def wall(self) -> float:
        return self._began + self._passed

    def running(self) -> float:
        return 1_000.0 + self._passed

    def advance(self, seconds: float) -> None:
        self._passed += seconds


class WithoutTimer(Scheduler):
    """A scheduler that calls what is due soon, and nothing later."""

    def _receive(self, appointment: Appointment) -> None:
        if appointment.when == -math.inf:
            super()._receive(appointment)


@pytest.fixture
def hand_time(monkeypatch: pytest.MonkeyPatch) -> HandTime:
    """The time of the providers that are made from now on."""
    hand = HandTime()
    runtime = Runtime(
        Clock(hand.wall, hand.running),
        WorkerPool(),
        WithoutTimer(hand.running),
        InFlight(),
        lambda: 0.5,
    )
    monkeypatch.setattr(fetching, "process_runtime", lambda: runtime)
    return hand


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is not set, calls that reached a sandbox's gateway wait before their token is
    looked at."""
    opened = threading.Event()
    opened.set()
    look = Gateway._authorized_client

    def behind_the_door(gateway: Gateway, context: object) -> str:
        assert opened.wait(PATIENCE_SECONDS)
        return look(gateway, context)

    monkeypatch.setattr(Gateway, "_authorized_client", behind_the_door)
    yield opened
    opened.set()
