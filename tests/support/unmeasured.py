"""An environment whose programs are not measured by coverage."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["unmeasured"]


def unmeasured(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """``environment``, by default this process's, for a program that forks beside its threads.

    A measurement takes a lock for every function that a thread meets for the first time; a child
    that was forked in such a moment waits for that lock for ever (seen 2 times in 2,760 forks
    with coverage 7.17, and 0 times in 14,000 without).
    """
    given = os.environ if environment is None else environment
    return {
        name: value for name, value in given.items() if not name.startswith(("COV_", "COVERAGE_"))
    }
