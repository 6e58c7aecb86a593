"""Each step from a profile to an answer of the gateway, one after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from zeebe_auth import AuthError, Profile, TokenTimeout, explain_profile, load_profile
from zeebe_grpc.connection.proxies import route_to
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.installation import check_installation
from zeebe_grpc.diagnosis.step import DiagnosisStep, kind_of
from zeebe_grpc.diagnosis.time_limit import TimeLimit, TimeOverError

if TYPE_CHECKING:
    from zeebe_auth import (
        AccessToken,
        ClientCredentials,
        CredentialSource,
        Explanation,
        FetchingCredentialsProvider,
        Finding,
    )
    from zeebe_grpc.diagnosis.peer_certificate import PeerCertificate

_NETWORK = ("dns", "tcp", "tls", "http2")
_AFTER_CONFIGURATION = ("address", *_NETWORK, "token", "certificates", "clock", "rpc")
STEP_NAMES = ("installation", "configuration", *_AFTER_CONFIGURATION)
"""The steps, in their order."""

# What the way to the gateway may take of all the time, so that something is left for the token.
_SHARE_OF_NETWORK = 0.5
_SHARE_OF_TOKEN = 0.7
_CLOCK_IS_WRONG_SECONDS = 30


def diagnose_in_steps(
    profile: str | Profile | None, timeout_seconds: float, path: str | None = None
) -> Iterator[DiagnosisStep]:
    """Take each step that can be taken, and tell of all.

    Args:
        profile: The name of a profile, or one that is loaded; None for the default.
        timeout_seconds: How long all steps may take together.
        path: The method to call in the last one, ``/package.Service/Method``; None for Topology, or
            the health check of a service that is no Zeebe gateway.
    """
    yield from _Diagnosis(TimeLimit(timeout_seconds), path).steps(profile)


class _AskedOnce:
    """A source that is asked once: it may be a program that asks somebody for a password."""

    def __init__(self, source: CredentialSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._outcome: ClientCredentials | BaseException | None = None

    def load(self) -> ClientCredentials:
        with self._lock:
            if self._outcome is None:
                try:
                    self._outcome = self._source.load()
                except BaseException as error:  # raised to each who asks
                    self._outcome = error
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome


class _Diagnosis:
    def __init__(self, limit: TimeLimit, path: str | None) -> None:
        self._limit = limit
        self._path = path
        self._gateway_certificate: PeerCertificate | None = None
        self._explanation: Explanation | None = None

    def steps(self, given: str | Profile | None) -> Iterator[DiagnosisStep]:
        installation = check_installation()
        yield installation
        profile, step = self._configuration(given)
        yield step
        if profile is None:
            for name in _AFTER_CONFIGURATION:
                yield DiagnosisStep.skipped(name, "configuration comes first.")
            return
        settings, step = self._settings(profile)
        yield step
        reachable = False
        if settings is None:
            for name in _NETWORK:
                yield DiagnosisStep.skipped(name, "address comes first.")
        else:
            from zeebe_grpc.diagnosis.probe import Probe

            probe = Probe(
                settings,
                TimeLimit(self._limit.left(_SHARE_OF_NETWORK)),
                carries_token=_has_credentials(profile),
            )
            reachable = True
            for step in probe.steps():
                reachable = reachable and step.status != "failed"
                yield step
            self._gateway_certificate = probe.certificate
        token, step = self._token(profile, 1.0 if not reachable else _SHARE_OF_TOKEN)
        has_token = step.status != "failed"
        yield step
        yield self._certificates(settings)
        yield self._clock()
        if settings is None or not reachable:
            yield DiagnosisStep.skipped("rpc", "The gateway can't be reached.")
        elif not has_token:
            yield DiagnosisStep.skipped("rpc", "token comes first.")
        elif installation.status == "failed":
            yield DiagnosisStep.skipped("rpc", "installation comes first.")
        else:
            yield self._rpc(settings, token)

    def _configuration(self, given: str | Profile | None) -> tuple[Profile | None, DiagnosisStep]:
        name = "configuration"
        try:
            profile = (
                given
                if isinstance(given, Profile)
                else self._limit.run(partial(load_profile, given))
            )
        except TimeOverError:
            return None, self._took_too_long(
                name,
                "The credentials were not read in time.",
                "Look at what they come from: a helper program, a keychain, a pipe.",
            )
        except AuthError as error:
            findings = self._findings(given)
            return None, _failed(name, error, _tried(findings, but=error.message))
        return profile, DiagnosisStep.ok(name, f"From {profile.origin}.{_tried(profile.findings)}")

    def _findings(self, given: str | Profile | None) -> Sequence[Finding]:
        if isinstance(given, Profile):
            return given.findings
        try:
            # It looks at every place again, one of which may be slow.
            return self._limit.run(partial(explain_profile, given))
        except TimeOverError:
            return ()

    def _settings(self, profile: Profile) -> tuple[ConnectionSettings | None, DiagnosisStep]:
        try:
            settings = self._limit.run(partial(ConnectionSettings.from_profile, profile))
            if _has_credentials(profile):
                settings.check_token_may_travel()
        except TimeOverError:
            return None, self._took_too_long(
                "address", "The files of the connection were not read in time."
            )
        except AuthError as error:
            return None, _failed("address", error)
        kind = "plaintext" if settings.address.plaintext else "TLS"
        route = route_to(settings.address.host, settings.address.port)
        reached = f"{settings.address.target}, {kind}, {route}."
        return settings, DiagnosisStep.ok("address", reached, route.problem)

    def _token(self, profile: Profile, share: float) -> tuple[AccessToken | None, DiagnosisStep]:
        from zeebe_auth import (
            AnonymousCredentialsProvider,
            FetchingCredentialsProvider,
            default_provider,
        )

        if self._limit.is_over:
            return None, self._took_too_long("token", "No time was left to ask for a token.")
        if profile.source is not None:
            profile = replace(profile, source=_AskedOnce(profile.source))
        try:
            provider = self._limit.run(partial(default_provider, profile))
            if isinstance(provider, AnonymousCredentialsProvider):
                told = "The profile asks for no authorization."
                return None, DiagnosisStep.skipped("token", told)
            with provider:
                if not isinstance(provider, FetchingCredentialsProvider):
                    token = provider.get_token()
                    return token, DiagnosisStep.ok("token", _token_text(token))
                try:
                    # Past the store and cooldowns: does the endpoint give one now?
                    token = provider.fetch_token(timeout=self._limit.left(share))
                finally:
                    self._explain(provider)
        except TimeOverError:
            return None, self._took_too_long("token", "The token store was not read in time.")
        except AuthError as error:
            return None, _failed("token", error, self._reached(), isinstance(error, TokenTimeout))
        # Of a token that was over when it arrived, which programs will fail for.
        advice = self._explanation.cooldown_reason if self._explanation is not None else None
        return token, DiagnosisStep.ok("token", _token_text(token) + self._reached(), advice or "")

    def _explain(self, provider: FetchingCredentialsProvider) -> None:
        with suppress(TimeOverError):  # a store that hangs
            self._explanation = self._limit.run(provider.explain)

    def _reached(self) -> str:
        """How the token endpoint is asked, in one sentence; empty if there is no telling."""
        explanation = self._explanation
        if (
            explanation is None
            or explanation.problem is not None
            or explanation.token_endpoint is None
        ):
            return ""
        proxy = explanation.token_endpoint_proxy
        way = "directly" if proxy is None else f"through the proxy {proxy}"
        trust = explanation.token_endpoint_trust
        trusting = "" if trust is None else f", trusting {trust}"
        plaintext = explanation.token_endpoint_plaintext
        warning = "" if plaintext is None else f"; {plaintext}"
        return f" {explanation.token_endpoint} is asked {way}{trusting}{warning}."

    def _certificates(self, settings: ConnectionSettings | None) -> DiagnosisStep:
        from zeebe_grpc.diagnosis.certificates import check_certificates, shown_by

        explanation, shown = self._explanation, None
        if (
            explanation is not None
            and explanation.token_endpoint is not None
            and explanation.token_endpoint_proxy is None
            and not self._limit.is_over
        ):
            shown = shown_by(explanation.token_endpoint, self._limit.left(0.5))
        return check_certificates(self._gateway_certificate, shown, settings)

    def _clock(self) -> DiagnosisStep:
        ahead = None if self._explanation is None else self._explanation.clock_ahead_seconds
        if ahead is None:
            return DiagnosisStep.skipped("clock", "No reply of a token endpoint had a date.")
        if not ahead:
            return DiagnosisStep.ok("clock", "This machine's clock and the token endpoint's agree.")
        which = "behind" if ahead > 0 else "ahead of"
        told = f"This machine's clock is {abs(ahead):.0f} s {which} the token endpoint's."
        if abs(ahead) < _CLOCK_IS_WRONG_SECONDS:
            return DiagnosisStep.ok("clock", told)
        return DiagnosisStep.ok(
            "clock",
            told,
            "Set the clock (NTP): signed assertions and certificates are refused by a wrong one.",
        )

    def _rpc(self, settings: ConnectionSettings, token: AccessToken | None) -> DiagnosisStep:
        from zeebe_grpc.diagnosis.first_call import FirstCall

        if self._limit.is_over:
            return self._took_too_long("rpc", "No time was left for a call.")
        return FirstCall(settings, token, self._explanation, self._limit).step(self._path)

    def _took_too_long(self, name: str, detail: str, advice: str = "") -> DiagnosisStep:
        limit = f"The time limit of {self._limit.seconds:g} s is for all steps together."
        return DiagnosisStep.failed(name, f"{detail} {limit}", advice)


def _failed(name: str, error: AuthError, more: str = "", is_timeout: bool = False) -> DiagnosisStep:
    advice = "Give the diagnosis more time." if is_timeout else ""
    return DiagnosisStep.failed(name, error.message + more, advice, kind_of(error))


def _has_credentials(profile: Profile) -> bool:
    return any((profile.source, profile.token, profile.fetcher))


def _tried(findings: Iterable[Finding], *, but: str = "") -> str:
    """Where else credentials were looked for, without the place whose ``but`` is told already."""
    others = [
        f"{finding.subject} {finding.outcome}" + (f" ({finding.reason})" if finding.reason else "")
        for finding in findings
        if finding.outcome != "chosen" and finding.reason != but
    ]
    return f" Also looked at: {'; '.join(others)}." if others else ""


def _token_text(token: AccessToken) -> str:
    if token.expires_at is None:
        return f"A {token.token_type} token that does not expire."
    from datetime import UTC, datetime

    until = datetime.fromtimestamp(token.expires_at, UTC).astimezone()
    return f"A new {token.token_type} token, valid until {until:%Y-%m-%d %H:%M:%S %Z}."
