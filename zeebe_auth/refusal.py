"""What an endpoint said no to, and until when it is not asked again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from zeebe_auth.arguments import finite_number
from zeebe_auth.public_class import public_class

RefusalKind = Literal["refused", "rate_limited", "short_lived"]
"""Why an endpoint isn't asked again yet: it refused the credentials, is rate limiting this client,
or gave a token that was over when it arrived."""

_RECORD_VERSION = 1
_MEASURES = ("lifetime_seconds", "clock_ahead_seconds")
_KINDS = ("refused", "rate_limited", "short_lived")


class _Fingerprinted(Protocol):
    """`ClientCredentials`, or what else a server may refuse."""

    def fingerprint(self, salt: str) -> str: ...


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True)
class Refusal:
    """A token endpoint's no, shared between processes by stores that can.

    Args:
        until: When the endpoint may be asked again, in epoch seconds.
        kind: ``refused`` (the credentials), ``rate_limited`` (too many requests) or
            ``short_lived`` (it gave a token that was over when it arrived).
        count: How many times in a row, from 1; the wait grows with it.
        fingerprint: ``salt:digest`` of the credentials it concerns, see
            `ClientCredentials.fingerprint`.
        lifetime_seconds: How long a ``short_lived`` token was good, in seconds from the beginning
            of its request; None with the other kinds.
        clock_ahead_seconds: How far the server's clock was ahead of that of the process that
            asked, in seconds; None with the other kinds, or if it wasn't told.
    """

    until: float
    kind: RefusalKind
    count: int
    fingerprint: str
    lifetime_seconds: float | None = None
    clock_ahead_seconds: float | None = None

    @classmethod
    def of(
        cls,
        credentials: _Fingerprinted,
        *,
        until: float,
        kind: RefusalKind,
        count: int = 1,
        lifetime_seconds: float | None = None,
        clock_ahead_seconds: float | None = None,
    ) -> Refusal:
        """A refusal of these credentials, under a salt of its own."""
        salt = os.urandom(8).hex()
        fingerprint = f"{salt}:{credentials.fingerprint(salt)}"
        return cls(until, kind, count, fingerprint, lifetime_seconds, clock_ahead_seconds)

    def concerns(self, credentials: _Fingerprinted) -> bool:
        """Whether it is about these credentials.

        One about the credentials (``refused``) ends when they change; the others concern whoever
        asks.
        """
        if self.kind != "refused":
            return True
        salt, _, digest = self.fingerprint.partition(":")
        return credentials.fingerprint(salt) == digest

    def to_record(self) -> dict[str, object]:
        """A mapping of JSON types for a store; it holds no secret."""
        record: dict[str, object] = {
            "version": _RECORD_VERSION,
            "until": self.until,
            "kind": self.kind,
            "count": self.count,
            "fingerprint": self.fingerprint,
        }
        told = {name: getattr(self, name) for name in _MEASURES}
        return record | {name: value for name, value in told.items() if value is not None}

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> Refusal:
        """The refusal that `to_record` wrote down.

        Raises:
            ValueError: It is of another version, or a field is missing or of the wrong type.
        """
        until, kind = finite_number(record.get("until")), record.get("kind")
        count, fingerprint = record.get("count"), record.get("fingerprint")
        measures = [
            (given, finite_number(given)) for given in (record.get(name) for name in _MEASURES)
        ]
        if (
            record.get("version") != _RECORD_VERSION
            or until is None
            or any(given is not None and value is None for given, value in measures)
            or kind not in _KINDS
            or isinstance(count, bool)
            or not isinstance(count, int)
            or count < 1
            or not isinstance(fingerprint, str)
        ):
            raise ValueError("The refusal record is not one of version 1.")
        values = (value for _, value in measures)
        return cls(until, kind, count, fingerprint, *values)  # type: ignore[arg-type]  # checked above
