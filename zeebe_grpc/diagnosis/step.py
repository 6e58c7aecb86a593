"""One step of finding out where a connection breaks, and why a step fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zeebe_auth import (
    AuthError,
    ConfigurationError,
    CredentialsUnavailable,
    InvalidClientError,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenTimeout,
)
from zeebe_auth.public_class import public_class

FailureKind = Literal["configuration", "refused", "unreachable", "other"]
"""Why a step failed: what was given is wrong, was refused, can't be reached, or anything else."""


def kind_of(error: AuthError) -> FailureKind:
    """The kind of failure that an error of `zeebe_auth` is."""
    match error:
        case ConfigurationError() | CredentialsUnavailable():
            return "configuration"
        case InvalidClientError():
            return "refused"
        case TokenEndpointUnreachable() | RateLimitedError() | TokenTimeout():
            return "unreachable"
        case _:
            return "other"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something failed, for people and for programs.

    Args:
        message: What, why, and what to do next.
        kind: The reason in one word.
    """

    message: str
    kind: FailureKind


@public_class("zeebe_grpc")
@dataclass(frozen=True, slots=True)
class DiagnosisStep:
    """What one step of a diagnosis found.

    Args:
        name: ``installation``, ``configuration``, ``address``, ``dns``, ``tcp``, ``tls``,
            ``http2``, ``token``, ``certificates``, ``clock`` or ``rpc``.
        status: Whether it works, doesn't, or was not tried.
        detail: What was found, in sentences for people, without a secret.
        advice: What to do about it; empty if there is nothing to do.
        kind: Why it failed: ``configuration`` (what was given is wrong), ``refused``,
            ``unreachable`` or ``other``; None if it didn't fail.
    """

    name: str
    status: Literal["ok", "failed", "skipped"]
    detail: str
    advice: str = ""
    kind: FailureKind | None = None

    @classmethod
    def ok(cls, name: str, detail: str, advice: str = "") -> DiagnosisStep:
        """It works."""
        return cls(name, "ok", detail, advice)

    @classmethod
    def skipped(cls, name: str, detail: str) -> DiagnosisStep:
        """It was not tried, for the reason in ``detail``."""
        return cls(name, "skipped", detail)

    @classmethod
    def failed(
        cls, name: str, detail: str, advice: str, kind: FailureKind = "unreachable"
    ) -> DiagnosisStep:
        """It does not work."""
        return cls(name, "failed", detail, advice, kind)

    def to_dict(self) -> dict[str, str | None]:
        """The same as a mapping of JSON types."""
        return {
            "name": self.name,
            "status": self.status,
            "kind": self.kind,
            "detail": self.detail,
            "advice": self.advice,
        }
