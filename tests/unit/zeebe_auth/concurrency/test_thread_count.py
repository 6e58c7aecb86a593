"""How many threads providers use: none while idle, and few for any number of providers."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from started_threads import StartedThreads

from zeebe_auth import OAuthCredentialsProvider
from zeebe_auth.concurrency.timer import Scheduler
from zeebe_auth.concurrency.workers import WorkerPool
from zeebe_auth.provider import fetching

BOUND_SECONDS = 30
MANY = 1000


@pytest.fixture
def real_threads(drivers, monkeypatch):
    """The drivers with real workers and a real timer thread, with the test's clock and endpoint."""
    runtime = replace(
        drivers.runtime,
        workers=WorkerPool(idle_seconds=0),
        scheduler=Scheduler(drivers.time.clock.running, idle_seconds=0),
    )
    monkeypatch.setattr(fetching, "process_runtime", lambda: runtime)
    drivers.runtime = runtime
    return drivers


def wait_for_workers_to_end(threads) -> None:
    for thread in threads:
        if not thread.name.startswith("zeebe-auth-timer"):
            # The last one may just be about to be started.
            assert thread._started.wait(BOUND_SECONDS)
            thread.join(BOUND_SECONDS)


def test_neither_an_import_nor_a_thousand_providers_start_a_thread():
    """Threads start with the first token request, and not when an object is made."""
    program = f"""
import threading
import zeebe_auth, zeebe_auth.concurrency.process
for name in zeebe_auth.__all__:
    getattr(zeebe_auth, name)
store = zeebe_auth.FileStore("somewhere")
providers = [
    zeebe_auth.OAuthCredentialsProvider(zeebe_auth.EnvSource(), store=store) for _ in range({MANY})
]
assert not any(provider.current_token() for provider in providers)
for provider in providers[::2]:
    provider.close()
print(*[thread.name for thread in threading.enumerate()])
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split() == ["MainThread"]


def test_a_thousand_warm_providers_have_one_thread_together(real_threads, source):
    """The workers that fetched their tokens have ended; one timer is left for all, and none when
    nothing is due any more."""
    before = set(threading.enumerate())
    providers = [OAuthCredentialsProvider(source) for _ in range(MANY)]
    most = 0
    with StartedThreads() as started:
        flights = [provider._keeper.token_or_waiter() for provider in providers]
        for flight in flights:
            assert flight.wait(BOUND_SECONDS)
            most = max(most, len(set(threading.enumerate()) - before))
    assert most <= 8 + 1
    wait_for_workers_to_end(started.threads)
    (timer,) = set(threading.enumerate()) - before
    assert timer.name == "zeebe-auth-timer"
    for provider in providers:
        provider.close()
    real_threads.time.advance(10_000)
    scheduler = real_threads.runtime.scheduler
    # It sleeps by the machine's clock; in a program its own clock is that one.
    while timer.is_alive():
        scheduler.call_soon(lambda: None)
        timer.join(0.01)
    assert set(threading.enumerate()) <= before


def test_a_refresh_of_a_thousand_takes_eight_workers(real_threads, source, hang):
    """This holds however many are due at the same moment; the workers end afterwards."""
    before = set(threading.enumerate())
    providers = [OAuthCredentialsProvider(source) for _ in range(MANY)]
    answer = hang()
    real_threads.endpoint.answers.extend([answer] * MANY)
    with StartedThreads() as started:
        flights = [provider._keeper.token_or_waiter() for provider in providers]
        assert answer.began.wait(BOUND_SECONDS)
        # And the scheduler's, which starts the requests.
        assert len(set(threading.enumerate()) - before) <= 8 + 1
        answer.ends.set()
        for flight in flights:
            assert flight.wait(BOUND_SECONDS)
    wait_for_workers_to_end(started.threads)
    assert real_threads.runtime.workers._threads == 0
