"""The options of a run on its command line."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """The size of a run.

    Args:
        seconds: How long clients make RPCs.
        processes: How many client processes there are.
        threads: How many threads make RPCs in each of them, beside its asyncio tasks.
        lifetime_seconds: For tokens.
        seed: What the fault plan and the pauses of the clients follow from.
    """

    seconds: float
    processes: int
    threads: int
    lifetime_seconds: int
    seed: int

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> Options:
        """The options of a command line; ends the program where it is wrong."""
        parser = argparse.ArgumentParser(
            prog="python -m benchmarks.soak", description="Runs clients until something breaks."
        )
        parser.add_argument("--seconds", type=float, default=120.0)
        parser.add_argument("--processes", type=int, default=4)
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument("--lifetime", type=int, default=3, help="of tokens, in seconds")
        parser.add_argument("--seed", type=int, help="of the fault plan; a random one by default")
        given = parser.parse_args(arguments)
        if min(given.seconds, given.processes, given.threads, given.lifetime) <= 0:
            parser.error("every number must be greater than 0")
        seed = random.randrange(10_000) if given.seed is None else given.seed
        return cls(given.seconds, given.processes, given.threads, given.lifetime, seed)
