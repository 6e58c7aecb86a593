"""What a command ends with, by why it failed."""

from __future__ import annotations

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc.diagnosis.installation import is_ours
from zeebe_grpc.diagnosis.step import Failure, FailureKind

_CODES: dict[FailureKind, ExitCode] = {
    "configuration": ExitCode.WRONG_USE,
    "refused": ExitCode.REFUSED,
    "unreachable": ExitCode.UNREACHABLE,
    "other": ExitCode.FAILED,
}


def exit_code_of_kind(kind: FailureKind | None) -> ExitCode:
    """The exit code of a command that failed for that reason; None is a success."""
    return ExitCode.DONE if kind is None else _CODES[kind]


def command_failed(failure: Failure) -> CommandFailed:
    """What ends a command that failed so."""
    return CommandFailed(failure.message, exit_code_of_kind(failure.kind))


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
