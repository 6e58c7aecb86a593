"""Why a call failed, for people: gRPC's status, and what is behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

import grpc

from zeebe_auth import AuthError
from zeebe_grpc.connection.proxies import route_to
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.http_answers import advice_on, http_status, was_cut_off
from zeebe_grpc.diagnosis.printable import printable
from zeebe_grpc.diagnosis.probe import Probe
from zeebe_grpc.diagnosis.proxy_failures import on_proxied_failure
from zeebe_grpc.diagnosis.size_limits import on_size_limit
from zeebe_grpc.diagnosis.step import Failure, FailureKind, kind_of
from zeebe_grpc.diagnosis.time_limit import TimeLimit

_PROBE_SECONDS = 5.0


def failure_of(
    error: grpc.RpcError,
    settings: ConnectionSettings,
    *,
    has_credentials: bool,
    about_token: Callable[[], str] = str,
    limit: TimeLimit | None = None,
    called: str = "gateway",
) -> Failure:
    """What to tell about ``error``.

    Where gRPC knows only that it got no answer, the way to the gateway is probed for the reason.

    Args:
        error: What the call raised.
        settings: The connection it went over.
        has_credentials: Whether it carried any.
        about_token: Returns sentences about the token that it carried, or nothing.
        limit: How long a probe may take; None for a few seconds.
        called: What the other side is, for people.
    """
    if isinstance(error.__cause__, AuthError):
        return Failure(error.__cause__.message, kind_of(error.__cause__))
    if not isinstance(error, grpc.Call):
        return Failure(f"The call failed: {type(error).__name__}.", "other")
    code = error.code()
    status = http_status(error.details())
    on_credentials = partial(_on_credentials, has_credentials, about_token, called)
    if status is not None:
        return _http_answer(code, status, settings, on_credentials, called)
    said = f"{code.name}: {printable(error.details() or 'no details')}"
    if code in {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED}:
        return _refusal(code, said, on_credentials, called)
    if code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}:
        probe = Probe(settings, limit or TimeLimit(_PROBE_SECONDS), has_credentials)
        for step in probe.steps():
            if step.status == "failed":
                return Failure(f"{step.detail} {step.advice}", step.kind or "other")
        return _no_answer(code, said, settings, called)
    return Failure(_ending(code, said, settings, called), "other")


def _no_answer(
    code: grpc.StatusCode, said: str, settings: ConnectionSettings, called: str
) -> Failure:
    target = settings.address.target
    route = route_to(settings.address.host, settings.address.port)
    if code is grpc.StatusCode.UNAVAILABLE:
        return Failure(
            on_proxied_failure(said, target, route)
            or f"The {called} at {target} is not available: {said}. "
            "Try again later; if it lasts, ask whoever runs it.",
            "unreachable",
        )
    if route.proxy is not None:
        # What is behind a proxy can't be probed, nor whether the proxy answers.
        return Failure(
            f"No answer from {target} {route} in time. Check that the proxy is up and may connect "
            "there, or give it more time with --timeout.",
            "unreachable",
        )
    return Failure(
        f"The {called} at {target} can be reached, but did not answer in "
        "time. Give it more with --timeout.",
        "other",
    )


def _ending(code: grpc.StatusCode, said: str, settings: ConnectionSettings, called: str) -> str:
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and (limit := on_size_limit(said, settings)):
        return limit
    if was_cut_off(said):
        return (
            f"The call was cut off on its way to {settings.address.target}: {said}. Try again. If "
            "it happens after the same silence each time, an ingress has a time limit there: "
            "raise it (grpc_read_timeout of nginx)."
        )
    return f"The {called} ended the call with {said.removesuffix('.')}."


def _refusal(
    code: grpc.StatusCode, said: str, on_credentials: Callable[[], str], called: str
) -> Failure:
    if code is grpc.StatusCode.UNAUTHENTICATED:
        return Failure(f"The {called} answered {said}. {on_credentials()}", "refused")
    return Failure(
        f"The {called} answered {said}. It knows who asks and does not allow this, so another "
        "token changes nothing: ask whoever runs it for the permission.",
        "other",
    )


def _http_answer(
    code: grpc.StatusCode,
    status: int,
    settings: ConnectionSettings,
    on_credentials: Callable[[], str],
    called: str,
) -> Failure:
    kind: FailureKind = "other"
    if code is grpc.StatusCode.UNAVAILABLE:
        kind = "unreachable"
    if code is grpc.StatusCode.UNAUTHENTICATED:
        kind, advice = "refused", on_credentials()
    else:
        shows_certificate = settings.client_certificate is not None
        advice = advice_on(status, shows_certificate=shows_certificate)
        if status == HTTPStatus.NOT_FOUND:
            advice += settings.address_named_by
    return Failure(
        f"An ingress or proxy in front of the {called} at {settings.address.target} answered by "
        f"itself, with HTTP {status} ({code.name}). {advice}",
        kind,
    )


def _on_credentials(has_credentials: bool, about_token: Callable[[], str], called: str) -> str:
    if has_credentials:
        about = about_token()
        return (
            f"It refused the credentials. Check that they are for this {called}: of a token the "
            "audience, scope and issuer, of Basic authentication the user name and password "
            '("zeebe-auth status" shows where yours come from).' + (f" {about}" if about else "")
        )
    return "It wants credentials, and none are configured: set them, or run zeebe-auth login."
