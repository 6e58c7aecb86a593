"""The three numbers, and whether their limits are kept."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass

from benchmarks.soak.evidence import Evidence, FailedRpc
from zeebe_auth import RefreshPolicy

__all__ = ["Verdict"]

_LIMIT_FACTOR = 1.2
_SHORT_RUN_SECONDS, _SHORT_RUN_REQUESTS = 60.0, 3
_SHOWN_FAILURES = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one run.

    Args:
        evidence: What was seen.
        failures: Every RPC that failed.
        succeeded: How many RPCs did not.
        started_at: When clients were started (wall clock).
        seconds: For how long they ran.
        lifetime_seconds: What tokens were asked to have.
        trouble: What went wrong beyond the numbers.
    """

    evidence: Evidence
    failures: list[FailedRpc]
    succeeded: int
    started_at: float
    seconds: float
    lifetime_seconds: float
    trouble: list[str]

    @property
    def inexcusable(self) -> list[FailedRpc]:
        """The RPCs that failed while a usable token existed."""
        return [failed for failed in self.failures if self.evidence.usable_token(failed)]

    @property
    def most_requests(self) -> float:
        """How many token requests there may be."""
        most = _LIMIT_FACTOR * self.seconds / self._interval_seconds(self._told_lifetime_seconds)
        return most + (_SHORT_RUN_REQUESTS if self.seconds < _SHORT_RUN_SECONDS else 0)

    @property
    def requests(self) -> int:
        """All token requests of the host."""
        return len(self.evidence.requests)

    @property
    def faulted(self) -> int:
        """Those among them without a token because of the driver."""
        return sum(request.faulted for request in self.evidence.requests)

    @property
    def passed(self) -> bool:
        """Whether the run passed."""
        return (
            not self.inexcusable
            and not self.trouble
            and self.succeeded > 0
            and self.requests - self.faulted <= self.most_requests
        )

    def __str__(self) -> str:
        lines = [*self._failed_lines(), *self._request_lines(), *self._rpc_lines()]
        lines += [f"trouble: {sentence}" for sentence in self.trouble]
        return "\n".join([*lines, "PASSED" if self.passed else "FAILED"])

    @property
    def _told_lifetime_seconds(self) -> float:
        lifetimes = [token.told_lifetime_seconds for token in self.evidence.tokens]
        return statistics.fmean(lifetimes) if lifetimes else self.lifetime_seconds

    def _interval_seconds(self, lifetime_seconds: float) -> float:
        return statistics.fmean(RefreshPolicy().later_refresh_fraction) * lifetime_seconds

    def _failed_lines(self) -> list[str]:
        bad = self.inexcusable
        lines = [f"1. failed RPCs while a usable token existed: {len(bad)} (limit 0)"]
        groups: defaultdict[tuple[str, int], list[FailedRpc]] = defaultdict(list)
        for failed in bad:
            groups[failed.kind, failed.process].append(failed)
        for (kind, process), members in sorted(groups.items()):
            moments = sorted({round(failed.failed_at - self.started_at) for failed in members})
            lines.append(
                f"   {len(members)} x {kind} in process {process}, at "
                f"{', '.join(map(str, moments))} s"
            )
        for failed in [group[0] for group in groups.values()][:_SHOWN_FAILURES]:
            token = self.evidence.usable_token(failed)
            if token is None:
                raise AssertionError
            since = failed.began_at - token.delivered_at
            left = token.usable_until - failed.failed_at
            lines.append(
                f"   at {failed.began_at - self.started_at:.3f} s, after "
                f"{failed.failed_at - failed.began_at:.3f} s, {failed.caller} in process "
                f"{failed.process}: {failed.kind}, {failed.status}; a token had existed for "
                f"{since:.3f} s and was usable for another {left:.3f} s. {failed.details}"
            )
        return lines

    def _request_lines(self) -> list[str]:
        told, asked = self._told_lifetime_seconds, self.lifetime_seconds
        # Without the margin of a short run: the formula for the round lifetime.
        nominal = _LIMIT_FACTOR * self.seconds / self._interval_seconds(asked)
        succeeded = sum(request.succeeded for request in self.evidence.requests)
        unexplained = self.requests - succeeded - self.faulted
        all_fit = self.requests <= self.most_requests
        return [
            (
                f"2. token requests: {self.requests}, without those that the driver faulted: "
                f"{self.requests - self.faulted} (limit {self.most_requests:.1f}, applied to "
                f"{'all' if all_fit else 'the latter'})"
            ),
            (
                f"   answered with a token: {succeeded}, of which right after a revocation: "
                f"{self.evidence.caused_by_revocations()} ({len(self.evidence.revocations)} "
                f"revocations); faulted: {self.faulted} ({self._by_fault()}); unexplained: "
                f"{unexplained}"
            ),
            (
                f"   lifetime of tokens: {told:.2f} s, so an interval of "
                f"{self._interval_seconds(told):.2f} s; as requested: {asked:.2f} s, "
                f"{self._interval_seconds(asked):.2f} s, limit {nominal:.1f}"
            ),
        ]

    def _by_fault(self) -> str:
        faults = Counter(request.fault for request in self.evidence.requests if request.faulted)
        return ", ".join(f"{count} {fault}" for fault, count in faults.most_common()) or "none"

    def _rpc_lines(self) -> list[str]:
        total = self.succeeded + len(self.failures)
        bad = set(map(id, self.inexcusable))
        excused = [failed for failed in self.failures if id(failed) not in bad]
        kinds = Counter(f"{failed.kind} ({failed.status})" for failed in excused)
        by_kind = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none"
        return [f"3. RPCs: {total}, failed without a usable token: {len(excused)} ({by_kind})"]
