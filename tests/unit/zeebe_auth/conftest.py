"""A provider's drivers under a test's control: clock, workers, timer and endpoint."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from zeebe_auth import (
    AccessToken,
    AuthError,
    ClientCredentials,
    ClientSecret,
    OAuthCredentialsProvider,
    Refusal,
    Secret,
    TokenKey,
)
from zeebe_auth.clock import Clock
from zeebe_auth.concurrency.flights import InFlight
from zeebe_auth.concurrency.process import Runtime
from zeebe_auth.concurrency.threads import Foreign, NoThreadError
from zeebe_auth.concurrency.timer import Scheduler
from zeebe_auth.concurrency.workers import WorkerPool
from zeebe_auth.provider import fetching, oauth


class Time:
    """Both clocks, moved by the test."""

    def __init__(self) -> None:
        self.wall = 1_000_000.0
        self.running = 50.0

    def advance(self, seconds: float) -> None:
        self.wall += seconds
        self.running += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.running)


class ManualWorkers:
    """Runs submitted tasks when told to, on the caller's thread."""

    def __init__(self) -> None:
        self.tasks: deque[Callable[[], None]] = deque()
        self.slow_tasks: list[Callable[[], None]] = []

    def submit(
        self,
        task: Callable[[], None],
        *,
        refused: Callable[[NoThreadError], None] | None = None,
        slow: bool = False,
        endpoint: str | None = None,
        calls: tuple[Foreign, ...] = (),
    ) -> None:
        self.tasks.append(task)
        if slow:
            self.slow_tasks.append(task)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        yield

    def run(self) -> int:
        count = 0
        while self.tasks:
            self.tasks.popleft()()
            count += 1
        return count

    def reset(self) -> None:
        self.tasks.clear()


class ManualScheduler(Scheduler):
    """Has no thread: what is due soon is called at once, the rest when the test asks for it."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self._is_calling = False

    def _wake(self) -> None:
        if self._is_calling:
            return
        self._is_calling = True
        try:
            self.run_soon()
        finally:
            self._is_calling = False

    def run_soon(self) -> None:
        """Call what is due at any time, in the order in which it came."""
        while not self._inbox.empty():
            appointment = self._inbox.get()
            if appointment.when > -math.inf:
                self._receive(appointment)
            elif (callback := appointment.take()) is not None:
                callback()


class Hang:
    """A reply that doesn't come before the test allows it: a token, or ``error``."""

    def __init__(self, error: AuthError | None = None) -> None:
        self.began = threading.Event()
        self.ends = threading.Event()
        self._error = error

    def __call__(self) -> None:
        self.began.set()
        assert self.ends.wait(60)
        if self._error is not None:
            raise self._error


@dataclass
class FakeEndpoint:
    """Replaces the token endpoint, and gives the replies that the test prepares."""

    time: Time
    lifetime: float | None = 1000.0
    answers: deque[AuthError | AccessToken | Callable[[], None]] = field(default_factory=deque)
    requests: list[ClientCredentials] = field(default_factory=list)
    closed: bool = False
    clock_ahead_seconds: float | None = None
    asked: str | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def request_token(
        self, credentials: ClientCredentials, *, time_limit_seconds: float | None = None
    ) -> AccessToken:
        with self.lock:
            self.requests.append(credentials)
            number = len(self.requests)
            answer = self.answers.popleft() if self.answers else None
        if isinstance(answer, AuthError):
            raise answer
        if isinstance(answer, AccessToken):
            return answer
        if answer is not None:
            answer()
        return self.token(f"token-{number}")

    def token(self, value: str) -> AccessToken:
        now = self.time.wall
        expires_at = None if self.lifetime is None else now + self.lifetime
        return AccessToken(Secret(value), issued_at=now, expires_at=expires_at)

    def close(self) -> None:
        self.closed = True


@dataclass(eq=False)
class DictStore:
    """A complete store in a dict, with lock and refusals; the test can hold its lock."""

    tokens: dict[TokenKey, AccessToken] = field(default_factory=dict)
    refusals: dict[TokenKey, Refusal] = field(default_factory=dict)
    lock_answers: deque[bool] = field(default_factory=deque)
    locked: list[TokenKey] = field(default_factory=list)
    lock_timeouts: list[float] = field(default_factory=list)
    on_lock: Callable[[TokenKey], None] | None = None

    def load(self, key: TokenKey) -> AccessToken | None:
        return self.tokens.get(key)

    def save(self, key: TokenKey, token: AccessToken) -> None:
        self.tokens[key] = token

    def delete(self, key: TokenKey, token: AccessToken | None = None) -> None:
        if token is None or self.tokens.get(key) == token:
            self.tokens.pop(key, None)

    @contextmanager
    def lock(self, key: TokenKey, timeout: float) -> Iterator[bool]:
        self.locked.append(key)
        self.lock_timeouts.append(timeout)
        if self.on_lock is not None:
            self.on_lock(key)
        yield self.lock_answers.popleft() if self.lock_answers else True

    def load_refusal(self, key: TokenKey) -> Refusal | None:
        return self.refusals.get(key)

    def save_refusal(self, key: TokenKey, refusal: Refusal | None) -> None:
        if refusal is None:
            self.refusals.pop(key, None)
        else:
            self.refusals[key] = refusal


CREDENTIALS = ClientCredentials(
    client_id="client-1",
    authentication=ClientSecret(Secret("s3cr3t")),
    token_url="https://login.example/oauth/token",
    audience="zeebe",
)


class Source:
    """Credentials that a test can change, or make fail."""

    def __init__(self, credentials: ClientCredentials = CREDENTIALS) -> None:
        self.credentials = credentials
        self.error: Exception | None = None
        self.loads = 0

    def load(self) -> ClientCredentials:
        self.loads += 1
        if self.error is not None:
            raise self.error
        return self.credentials

    def change_secret(self, secret: str) -> None:
        self.credentials = replace(self.credentials, authentication=ClientSecret(Secret(secret)))


@dataclass
class Drivers:
    """All of a provider's drivers."""

    time: Time
    workers: ManualWorkers
    scheduler: Scheduler
    runtime: Runtime
    endpoint: FakeEndpoint
    draws: deque[float]

    def settle(self) -> None:
        """Run what is due until nothing is."""
        self.scheduler.run_due()
        while self.workers.run():
            self.scheduler.run_due()

    def advance(self, seconds: float) -> None:
        self.time.advance(seconds)
        self.settle()

    def ask(self, provider: OAuthCredentialsProvider) -> AccessToken:
        """`get_token` of a caller who waits while the workers work."""
        found = provider._keeper.token_or_waiter()
        if isinstance(found, AccessToken):
            return found
        while not found.done:
            self.settle()
            if not found.done:
                left = self.scheduler.run_due()
                assert left is not None, "the flight waits for nothing"
                self.time.advance(left)
        return found.result()


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> Drivers:
    time = Time()
    workers = ManualWorkers()
    scheduler = ManualScheduler(time.clock.running)
    draws: deque[float] = deque()
    runtime = Runtime(
        time.clock,
        workers,
        scheduler,
        InFlight(),
        lambda: draws.popleft() if draws else 0.5,
    )
    endpoint = FakeEndpoint(time)
    monkeypatch.setattr(fetching, "process_runtime", lambda: runtime)
    monkeypatch.setattr(oauth, "TokenEndpoint", lambda *_, **__: endpoint)
    return Drivers(time, workers, scheduler, runtime, endpoint, draws)


@pytest.fixture
def hang() -> Iterator[Callable[..., Hang]]:
    """Give a function that makes a `Hang`; those that still hang end with the test."""
    hangs: list[Hang] = []

    def make(error: AuthError | None = None) -> Hang:
        hangs.append(Hang(error))
        return hangs[-1]

    yield make
    for each in hangs:
        each.ends.set()


@pytest.fixture
def threaded(drivers: Drivers, monkeypatch: pytest.MonkeyPatch) -> Drivers:
    """The drivers with real worker threads; the test controls clock and timer."""
    runtime = replace(drivers.runtime, workers=WorkerPool(idle_seconds=0))
    monkeypatch.setattr(fetching, "process_runtime", lambda: runtime)
    drivers.runtime = runtime
    return drivers


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def store() -> DictStore:
    return DictStore()
