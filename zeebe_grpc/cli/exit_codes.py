"""What a command ends with, by what its diagnosis found."""

from __future__ import annotations

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc.diagnosis.installation import is_ours
from zeebe_grpc.diagnosis.step import FailureKind, Step

__all__ = ["exit_code_of_step", "failure_kind", "require_own_messages"]

_CODES: dict[FailureKind | None, ExitCode] = {
    None: ExitCode.DONE,
    "configuration": ExitCode.WRONG_USE,
    "refused": ExitCode.REFUSED,
    "unreachable": ExitCode.UNREACHABLE,
    "other": ExitCode.FAILED,
}


def exit_code_of_step(step: Step) -> ExitCode:
    """The exit code of a command whose first failed step is ``step``."""
    return _CODES[step.kind]


def failure_kind(exit_code: ExitCode) -> FailureKind:
    """The kind of a step that failed with what a command ends with ``exit_code`` for."""
    kinds = {code: kind for kind, code in _CODES.items()}
    return kinds.get(exit_code) or "other"


def require_own_messages() -> None:
    """Refuse to go on with another package's messages in place of ours.

    Raises:
        CommandFailed: They were replaced.
    """
    if not is_ours("gateway_pb2"):
        raise CommandFailed(
            "gateway_pb2 of zeebe_grpc was replaced by another package. "
            '"zeebe-grpc doctor" tells by which, and what to do.',
            ExitCode.WRONG_USE,
        )
