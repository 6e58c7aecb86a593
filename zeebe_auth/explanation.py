"""How a decision about credentials came about, as data and as text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from zeebe_auth.finding import Finding
from zeebe_auth.public_class import public_class
from zeebe_auth.token import AccessToken

TokenState = Literal["none", "usable", "expired", "never expires"]
"""How the token at hand fares."""


def token_state(token: AccessToken | None, now: float) -> TokenState:
    """How ``token`` fares at ``now`` (epoch seconds)."""
    if token is None:
        return "none"
    if token.expires_at is None:
        return "never expires"
    return "usable" if now < token.expires_at else "expired"


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a provider would use now, and why. It never holds a secret.

    Args:
        findings: What was tried, in order.
        identity: Whose token it is (the token key's label); None if there is none.
        origin: Who gave the identity.
        token_endpoint: The token URL, well-known URL or issuer in use.
        audience: The audience that is asked for; None if none is.
        scopes: The scopes that are asked for.
        token_endpoint_trust: Whose certificates are taken for it; None where it has none to show.
        token_endpoint_proxy: The proxy in front of it, and who names that; None for the direct way.
        token_endpoint_plaintext: What allows it to be asked in plain text; None where it is not.
        store: Where the token is kept, for people.
        token_expires_at: When the token at hand expires, in epoch seconds.
        token_state: ``none``, ``usable``, ``expired`` or ``never expires``.
        cooldown_until: Until when the endpoint is not asked again, in epoch seconds.
        cooldown_reason: Why.
        problem: The error because of which there is no token, if there is one.
        clock_ahead_seconds: How far the token endpoint's clock was ahead of this machine's in its
            last reply to this provider; negative if it was behind, 0 if no difference can be told,
            None if there was no reply, or none with a date.
    """

    findings: tuple[Finding, ...] = ()
    identity: str | None = None
    origin: str | None = None
    token_endpoint: str | None = None
    audience: str | None = None
    scopes: tuple[str, ...] = ()
    token_endpoint_trust: str | None = None
    token_endpoint_proxy: str | None = None
    token_endpoint_plaintext: str | None = None
    store: str | None = None
    token_expires_at: float | None = None
    token_state: TokenState = "none"
    cooldown_until: float | None = None
    cooldown_reason: str | None = None
    problem: str | None = None
    clock_ahead_seconds: float | None = None

    def to_dict(self) -> dict[str, object]:
        """The same as a mapping of JSON types."""
        return asdict(self)

    def __str__(self) -> str:
        from datetime import UTC, datetime

        def when(epoch_seconds: float) -> str:
            try:
                moment = datetime.fromtimestamp(epoch_seconds, UTC).astimezone()
            except (ValueError, OverflowError, OSError):
                return f"{epoch_seconds:g} s after the year 1970"
            return moment.isoformat(" ", "seconds")

        lines = [
            f"{finding.outcome:<12} {finding.subject}"
            + (f": {finding.reason}" if finding.reason else "")
            for finding in self.findings
        ]
        rows: list[tuple[str, str | None]] = [
            ("identity", self.identity),
            ("given by", self.origin),
            ("asks", self.token_endpoint),
            ("plaintext", self.token_endpoint_plaintext),
            ("trusts", self.token_endpoint_trust),
            ("proxy", self.token_endpoint_proxy),
            ("kept in", self.store),
            ("token", self.token_state),
            ("expires", None if self.token_expires_at is None else when(self.token_expires_at)),
            (
                "cooldown",
                None
                if self.cooldown_until is None
                else f"until {when(self.cooldown_until)}: {self.cooldown_reason}",
            ),
            ("problem", self.problem),
        ]
        lines += [f"{name:<12} {value}" for name, value in rows if value is not None]
        return "\n".join(lines)
