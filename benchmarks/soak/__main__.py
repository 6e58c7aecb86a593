"""``python -m benchmarks.soak``: the run and its exit code."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.soak.evidence import Evidence
from benchmarks.soak.faults import Driver, fault_plan
from benchmarks.soak.fleet import Fleet
from benchmarks.soak.options import Options
from benchmarks.soak.verdict import Verdict
from benchmarks.soak.witness import Witness
from zeebe_grpc.sandbox import Sandbox

__all__ = ["main"]

_PROGRESS_SECONDS = 10.0


def main() -> int:
    """Runs the soak.

    Returns:
        0 if it passed, else 1.
    """
    options = Options.parse(sys.argv[1:])
    # So that no process and no file is left, however it is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    plan = fault_plan(options.seed, options.seconds)
    _say(
        f"soak: seed {options.seed}, {options.seconds:g} s, {options.processes} processes of "
        f"{options.threads} threads and an asyncio loop, tokens of {options.lifetime_seconds} s"
    )
    _say("faults: " + ("; ".join(map(str, plan)) or "none"))
    evidence = Evidence()
    with (
        tempfile.TemporaryDirectory(prefix="zeebe-soak-") as name,
        Sandbox(token_lifetime_seconds=options.lifetime_seconds) as sandbox,
    ):
        driver = Driver(sandbox, plan, evidence.saw_revocation)
        with Witness(sandbox, evidence, lambda: driver.current, Path(name)) as witness:
            verdict = _run(options, sandbox, witness, driver, evidence, Path(name) / "tokens")
    _say(str(verdict))
    return 0 if verdict.passed else 1


def _run(
    options: Options,
    sandbox: Sandbox,
    witness: Witness,
    driver: Driver,
    evidence: Evidence,
    store: Path,
) -> Verdict:
    started_at = time.time()
    begin = time.monotonic()
    fleet = Fleet(options, sandbox, witness, store)
    try:
        driver.start()
        ended_early = not _watch(options.seconds, begin, fleet, driver, evidence)
    finally:
        driver.close()
        trouble = fleet.end()
    seconds = time.monotonic() - begin
    if ended_early and not trouble:
        trouble.append("a client process ended before it was told to")
    return Verdict(
        evidence,
        fleet.failures,
        fleet.succeeded,
        started_at,
        seconds,
        options.lifetime_seconds,
        trouble,
    )


def _watch(seconds: float, begin: float, fleet: Fleet, driver: Driver, evidence: Evidence) -> bool:
    """Wait for the end, with a line of progress now and then; False if a process ended before."""
    said = 0.0
    while (passed := time.monotonic() - begin) < seconds:
        if not fleet.all_run:
            return False
        if passed - said >= _PROGRESS_SECONDS:
            said += _PROGRESS_SECONDS
            faulted = sum(request.faulted for request in evidence.requests)
            _say(
                f"[{passed:4.0f} s] RPCs: {fleet.succeeded} succeeded, {fleet.failed} failed; "
                f"token requests: {len(evidence.requests)}, {faulted} faulted; fault now: "
                f"{driver.current or 'none'}"
            )
        time.sleep(0.1)
    return True


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
