"""How many token requests a host makes when its processes start together."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from benchmarks.peers import PEERS
from benchmarks.result import Result, Row
from benchmarks.token_server import TokenServer

_PROCESSES = 20
_THREADS = 20


def _token_requests(subject: str, processes: int) -> tuple[int, int]:
    """The token requests, and how many threads got a token."""
    with TokenServer(delay_seconds=0.2) as server, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.cold_process"]
        running = [
            subprocess.Popen(
                [*command, subject, server.url, str(_THREADS), folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            for _ in range(processes)
        ]
        try:
            for process in running:
                if process.stdout is None or process.stdout.readline() != "ready\n":
                    raise RuntimeError(f"A process of {subject} did not start.")
            for process in running:
                if process.stdin is not None:
                    process.stdin.write("go\n")
                    process.stdin.flush()
            told = [process.communicate(timeout=120)[0] for process in running]
        finally:
            for process in running:
                process.kill()
                process.wait()
        return server.requests, sum(int(each or 0) for each in told)


def measure(*, quick: bool) -> Result:
    processes = 3 if quick else _PROCESSES
    result = Result(
        name="cold_start",
        title=f"Token requests: {processes} processes x {_THREADS} threads, cold, one host",
        method="Each process has one credentials object for all its threads. All ask in the same "
        "moment; the endpoint counts and answers after 0.2 s.",
    )
    for subject in ("zeebe_auth", *PEERS):
        requests, served = _token_requests(subject, processes)
        mine = subject == "zeebe_auth"
        result.rows.append(
            Row(
                subject=subject,
                value=requests,
                unit="requests",
                limit="1" if mine else "",
                reached=requests == 1 and served == processes * _THREADS if mine else None,
                note="" if served == processes * _THREADS else f"{served} threads got a token",
            )
        )
    return result


if __name__ == "__main__":
    measure(quick="--quick" in sys.argv).hand_over()
