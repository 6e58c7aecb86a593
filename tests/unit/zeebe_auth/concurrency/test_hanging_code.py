"""Foreign code that never returns delays only callers who need it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from waiting import wait_until

from zeebe_auth import (
    AccessToken,
    OAuthCredentialsProvider,
    Secret,
    SubjectToken,
    TokenEndpointUnreachable,
    TokenTimeout,
)
from zeebe_auth.adapters import token_access
from zeebe_auth.adapters.token_access import TokenAccess
from zeebe_auth.concurrency.timer import Scheduler
from zeebe_auth.concurrency.workers import WorkerPool
from zeebe_auth.provider import fetching

BOUND_SECONDS = 60
PATIENCE_SECONDS = 0.5
# 8 threads, and twice as many each half second: 16, 32, 64, 128, 256.
ROUNDS = 6
TOKEN = AccessToken(Secret("token"))


class HangingCode:
    """A function that doesn't return before the test ends, and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._count = threading.Lock()
        self._ends = threading.Event()

    def __call__(self, *_args: object, **_options: object) -> None:
        with self._count:
            self.calls += 1
        assert self._ends.wait(BOUND_SECONDS * 2)

    def end(self) -> None:
        self._ends.set()


@pytest.fixture
def hanging() -> Iterator[HangingCode]:
    code = HangingCode()
    yield code
    code.end()


@pytest.fixture
def timed(drivers, monkeypatch):
    """The drivers with real workers and a real timer thread, with the test's clock."""
    scheduler = Scheduler(drivers.time.clock.running, idle_seconds=0)
    pool = WorkerPool(
        idle_seconds=0, scheduler=scheduler, patience_seconds=PATIENCE_SECONDS, most=256
    )
    runtime = replace(drivers.runtime, workers=pool, scheduler=scheduler)
    monkeypatch.setattr(fetching, "process_runtime", lambda: runtime)
    drivers.runtime = runtime
    return drivers


def pass_patience(drivers) -> None:
    """Advance the clock by as much as a task may take, and have the timer run what is due."""
    drivers.time.advance(PATIENCE_SECONDS)
    done, scheduler = threading.Event(), drivers.runtime.scheduler
    scheduler.call_at(drivers.time.running, done.set)
    assert done.wait(BOUND_SECONDS)


def rounds_until(done: Callable[[], bool], drivers, pool: WorkerPool, hanging: HangingCode) -> int:
    """Return how often a thread had to be waited for in vain before it was ``done``."""
    for number in range(ROUNDS + 1):
        # If there is a thread more than hang, it has yet to call something.
        wait_until(lambda: done() or hanging.calls == pool._threads)
        if done():
            return number
        pass_patience(drivers)
    raise AssertionError(f"{hanging.calls} hang, and nobody else's turn came.")


def source_that_hangs(source, client_id, hanging):
    return type("Vault", (), {"load": hanging})(), {}


def store_that_hangs(source, client_id, hanging):
    store = type("Redis", (), {"load": hanging, "save": hanging, "delete": hanging})()
    return named(source, client_id), {"store": store}


def lock_that_hangs(source, client_id, hanging):
    methods = dict.fromkeys(("save", "delete"), lambda *_: None)
    store = type("Locking", (), {**methods, "load": lambda *_: None, "lock": hanging})()
    return named(source, client_id), {"store": store}


def hook_that_hangs(source, client_id, hanging):
    return named(source, client_id), {"on_event": hanging}


def function_that_hangs(source, client_id, hanging):
    credentials = replace(
        source.credentials,
        client_id=client_id,
        grant="token_exchange",
        subject_token=SubjectToken(hanging, subject="somebody"),
    )
    return credentials, {}


def endpoint_that_hangs(source, client_id, hanging):
    url = f"https://{client_id}.example/token"
    return type(source)(replace(source.credentials, client_id=client_id, token_url=url)), {}


def named(source, client_id):
    return type(source)(replace(source.credentials, client_id=client_id))


KINDS = [
    source_that_hangs,
    store_that_hangs,
    lock_that_hangs,
    hook_that_hangs,
    function_that_hangs,
    endpoint_that_hangs,
]


def let_endpoints_hang(drivers, monkeypatch, hanging) -> None:
    token = drivers.endpoint.token

    def request_token(credentials, *, time_limit_seconds=None):
        if credentials.token_url.startswith("https://hanging"):
            hanging()
        return token(credentials.client_id)

    monkeypatch.setattr(drivers.endpoint, "request_token", request_token)


@pytest.mark.parametrize("number", [8, 50, 200])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_whatever_hangs_another_provider_has_its_token(
    timed, monkeypatch, source, hanging, kind, number
):
    """It comes after all the others, before anything shows that they hang; its endpoint is theirs,
    unless that is what hangs. The next provider has its token at once."""
    let_endpoints_hang(timed, monkeypatch, hanging)
    providers = []
    for each in range(number):
        part, options = kind(source, f"hanging-{each}", hanging)
        providers.append(OAuthCredentialsProvider(part, **options))
    waiters = [provider._keeper.token_or_waiter() for provider in providers]
    pool = timed.runtime.workers
    healthy = OAuthCredentialsProvider(source)
    waiter = healthy._keeper.token_or_waiter()
    assert rounds_until(lambda: waiter.done, timed, pool, hanging) <= ROUNDS
    assert waiter.wait(0)
    assert pool._threads <= 256
    # The hook hangs when there is a token; all others have none.
    assert kind is hook_that_hangs or not any(each.done for each in waiters)
    next_one = OAuthCredentialsProvider(named(source, "the-next"))
    # Some of the others may still be in the queue, for threads that start later.
    assert rounds_until(lambda: hanging.calls == number, timed, pool, hanging) <= ROUNDS
    pass_patience(timed)
    assert next_one.get_token(timeout=BOUND_SECONDS)


class Plain:
    def __init__(self, hanging: HangingCode | None = None) -> None:
        self._hanging = hanging

    def get_token(self) -> AccessToken:
        if self._hanging is not None:
            self._hanging()
        return TOKEN


@pytest.fixture
def timed_access(drivers, monkeypatch):
    """The threads on which foreign providers are called, with the test's clock."""
    threads = token_access._Threads()
    threads.scheduler = Scheduler(drivers.time.clock.running, idle_seconds=0)
    threads.workers = WorkerPool(
        idle_seconds=0, scheduler=threads.scheduler, patience_seconds=PATIENCE_SECONDS, most=256
    )
    monkeypatch.setattr(token_access, "_threads", threads)
    drivers.runtime = replace(drivers.runtime, scheduler=threads.scheduler, workers=threads.workers)
    return drivers


@pytest.mark.parametrize("number", [8, 50, 200])
def test_whatever_foreign_providers_hang_another_one_has_its_token(timed_access, hanging, number):
    """Channels call them on separate threads, of which no provider has more than its share."""
    accesses = [TokenAccess.of(Plain(hanging)) for _ in range(number)]
    for access in accesses:
        access.ask(lambda _answer: None)
    answers: list[object] = []
    healthy = TokenAccess.of(Plain())
    healthy.ask(answers.append)
    pool = timed_access.runtime.workers
    assert rounds_until(lambda: bool(answers), timed_access, pool, hanging) <= ROUNDS
    assert answers == [TOKEN]


def test_one_foreign_provider_that_hangs_has_a_share_of_the_threads(timed_access, hanging):
    """This holds however often it is called again because its token was refused."""
    access = TokenAccess.of(Plain(hanging))
    pool = timed_access.runtime.workers
    for number in range(50):
        access.invalidate(AccessToken(Secret(f"refused-{number}")))
        access.ask(lambda _answer: None)
        wait_until(lambda number=number: hanging.calls == min(number + 1, 8))
        if number >= 8:
            pass_patience(timed_access)
    assert hanging.calls == pool._threads == 8
    answers: list[object] = []
    healthy = TokenAccess.of(Plain())
    healthy.ask(answers.append)
    wait_until(lambda: bool(answers))
    assert answers == [TOKEN]


# Of the store there are as many calls as requests at one endpoint.
@pytest.mark.parametrize(("kind", "most"), [(source_that_hangs, 8), (store_that_hangs, 6)])
def test_one_object_that_hangs_has_a_share_of_the_threads(timed, source, hanging, kind, most):
    """This holds however many providers have it, and however often they are called."""
    first, options = kind(source, "hanging", hanging)
    parts = [first if kind is source_that_hangs else named(source, f"c-{n}") for n in range(50)]
    providers = [OAuthCredentialsProvider(part, **options) for part in parts]
    waiters = [provider._keeper.token_or_waiter() for provider in providers]
    pool = timed.runtime.workers
    wait_until(lambda: hanging.calls == most)
    for _ in range(ROUNDS):
        pass_patience(timed)
    assert hanging.calls == most
    assert pool._threads <= 8
    assert OAuthCredentialsProvider(named(source, "another")).get_token(timeout=BOUND_SECONDS)
    assert not any(waiter.done for waiter in waiters)


def test_when_all_threads_that_there_may_be_hang_callers_are_told_why(timed, source, hanging):
    """They fail at once, without a cooldown: as soon as one thread returns there is a token
    again."""
    pool = WorkerPool(
        2,
        idle_seconds=0,
        scheduler=timed.runtime.scheduler,
        patience_seconds=PATIENCE_SECONDS,
        most=4,
    )
    runtime = replace(timed.runtime, workers=pool)
    timed.runtime = runtime
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetching, "process_runtime", lambda: runtime)
        providers = [
            OAuthCredentialsProvider(source_that_hangs(source, "", hanging)[0]) for _ in range(5)
        ]
        healthy = OAuthCredentialsProvider(source)
    waiters = [provider._keeper.token_or_waiter() for provider in providers]
    for threads in (2, 4):
        wait_until(lambda threads=threads: hanging.calls == threads)
        assert not any(waiter.done for waiter in waiters)
        pass_patience(timed)
    # The fifth was in the queue.
    told = r"all 4 threads are busy, and 4 of ours are stuck \(4 in the credential source Vault\)"
    for ask in (lambda: waiters[4].wait(BOUND_SECONDS), healthy.get_token, healthy.fetch_token):
        with pytest.raises(TokenEndpointUnreachable, match=told) as refused:
            ask()
        assert refused.value.retryable
        assert "time limit" in refused.value.message
    assert healthy._keeper.cooldown.failure is None
    assert not any(waiter.done for waiter in waiters[:4])
    hanging.end()
    wait_until(lambda: pool._threads == 0)
    assert healthy.get_token(timeout=BOUND_SECONDS)


def test_when_the_machine_has_no_further_thread_callers_are_told_what_hangs(
    timed, source, hanging, monkeypatch
):
    """The machine's limit may be reached first."""
    providers = [
        OAuthCredentialsProvider(source_that_hangs(source, "", hanging)[0]) for _ in range(9)
    ]
    waiters = [provider._keeper.token_or_waiter() for provider in providers]
    wait_until(lambda: hanging.calls == 8)

    def fail(_thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    pass_patience(timed)
    with pytest.raises(TokenEndpointUnreachable, match=r"can't start new thread.*Vault"):
        waiters[8].wait(BOUND_SECONDS)
    monkeypatch.undo()


def test_when_all_threads_are_in_token_requests_callers_are_told_so(
    timed, source, hanging, monkeypatch
):
    """Endpoints that don't answer are reported apart from foreign code."""
    pool = WorkerPool(2, idle_seconds=0, scheduler=timed.runtime.scheduler, most=2)
    runtime = replace(timed.runtime, workers=pool)
    monkeypatch.setattr(fetching, "process_runtime", lambda: runtime)
    let_endpoints_hang(timed, monkeypatch, hanging)
    for number in range(2):
        part, _ = endpoint_that_hangs(source, f"hanging-{number}", hanging)
        OAuthCredentialsProvider(part)._keeper.token_or_waiter()
    wait_until(lambda: hanging.calls == 2)
    pass_patience(timed)
    with pytest.raises(TokenEndpointUnreachable, match="2 in token requests"):
        OAuthCredentialsProvider(source).get_token(timeout=BOUND_SECONDS)


def test_sources_that_wait_for_each_other_without_end_are_told(timed, source):
    """Each thread that waits for another token is replaced, up to a limit."""
    runtime = replace(
        timed.runtime,
        workers=WorkerPool(2, idle_seconds=0, scheduler=timed.runtime.scheduler, most=4),
    )
    chain: list[OAuthCredentialsProvider] = []

    class InTheNext:
        def __init__(self, number: int) -> None:
            self._number = number

        def load(self):
            chain[self._number + 1].get_token()
            return source.credentials

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetching, "process_runtime", lambda: runtime)
        chain += [OAuthCredentialsProvider(InTheNext(number)) for number in range(20)]
    with pytest.raises(TokenEndpointUnreachable, match="all 4 threads are busy"):
        chain[0].get_token(timeout=BOUND_SECONDS)


def test_a_hook_that_hangs_is_left_alone(timed, source, hanging, caplog):
    """Eight calls of it may hang; then it is not called any more, and tokens are still fetched."""
    provider = OAuthCredentialsProvider(source, on_event=hanging)
    for number in range(1, 20):
        assert provider.fetch_token(timeout=BOUND_SECONDS)
        wait_until(lambda number=number: hanging.calls == min(number, 8))
        pass_patience(timed)
    assert timed.runtime.workers._threads <= 9
    assert caplog.text.count("have not returned") == 1
    hanging.end()
    heard = []
    wait_until(lambda: not provider._emit._calls)
    provider._emit.hook = heard.append
    assert provider.fetch_token(timeout=BOUND_SECONDS)
    wait_until(lambda: bool(heard))


def test_calls_of_a_hook_that_hang_in_the_parent_are_not_counted_in_a_child(
    timed, source, monkeypatch
):
    """Their threads don't exist there."""
    heard = []
    provider = OAuthCredentialsProvider(source, on_event=heard.append)
    provider._emit._calls.update((-1, number) for number in range(8))
    assert provider.fetch_token(timeout=BOUND_SECONDS)
    wait_until(lambda: bool(heard))


def test_who_waits_for_what_hangs_keeps_a_limit_of_their_own(timed, source, hanging):
    """A caller's time limit still applies."""
    provider = OAuthCredentialsProvider(source_that_hangs(source, "", hanging)[0])
    for _ in range(20):
        with pytest.raises(TokenTimeout):
            provider.get_token(timeout=0.001)
    assert timed.runtime.workers._threads <= 1
