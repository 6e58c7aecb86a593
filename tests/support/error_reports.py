"""What an error reporter collects of an error."""

from __future__ import annotations

import traceback
from pathlib import Path

__all__ = ["everything_reachable"]

_TESTS = str(Path(__file__).parents[1])


def everything_reachable(error: BaseException) -> str:
    """Collect messages, variables of frames that aren't a test's own, causes and contexts."""
    found: list[str] = []
    pending: list[BaseException | None] = [error]
    while pending:
        current = pending.pop()
        if current is None:
            continue
        found += [str(current), repr(current), repr(current.args), repr(vars(current))]
        found += [repr(getattr(current, "object", None))]  # of a UnicodeError
        for frame, _ in traceback.walk_tb(current.__traceback__):
            if not frame.f_code.co_filename.startswith(_TESTS):
                name = frame.f_code.co_name
                found += [f"{name}: {key}={value!r}" for key, value in frame.f_locals.items()]
        pending += [current.__cause__, current.__context__]
    return "\n".join(found)
