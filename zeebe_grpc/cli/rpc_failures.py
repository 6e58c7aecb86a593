"""Why a call failed, for people: gRPC's status, and what is behind it."""

from __future__ import annotations

from http import HTTPStatus

import grpc

from zeebe_auth import AuthError
from zeebe_auth.cli.shell import CommandFailed, ExitCode, exit_code_of
from zeebe_grpc.cli.exit_codes import exit_code_of_step
from zeebe_grpc.cli.http_answers import advice_on, http_status, was_cut_off
from zeebe_grpc.cli.printable import printable
from zeebe_grpc.cli.proxy_failures import on_proxied_failure
from zeebe_grpc.cli.size_limits import on_size_limit
from zeebe_grpc.connection.proxies import route_to
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.probe import probe

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
    status = http_status(error.details())
    if status is not None:
        return _http_answer(code, status, settings, has_credentials)
    said = f"{code.name}: {printable(error.details() or 'no details')}"
    if code in {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED}:
        return _refusal(code, said, has_credentials)
    if code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}:
        for step in probe(settings, timeout_seconds=_PROBE_SECONDS, carries_token=has_credentials):
            if step.status == "failed":
                return CommandFailed(f"{step.detail} {step.advice}", exit_code_of_step(step))
        return _no_answer(code, said, settings)
    return CommandFailed(_ending(code, said, settings), ExitCode.FAILED)


def _no_answer(code: grpc.StatusCode, said: str, settings: ConnectionSettings) -> CommandFailed:
    target = settings.address.target
    route = route_to(settings.address.host, settings.address.port)
    if code is grpc.StatusCode.UNAVAILABLE:
        return CommandFailed(
            on_proxied_failure(said, target, route)
            or f"The gateway at {target} is not available: {said}. "
            "Try again later; if it lasts, ask whoever runs it.",
            ExitCode.UNREACHABLE,
        )
    if route.proxy is not None:
        # What is behind a proxy can't be probed, nor whether the proxy answers.
        return CommandFailed(
            f"No answer from {target} {route} in time. Check that the proxy is up and may connect "
            "there, or give it more time with --timeout.",
            ExitCode.UNREACHABLE,
        )
    return CommandFailed(
        f"The gateway at {target} can be reached, but did not answer in "
        "time. Give it more with --timeout.",
        ExitCode.FAILED,
    )


def _ending(code: grpc.StatusCode, said: str, settings: ConnectionSettings) -> str:
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and (limit := on_size_limit(said, settings)):
        return limit
    if was_cut_off(said):
        return (
            f"The call was cut off on its way to {settings.address.target}: {said}. Try again. If "
            "it happens after the same silence each time, an ingress has a time limit there: "
            "raise it (grpc_read_timeout of nginx)."
        )
    return f"The gateway ended the call with {said.removesuffix('.')}."


def _refusal(code: grpc.StatusCode, said: str, has_credentials: bool) -> CommandFailed:
    if code is grpc.StatusCode.UNAUTHENTICATED:
        advice = _on_credentials(has_credentials)
        return CommandFailed(f"The gateway answered {said}. {advice}", ExitCode.REFUSED)
    return CommandFailed(
        f"The gateway answered {said}. It knows who asks and does not allow this, so another "
        "token changes nothing: ask whoever runs it for the permission.",
        ExitCode.FAILED,
    )


def _http_answer(
    code: grpc.StatusCode, status: int, settings: ConnectionSettings, has_credentials: bool
) -> CommandFailed:
    exit_code = {
        grpc.StatusCode.UNAUTHENTICATED: ExitCode.REFUSED,
        grpc.StatusCode.UNAVAILABLE: ExitCode.UNREACHABLE,
    }.get(code, ExitCode.FAILED)
    if code is grpc.StatusCode.UNAUTHENTICATED:
        advice = _on_credentials(has_credentials)
    else:
        shows_certificate = settings.client_certificate is not None
        advice = advice_on(status, shows_certificate=shows_certificate)
        if status == HTTPStatus.NOT_FOUND:
            advice += settings.address_named_by
    return CommandFailed(
        f"An ingress or proxy in front of the gateway at {settings.address.target} answered by "
        f"itself, with HTTP {status} ({code.name}). {advice}",
        exit_code,
    )


def _on_credentials(has_credentials: bool) -> str:
    if has_credentials:
        return (
            "It refused the credentials. Check that they are for this gateway: of a token the "
            "audience, scope and issuer, of Basic authentication the user name and password "
            '("zeebe-auth status" shows where yours come from).'
        )
    return "It wants credentials, and none are configured: set them, or run zeebe-auth login."
