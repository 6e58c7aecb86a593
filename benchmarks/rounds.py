"""Subjects are measured in turns, so that other work of the machine affects all of them alike."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Callable, Mapping

__all__ = ["Samples", "by_turns", "cpu_by_threads", "median_ratio", "seconds_of"]

Samples = Mapping[str, list[float]]
"""By subject, one figure for each round; figures of one round stand at the same index."""


def by_turns(subjects: Mapping[str, Callable[[], float]], rounds: int) -> Samples:
    """The figures of ``rounds`` rounds, each subject once in each, in an order that changes.

    The first round warms up and is thrown away.
    """
    samples: dict[str, list[float]] = {name: [] for name in subjects}
    order = list(subjects)
    dice = random.Random(0)
    for number in range(rounds + 1):
        dice.shuffle(order)
        for name in order:
            measured = subjects[name]()
            if number:
                samples[name].append(measured)
    return samples


def median_ratio(samples: Samples, name: str, to: str) -> float:
    """The median, over the rounds, of one subject's figure relative to another's."""
    return statistics.median(
        mine / other for mine, other in zip(samples[name], samples[to], strict=True)
    )


def seconds_of(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def cpu_by_threads(work: Callable[[], object], count: int, calls: int) -> float:
    """CPU of one call in us, by ``count`` threads that start together and share one interpreter."""
    each = calls // count
    ready = threading.Barrier(count + 1)

    def run() -> None:
        ready.wait()
        for _ in range(each):
            work()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    begin = time.process_time()
    for thread in threads:
        thread.join()
    return (time.process_time() - begin) / (each * count) * 1e6
