"""``zeebe-grpc doctor``: check each step to the gateway and say what to do if one fails."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from zeebe_auth import AuthError
from zeebe_auth.cli.shell import ExitCode, exit_code_of
from zeebe_grpc.cli.exit_codes import exit_code_of_step, failure_kind
from zeebe_grpc.cli.grpc_log import quiet_grpc
from zeebe_grpc.cli.options import gateway_options
from zeebe_grpc.diagnosis.step import Step

if TYPE_CHECKING:
    from zeebe_auth import AccessToken, Explanation, Finding, Profile
    from zeebe_grpc.connection.settings import ConnectionSettings

__all__ = ["add_parser", "run"]

_DEFAULT_TIMEOUT_SECONDS = 10.0
_NETWORK = ("dns", "tcp", "tls", "http2")


def add_parser(subparsers: Any) -> None:
    """Add the command to ``zeebe-grpc``."""
    subparsers.add_parser(
        "doctor",
        description="Check each step to the gateway: installation, configuration, address, DNS, "
        "TCP, TLS, HTTP/2, token, RPC. A failed step says what to do; the exit code is that of the "
        "first one.",
        epilog="examples:\n  zeebe-grpc doctor\n  zeebe-grpc doctor -p prod -o json\n",
        parents=[gateway_options("time limit of each step (default: 10)")],
    )


def run(args: argparse.Namespace) -> int:
    """Take every step that can be taken and report each."""
    quiet_grpc()
    found: list[Step] = []
    for step in _steps(args.profile, args.timeout or _DEFAULT_TIMEOUT_SECONDS):
        found.append(step)
        if args.output == "text":
            print("\n".join(_lines(step)), flush=True)
    failed = [step for step in found if step.status == "failed"]
    if args.output == "json":
        print(json.dumps({"ok": not failed, "steps": [_record(step) for step in found]}, indent=2))
    return exit_code_of_step(failed[0]) if failed else ExitCode.DONE


def _lines(step: Step) -> list[str]:
    mark = "FAILED" if step.status == "failed" else step.status
    lines = [f"{mark:<8} {step.name:<14} {step.detail}"]
    if step.advice:
        lines.append(f"{'':<23} -> {step.advice}")
    return lines


def _record(step: Step) -> dict[str, str]:
    return {
        "name": step.name,
        "status": step.status,
        "detail": step.detail,
        "advice": step.advice,
    }


def _steps(profile_name: str | None, timeout_seconds: float) -> Iterator[Step]:
    from zeebe_auth import explain_profile, load_profile
    from zeebe_grpc.diagnosis.installation import check_installation

    installation = check_installation()
    yield installation
    try:
        profile = load_profile(profile_name)
    except AuthError as error:
        tried = _tried(explain_profile(profile_name), but=error.message)
        yield _auth_failure("configuration", error, tried)
        for name in ("address", *_NETWORK, "token", "rpc"):
            yield Step.skipped(name, "configuration comes first.")
        return
    yield _configuration(profile)
    settings, step = _settings(profile)
    yield step
    reachable = False
    if settings is None:
        for name in _NETWORK:
            yield Step.skipped(name, "address comes first.")
    else:
        from zeebe_grpc.diagnosis.probe import probe

        reachable = True
        for step in probe(
            settings,
            timeout_seconds=timeout_seconds,
            carries_token=_has_credentials(profile),
        ):
            reachable = reachable and step.status != "failed"
            yield step
    token, step = _token(profile, timeout_seconds)
    yield step
    if settings is None or not reachable:
        yield Step.skipped("rpc", "The gateway can't be reached.")
    elif step.status == "failed":
        yield Step.skipped("rpc", "token comes first.")
    elif installation.status == "failed":
        yield Step.skipped("rpc", "installation comes first.")
    else:
        yield _rpc(settings, token, timeout_seconds)


def _auth_failure(name: str, error: AuthError, more: str = "") -> Step:
    return Step.failed(name, error.message + more, "", failure_kind(exit_code_of(error)))


def _configuration(profile: Profile) -> Step:
    return Step.ok("configuration", f"From {profile.origin}.{_tried(profile.findings)}")


def _tried(findings: Iterable[Finding], *, but: str = "") -> str:
    """Where else credentials were looked for, without the place whose ``but`` is told already."""
    others = [
        f"{finding.subject} {finding.outcome}" + (f" ({finding.reason})" if finding.reason else "")
        for finding in findings
        if finding.outcome != "chosen" and finding.reason != but
    ]
    return f" Also looked at: {'; '.join(others)}." if others else ""


def _settings(profile: Profile) -> tuple[ConnectionSettings | None, Step]:
    from zeebe_grpc.connection.settings import ConnectionSettings

    try:
        settings = ConnectionSettings.from_profile(profile)
        if _has_credentials(profile):
            settings.check_token_may_travel()
    except AuthError as error:
        return None, _auth_failure("address", error)
    kind = "plaintext" if settings.address.plaintext else "TLS"
    from zeebe_grpc.connection.proxies import route_to

    route = route_to(settings.address.host, settings.address.port)
    reached = f"{settings.address.target}, {kind}, {route}."
    return settings, Step.ok("address", reached, route.problem)


def _has_credentials(profile: Profile) -> bool:
    return profile.source is not None or profile.token is not None


def _token(profile: Profile, timeout_seconds: float) -> tuple[AccessToken | None, Step]:
    from zeebe_auth import (
        AnonymousCredentialsProvider,
        OAuthCredentialsProvider,
        default_provider,
    )

    reached = ""
    try:
        provider = default_provider(profile)
        if isinstance(provider, AnonymousCredentialsProvider):
            return None, Step.skipped("token", "The profile asks for no authorization.")
        with provider:
            if isinstance(provider, OAuthCredentialsProvider):
                reached = _reached(provider.explain())
                # Past the store and cooldowns: does the endpoint give one now?
                token = provider.fetch_token(timeout=timeout_seconds)
                # Of a token that was over when it arrived, which programs will fail for.
                advice = provider.explain().cooldown_reason or ""
            else:
                token, advice = provider.get_token(), ""
    except AuthError as error:
        return None, _auth_failure("token", error, reached)
    return token, Step.ok("token", _token_text(token) + reached, advice)


def _reached(explanation: Explanation) -> str:
    """How the token endpoint is asked, in one sentence; empty if there is no telling."""
    if explanation.problem is not None or explanation.token_endpoint is None:
        return ""
    proxy = explanation.token_endpoint_proxy
    way = "directly" if proxy is None else f"through the proxy {proxy}"
    trust = explanation.token_endpoint_trust
    trusting = "" if trust is None else f", trusting {trust}"
    plaintext = explanation.token_endpoint_plaintext
    warning = "" if plaintext is None else f"; {plaintext}"
    return f" {explanation.token_endpoint} is asked {way}{trusting}{warning}."


def _token_text(token: AccessToken) -> str:
    if token.expires_at is None:
        return f"A {token.token_type} token that does not expire."
    from datetime import UTC, datetime

    until = datetime.fromtimestamp(token.expires_at, UTC).astimezone()
    return f"A new {token.token_type} token, valid until {until:%Y-%m-%d %H:%M:%S %Z}."


def _rpc(settings: ConnectionSettings, token: AccessToken | None, timeout_seconds: float) -> Step:
    import grpc

    from zeebe_auth import StaticCredentialsProvider
    from zeebe_grpc.cli.gateway_methods import find_method, to_json
    from zeebe_grpc.cli.printable import printable
    from zeebe_grpc.cli.rpc_failures import failure_of
    from zeebe_grpc.connecting import open_channel

    method = find_method("Topology")
    # The very token that was just fetched: a second one would hide what this one is worth.
    provider = None if token is None else StaticCredentialsProvider(token)
    try:
        with open_channel(settings, provider) as channel:
            response = method.on(channel)(method.request_class(), timeout=timeout_seconds)
    except AuthError as error:
        return _auth_failure("rpc", error)
    except grpc.RpcError as error:
        failure = failure_of(error, settings, has_credentials=provider is not None)
        return Step.failed("rpc", str(failure), "", failure_kind(failure.exit_code))
    contents = to_json(response)
    return Step.ok(
        "rpc",
        f"Topology answered: {len(contents['brokers'])} of {contents['clusterSize']} brokers, "
        f"gateway {printable(contents['gatewayVersion']) or 'of unknown version'}.",
    )
