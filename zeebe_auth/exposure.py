"""Warnings that a secret may be read by others, at the line of the program that is concerned."""

from __future__ import annotations

import sys
import warnings
from contextvars import ContextVar
from types import FrameType
from typing import Any, NamedTuple

from zeebe_auth.public_class import public_class

_OURS = frozenset({"zeebe_auth", "zeebe_grpc"})
# A thread's own beginning called nobody.
_THREADS = frozenset({"threading", "concurrent"})


class _Line(NamedTuple):
    filename: str
    number: int
    module_globals: dict[str, Any]


# The line that asked for what a thread of ours does, in the context that the thread runs in.
_asked_at: ContextVar[_Line | None] = ContextVar("zeebe_auth_asked_at", default=None)


@public_class("zeebe_auth")
class SecretsExposedWarning(UserWarning):
    """A file holds a secret in plain text and every user of the machine may read it."""


@public_class("zeebe_auth")
class PlaintextWarning(RuntimeWarning):
    """Client secrets or tokens travel unencrypted to another machine, as a switch allows."""


def find_caller(*packages: str) -> FrameType | None:
    """The innermost frame that is not ours; None on a thread where there is only ours.

    Args:
        packages: Packages beside ours whose frames are passed over.
    """
    passed_over = _OURS | _THREADS | {*packages}
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as the warnings module does
    while frame is not None:
        if str(frame.f_globals.get("__name__")).partition(".")[0] not in passed_over:
            return frame
        frame = frame.f_back
    return None


def remember_caller() -> None:
    """Keep the line that called into our packages, for warnings on a thread of ours.

    To be called in the `contextvars.Context` that the thread is going to run in.
    """
    frame = find_caller()
    _asked_at.set(None if frame is None else _line_of(frame))


def _line_of(frame: FrameType) -> _Line:
    return _Line(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)


def warn_at_caller(message: str, category: type[Warning], *packages: str) -> None:
    """Warn at the line that called into our packages, through however many of our functions.

    On a thread of ours that is the line that `remember_caller` kept; without one the warning is
    at the line that calls this.

    Args:
        message: What to say.
        category: The warning's class.
        packages: Packages beside ours whose frames are passed over, such as an adapter's own.
    """
    found = find_caller(*packages)
    line = _asked_at.get() if found is None else _line_of(found)
    if line is None:
        line = _line_of(sys._getframe(1))  # noqa: SLF001 - as the warnings module does
    # stacklevel counts frames; what is between differs from one public function to the next.
    warnings.warn_explicit(
        message,
        category,
        line.filename,
        line.number,
        module=str(line.module_globals.get("__name__")),
        registry=line.module_globals.setdefault("__warningregistry__", {}),
        module_globals=line.module_globals,
    )
