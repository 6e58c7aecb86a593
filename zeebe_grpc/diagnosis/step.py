"""One step of finding out where a connection breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FailureKind", "Step"]

FailureKind = Literal["configuration", "refused", "unreachable", "other"]
"""Why a step failed: what was given is wrong, was refused, can't be reached, or anything else."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found.

    Args:
        name: ``dns``, ``tcp`` and so on.
        status: Whether it works, doesn't, or was not tried.
        detail: What was found, in one sentence.
        advice: What to do about it.
        kind: Why it failed; None if it didn't.
    """

    name: str
    status: Literal["ok", "failed", "skipped"]
    detail: str
    advice: str = ""
    kind: FailureKind | None = None

    @classmethod
    def ok(cls, name: str, detail: str, advice: str = "") -> Step:
        """It works."""
        return cls(name, "ok", detail, advice)

    @classmethod
    def skipped(cls, name: str, detail: str) -> Step:
        """It was not tried, for the reason in ``detail``."""
        return cls(name, "skipped", detail)

    @classmethod
    def failed(cls, name: str, detail: str, advice: str, kind: FailureKind = "unreachable") -> Step:
        """It does not work."""
        return cls(name, "failed", detail, advice, kind)
