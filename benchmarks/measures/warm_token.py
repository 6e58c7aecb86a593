"""What returning a cached token costs."""

from __future__ import annotations

import statistics
import sys
import time
import timeit
from collections.abc import Callable
from functools import partial

from benchmarks.peers import PEERS
from benchmarks.result import Result, Row
from benchmarks.rounds import by_turns, cpu_by_threads, median_ratio
from benchmarks.token_server import TokenServer
from zeebe_auth import ClientCredentials, ClientSecret, OAuthCredentialsProvider, Secret

_MAX_TIMES_FLOOR = 1.3
_TIMES_FASTER = 10
_THREADS = 16
_BY_THREADS = " with 16 threads"


class _Floor:
    """The least that a method with a time limit can do if it has to read a clock."""

    def __init__(self) -> None:
        self.until = time.monotonic() + 1e9
        self.token = object()

    def get_token(self, *, timeout: float | None = None) -> object:
        if time.monotonic() < self.until:
            return self.token
        raise AssertionError


def _alone(use: Callable[[], object], calls: int) -> float:
    return timeit.Timer("use()", globals={"use": use}).timeit(calls) / calls * 1e6


def measure(*, quick: bool) -> Result:
    result = Result(
        name="warm_token",
        title="A token that is there: get_token()",
        method="Each library's call with a token in memory, in turns, one process. The floor is a "
        "method with a time limit that reads one clock and compares. With threads: CPU per call.",
        compared="the floor",
    )
    # Short turns: what slows the machine for a moment then slows floor and subject alike.
    calls, rounds = 20_000, 5 if quick else 75
    with TokenServer() as server:
        credentials = ClientCredentials(
            client_id="bench",
            authentication=ClientSecret(Secret("bench")),
            token_url=server.url,
        )
        provider = OAuthCredentialsProvider(credentials)
        floor = _Floor().get_token
        uses: dict[str, Callable[[], object]] = {
            "floor": floor,
            "zeebe_auth": provider.get_token,
            **{name: make(server.url) for name, make in PEERS.items()},
        }
        for use in uses.values():
            use()
        slow = {"msal", "botocore"}
        subjects = {
            name: partial(_alone, use, calls // 100 if name in slow else calls)
            for name, use in uses.items()
        }
        for name in ("floor", "zeebe_auth"):
            subjects[name + _BY_THREADS] = partial(cpu_by_threads, uses[name], _THREADS, calls)
        samples = by_turns(subjects, rounds)
        provider.close()
    mine = statistics.median(samples["zeebe_auth"])
    for name in subjects:
        value = statistics.median(samples[name])
        floor_name = "floor" + _BY_THREADS if name.endswith(_BY_THREADS) else "floor"
        limit, reached, note = "", None, ""
        if name == "zeebe_auth":
            limit = f"at most {_MAX_TIMES_FLOOR} times the floor"
            reached = median_ratio(samples, name, floor_name) <= _MAX_TIMES_FLOOR
        elif name in {"google-auth", "azure-identity"}:
            limit = "at least 10 times as much as zeebe_auth"
            times = median_ratio(samples, name, "zeebe_auth")
            reached, note = times >= _TIMES_FASTER, f"{times:.1f} times"
        elif name == "zeebe_auth" + _BY_THREADS:
            alone = median_ratio(samples, "zeebe_auth", "floor")
            ratio = median_ratio(samples, name, floor_name)
            limit, reached = "the ratio of one thread, within 10 %", ratio <= alone * 1.1
        elif name != floor_name:
            note = f"{value / mine:.1f} times zeebe_auth"
        result.rows.append(
            Row(
                subject=name,
                value=value,
                unit="us",
                ratio=median_ratio(samples, name, floor_name),
                limit=limit,
                reached=reached,
                note=note,
            )
        )
    return result


if __name__ == "__main__":
    measure(quick="--quick" in sys.argv).hand_over()
