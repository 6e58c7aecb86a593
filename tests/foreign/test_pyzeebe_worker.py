"""pyzeebe's worker, which goes on for longer than its tokens live."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from zeebe_grpc.sandbox import Sandbox

pytestmark = pytest.mark.timeout(1800)

LIFETIME_SECONDS = 3
JOBS = 40
WORK_SECONDS = 2 * LIFETIME_SECONDS


@pytest.fixture
def jobs_all_the_time(zeebe_sandbox: Sandbox) -> Iterator[None]:
    """A job every tenth of a second."""
    enough = threading.Event()

    def add() -> None:
        while not enough.wait(0.1):
            zeebe_sandbox.add_job("payment", {"amount": 7})

    thread = threading.Thread(target=add)
    thread.start()
    yield
    enough.set()
    thread.join()


@pytest.mark.parametrize("way", ["connect", "grpc.aio.secure_channel"])
@pytest.mark.usefixtures("jobs_all_the_time")
def test_the_worker_outlives_its_tokens(foreign_environment, run_foreign, zeebe_sandbox, way):
    """It gets and completes jobs for more than two lifetimes, and no call is refused a token: on
    our channel with a stream of jobs, and on a plain one with our credentials by polling."""
    zeebe_sandbox.token_lifetime_seconds = LIFETIME_SECONDS
    python = foreign_environment("pyzeebe", "pyzeebe.txt", ".")
    output = run_foreign(
        python,
        "pyzeebe_worker.py",
        way,
        str(JOBS),
        str(WORK_SECONDS),
        **zeebe_sandbox.child_environment(),
    )
    jobs, seconds = output.split()
    calls = zeebe_sandbox.calls
    assert int(jobs) >= JOBS
    assert float(seconds) > WORK_SECONDS
    assert calls["CompleteJob", "OK"] == int(jobs)
    assert {status for _, status in calls} <= {"OK", "CANCELLED"}
    assert 3 <= zeebe_sandbox.token_requests <= 10
    assert ("StreamActivatedJobs" in {method for method, _ in calls}) is (way == "connect")
