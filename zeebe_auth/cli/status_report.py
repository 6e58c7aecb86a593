"""What ``zeebe-auth status`` found, as rows for people and as JSON for programs."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from zeebe_auth.cli.table import Field
from zeebe_auth.cli.terminal import Look
from zeebe_auth.configuration.addresses import cluster_address, shown_address
from zeebe_auth.configuration.unread import unread_variables
from zeebe_auth.errors import AuthError
from zeebe_auth.explanation import Explanation
from zeebe_auth.profiles.profile import Profile

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The report.

    Args:
        profile: What was found; None if nothing usable was.
        explanation: What its provider tells.
        error: Why there are no credentials, if there are none.
    """

    profile: Profile | None
    explanation: Explanation
    error: AuthError | None

    @property
    def gateway(self) -> str | None:
        """The gateway's address as the settings give it; None if they give none."""
        settings = {} if self.profile is None else self.profile.settings
        address = settings.get("address")
        if address is not None:
            return _without_quotes(address)
        cluster = settings.get("cluster_id")
        if cluster is None:
            return None
        try:
            return cluster_address(
                cluster,
                settings.get("region"),
                domain=settings.get("cloud_domain"),
                port=settings.get("cloud_port"),
            ).target
        except AuthError:
            return _without_quotes(cluster)

    @property
    def _origin(self) -> str | None:
        return self.explanation.origin or (None if self.profile is None else self.profile.origin)

    def rows(self) -> Sequence[Field]:
        """What there is to say, for people."""
        told = self.explanation
        is_good = told.token_state in {"usable", "never expires"}
        return (
            Field("profile", self._origin, Look.HEADING),
            Field("client", told.identity),
            Field("gateway", self.gateway),
            Field("token endpoint", told.token_endpoint),
            Field("  plaintext", told.token_endpoint_plaintext, Look.WARNING),
            Field("  trust", told.token_endpoint_trust),
            Field("  proxy", told.token_endpoint_proxy),
            Field("token store", told.store),
            Field("token", self._token(), Look.GOOD if is_good else None),
            Field("cooldown", self._cooldown(), Look.WARNING),
            Field("problem", told.problem, Look.BAD, Look.BAD),
        )

    def to_dict(self) -> dict[str, object]:
        """The document of version 2."""
        told = self.explanation
        return {
            "version": 2,
            "ok": self.error is None,
            "profile": self._origin,
            "client": told.identity,
            "gateway": self.gateway,
            "token_endpoint": None
            if told.token_endpoint is None
            else {
                "url": told.token_endpoint,
                "trust": told.token_endpoint_trust,
                "proxy": told.token_endpoint_proxy,
                "plaintext": told.token_endpoint_plaintext,
            },
            "audience": told.audience,
            "scopes": list(told.scopes),
            "store": told.store,
            "token": {"state": told.token_state, "expires_at": _iso(told.token_expires_at)},
            "cooldown": None
            if told.cooldown_until is None
            else {"until": _iso(told.cooldown_until), "reason": told.cooldown_reason},
            "problem": told.problem,
            "findings": [
                {"subject": each.subject, "outcome": each.outcome, "reason": each.reason}
                for each in told.findings
            ],
            "unread_variables": unread_variables(os.environ),
        }

    def _token(self) -> str:
        told = self.explanation
        if told.token_state != "usable" or told.token_expires_at is None:
            return told.token_state
        left = _duration(told.token_expires_at - time.time())
        moment = _moment(told.token_expires_at)
        return f"expires in {left}" + ("" if moment is None else f", {moment:%Y-%m-%d %H:%M}")

    def _cooldown(self) -> str | None:
        told = self.explanation
        if told.cooldown_until is None:
            return None
        moment = _moment(told.cooldown_until)
        until = "" if moment is None else f"until {moment:%Y-%m-%d %H:%M:%S}: "
        return f"{until}{told.cooldown_reason}"


def _without_quotes(address: str) -> str:
    return shown_address(address).strip("'")


def _moment(epoch_seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(epoch_seconds, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _iso(epoch_seconds: float | None) -> str | None:
    if epoch_seconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(epoch_seconds, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.max.replace(tzinfo=UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _duration(seconds: float) -> str:
    """Two units at most: ``23 h 59 min``."""
    parts: list[str] = []
    left = int(max(seconds, 0))
    for size, unit in _UNITS:
        number, left = divmod(left, size)
        if number or (parts and unit != "s"):
            parts.append(f"{number} {unit}")
        if len(parts) > 1:
            break
    return " ".join(parts) or "0 s"
