"""Why a call failed, for people: gRPC's status, and what is behind it."""

from __future__ import annotations

import grpc

from zeebe_auth import AuthError
from zeebe_grpc.cli.exit_codes import ExitCode, exit_code_of
from zeebe_grpc.cli.failure import CommandFailed, printable
from zeebe_grpc.cli.reachability import probe
from zeebe_grpc.connection_settings import ConnectionSettings

__all__ = ["failure_of"]

_PROBE_SECONDS = 3.0


def failure_of(
    error: grpc.RpcError, settings: ConnectionSettings, *, has_credentials: bool
) -> CommandFailed:
    """What to tell about ``error``, and the exit code that goes with it.

    Where gRPC knows only that it got no answer, the way to the gateway is probed for the reason.

    Args:
        error: What the call raised.
        settings: The connection it went over.
        has_credentials: Whether it carried any.
    """
    if isinstance(error.__cause__, AuthError):
        return CommandFailed(error.__cause__.message, exit_code_of(error.__cause__))
    if not isinstance(error, grpc.Call):
        return CommandFailed(f"The call failed: {type(error).__name__}.", ExitCode.FAILED)
    code = error.code()
    said = f"{code.name}: {printable(error.details() or 'no details')}"
    if code is grpc.StatusCode.UNAUTHENTICATED:
        return _unauthenticated(said, has_credentials)
    if code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}:
        for step in probe(settings, timeout_seconds=_PROBE_SECONDS):
            if step.status == "failed":
                return CommandFailed(f"{step.detail} {step.advice}", step.exit_code)
    if code is grpc.StatusCode.UNAVAILABLE:
        return CommandFailed(
            f"The gateway at {settings.address.target} is not available: {said}. "
            "Try again later; if it lasts, ask whoever runs it.",
            ExitCode.UNREACHABLE,
        )
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return CommandFailed(
            f"The gateway at {settings.address.target} can be reached, but did not answer in "
            "time. Give it more with --timeout.",
            ExitCode.FAILED,
        )
    return CommandFailed(f"The gateway ended the call with {said}.", ExitCode.FAILED)


def _unauthenticated(said: str, has_credentials: bool) -> CommandFailed:
    if has_credentials:
        advice = (
            "It refused the credentials. Check that they are for this gateway: of a token the "
            "audience, scope and issuer, of Basic authentication the user name and password "
            '("zeebe-auth status" shows where yours come from).'
        )
    else:
        advice = "It wants credentials, and none are configured: set them, or run zeebe-auth login."
    return CommandFailed(f"The gateway answered {said}. {advice}", ExitCode.REFUSED)
