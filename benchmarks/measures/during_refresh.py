"""Whether RPCs notice that a token is being refreshed."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from typing import Any

import zeebe_grpc
from benchmarks.gateway import METHOD, running_gateway
from benchmarks.peers import google_auth
from benchmarks.result import Result, Row
from benchmarks.token_server import TokenServer
from zeebe_auth import (
    ClientCredentials,
    ClientSecret,
    Event,
    EventKind,
    OAuthCredentialsProvider,
    Secret,
)

_REFRESH_SECONDS = 2.0
_LIFETIME_SECONDS = 15
_LIMIT = 1.25
_TOKENS = {EventKind.TOKEN_OBTAINED, EventKind.TOKEN_REFRESHED}


def _p99(latencies: list[float]) -> float:
    return statistics.quantiles(latencies, n=100)[98] * 1e3


def _ours(address: str, ca: bytes, url: str, refreshes: int) -> list[Row]:
    """Calls without a pause, until there were enough refreshes."""
    spans: list[tuple[float, float]] = []
    enough = threading.Event()

    def on_event(event: Event) -> None:
        if event.kind in _TOKENS:
            now = time.perf_counter()
            spans.append((now - event.duration_seconds, now))
            if len(spans) > refreshes + 1:
                enough.set()

    credentials = ClientCredentials(
        client_id="bench", authentication=ClientSecret(Secret("bench")), token_url=url
    )
    calls: list[tuple[float, float]] = []
    with (
        OAuthCredentialsProvider(credentials, on_event=on_event) as provider,
        zeebe_grpc.secure_channel(address, provider, root_certificates=ca) as channel,
    ):
        call: Any = channel.unary_unary(METHOD)
        call(b"x", timeout=30)
        while not enough.is_set():
            begin = time.perf_counter()
            call(b"x", timeout=30)
            calls.append((begin, time.perf_counter() - begin))
    first, *later = spans[1:]
    quiet = _p99([took for began, took in calls if not _within(began, took, spans)])
    rows = [
        Row(subject="zeebe_grpc: no refresh", value=quiet, unit="ms"),
    ]
    for name, chosen in {"the first refresh": [first], "later refreshes": later}.items():
        took = [took for began, took in calls if _within(began, took, chosen)]
        value = _p99(took)
        judged = name == "later refreshes"
        rows.append(
            Row(
                subject=f"zeebe_grpc: {name}",
                value=value,
                unit="ms",
                ratio=value / quiet,
                limit="at most 1.25 times no refresh" if judged else "",
                reached=value / quiet <= _LIMIT if judged else None,
                note=f"{len(took)} calls, the slowest {max(took) * 1e3:.1f} ms",
            )
        )
    return rows


def _within(began: float, took: float, spans: list[tuple[float, float]]) -> bool:
    return any(began < end and began + took > begin for begin, end in spans)


def _google_auth(url: str) -> Row:
    """How long one call waits that comes when the token has just expired."""
    use = google_auth(url)
    begin = time.perf_counter()
    use()
    return Row(
        subject="google-auth: the call that finds its token ended",
        value=(time.perf_counter() - begin) * 1e3,
        unit="ms",
        note="it waits for the whole request",
    )


def measure(*, quick: bool) -> Result:
    result = Result(
        name="during_refresh",
        title=f"Latency of RPCs (p99) while a refresh of {_REFRESH_SECONDS:.0f} s runs",
        method=f"One thread calls without a pause. Tokens live for {_LIFETIME_SECONDS} s, their "
        "endpoint answers after 2 s; a call counts to a refresh if it overlaps it. The first "
        "refresh brings the imports of the HTTP client along.",
        compared="the same run without a refresh under way",
    )
    with (
        running_gateway() as (address, ca),
        TokenServer(delay_seconds=_REFRESH_SECONDS, lifetime_seconds=_LIFETIME_SECONDS) as server,
    ):
        result.rows += _ours(address, ca, server.url, 2 if quick else 6)
        result.rows.append(_google_auth(server.url))
    return result


if __name__ == "__main__":
    measure(quick="--quick" in sys.argv).hand_over()
