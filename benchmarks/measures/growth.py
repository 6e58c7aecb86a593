"""Whether an operation costs the same for any number of tokens, providers and timers."""

from __future__ import annotations

import gc
import itertools
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.measures.file_store import A_TOKEN, a_key
from benchmarks.result import Curve, Result, Row
from benchmarks.rounds import cpu_by_threads
from benchmarks.token_server import TokenServer
from zeebe_auth import (
    ClientCredentials,
    ClientSecret,
    OAuthCredentialsProvider,
    Secret,
    TokenKey,
    TokenStore,
)
from zeebe_auth.stores import FileStore, MemoryStore

_CALLS = 100_000
_REPEATS = 60
_MEMORY_LIMIT_KIB = 20
_Item = TypeVar("_Item")


def _get_token_of_next(providers: Iterator[OAuthCredentialsProvider]) -> None:
    next(providers).get_token()


def _load_next(store: TokenStore, keys: Iterator[TokenKey]) -> None:
    store.load(next(keys))


def _least_microseconds(
    work: Callable[[Iterator[_Item]], object], turns: Iterator[_Item], calls: int
) -> float:
    """The least of many short rounds: other work of the machine lasts longer than one of them."""
    least = float("inf")
    for _ in range(_REPEATS):
        begin = time.process_time()
        for _ in range(calls):
            work(turns)
        least = min(least, (time.process_time() - begin) / calls)
    return least * 1e6


def _resident_kib() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def _providers(url: str, counts: list[int]) -> tuple[Curve, Row, Row]:
    providers: list[OAuthCredentialsProvider] = []

    def grow_to(count: int) -> None:
        while len(providers) < count:
            credentials = ClientCredentials(
                client_id=f"bench-{len(providers)}",
                authentication=ClientSecret(Secret("bench")),
                token_url=url,
            )
            provider = OAuthCredentialsProvider(credentials)
            provider.get_token()
            providers.append(provider)

    # What the first ones load (imports, threads) is not their cost alone.
    grow_to(10)
    before, threads = _resident_kib(), threading.active_count()
    curve = Curve(subject="get_token() by providers in the process", x=[], y=[])
    for count in counts:
        grow_to(count)
        turns = itertools.cycle(providers[:count])
        curve.x.append(count)
        curve.y.append(_least_microseconds(_get_token_of_next, turns, _CALLS))
    each = (_resident_kib() - before) / (len(providers) - 10)
    memory = Row(
        subject=f"memory of a provider with a token, of {len(providers):,}",
        value=each,
        unit="KiB",
        limit="at most 20 KiB",
        reached=each <= _MEMORY_LIMIT_KIB,
    )
    more = threading.active_count() - threads
    thread_row = Row(
        subject=f"threads that {len(providers) - 10:,} more providers brought",
        value=max(more, 0),
        unit="threads",
        limit="none",
        reached=more <= 0,
    )
    for provider in providers:
        provider.close()
    return curve, memory, thread_row


def _threads(url: str, counts: list[int]) -> Curve:
    credentials = ClientCredentials(
        client_id="bench", authentication=ClientSecret(Secret("bench")), token_url=url
    )
    curve = Curve(subject="get_token() by threads that call it", x=[], y=[])
    with OAuthCredentialsProvider(credentials) as provider:
        provider.get_token()
        for count in counts:
            least = float("inf")
            for _ in range(_REPEATS):
                least = min(least, cpu_by_threads(provider.get_token, count, 200_000))
            curve.x.append(count)
            curve.y.append(least)
    return curve


def _keys(counts: list[int]) -> list[Curve]:
    curves = []
    with tempfile.TemporaryDirectory() as folder:
        stores: dict[str, TokenStore] = {
            "FileStore.load by keys": FileStore(Path(folder) / "tokens"),
            "MemoryStore.load by keys": MemoryStore(max_tokens=max(counts)),
        }
        for name, store in stores.items():
            curve = Curve(subject=name, x=[], y=[])
            keys = [a_key(number) for number in range(max(counts))]
            filled = 0
            for count in counts:
                for key in keys[filled:count]:
                    store.save(key, A_TOKEN)
                filled = count
                # Not in the order in which they were written.
                turns = itertools.cycle(keys[at * 7919 % count] for at in range(500))
                curve.x.append(count)
                curve.y.append(_least_microseconds(partial(_load_next, store), turns, 500))
            curves.append(curve)
    return curves


def measure(*, quick: bool) -> Result:
    result = Result(
        name="growth",
        title="The cost of one operation while their number grows",
        method="CPU of one operation, the least of 60 rounds.",
        x_label="number",
        y_label="µs of CPU",
    )
    providers = [1, 10, 30] if quick else [1, 3, 10, 30, 100, 300, 1000]
    with TokenServer() as server:
        curve, *rows = _providers(server.url, providers)
        result.curves.append(curve)
        result.rows += rows
        result.curves.append(_threads(server.url, [1, 4] if quick else [1, 2, 4, 8, 16, 32, 64]))
    result.curves += _keys([1, 10, 100] if quick else [1, 10, 100, 1000, 10_000])
    for curve in result.curves:
        growth = curve.y[-1] / curve.y[0]
        result.rows.append(
            Row(
                subject=f"{curve.subject}, {curve.x[0]:.0f} to {curve.x[-1]:,.0f}",
                value=growth,
                unit="times",
                note=f"{curve.y[0]:.3g} to {curve.y[-1]:.3g} us",
            )
        )
    return result


if __name__ == "__main__":
    measure(quick="--quick" in sys.argv).hand_over()
