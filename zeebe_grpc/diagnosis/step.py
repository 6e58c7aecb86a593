"""One step of finding out where a connection breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zeebe_grpc.cli.exit_codes import ExitCode

__all__ = ["Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found.

    Args:
        name: ``dns``, ``tcp`` and so on.
        status: Whether it works, doesn't, or was not tried.
        detail: What was found, in one sentence.
        advice: What to do about it.
        exit_code: What a command ends with if this is the first step that failed.
    """

    name: str
    status: Literal["ok", "failed", "skipped"]
    detail: str
    advice: str = ""
    exit_code: ExitCode = ExitCode.DONE

    @classmethod
    def ok(cls, name: str, detail: str, advice: str = "") -> Step:
        """It works."""
        return cls(name, "ok", detail, advice)

    @classmethod
    def skipped(cls, name: str, detail: str) -> Step:
        """It was not tried, for the reason in ``detail``."""
        return cls(name, "skipped", detail)

    @classmethod
    def failed(
        cls, name: str, detail: str, advice: str, exit_code: ExitCode = ExitCode.UNREACHABLE
    ) -> Step:
        """It does not work."""
        return cls(name, "failed", detail, advice, exit_code)
