"""What an endpoint said no to, and until when it is not asked again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from zeebe_auth.arguments import finite_number
from zeebe_auth.credentials.client_credentials import ClientCredentials

__all__ = ["Refusal", "RefusalKind"]

RefusalKind = Literal["refused", "rate_limited"]
"""What was said no to: the credentials, or the haste."""

_RECORD_VERSION = 1
_KINDS = ("refused", "rate_limited")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A token endpoint's no, shared between processes by stores that can.

    Args:
        until: When the endpoint may be asked again, in epoch seconds.
        kind: ``refused`` (the credentials) or ``rate_limited`` (patience was asked for).
        count: How many times in a row, from 1; the wait grows with it.
        fingerprint: ``salt:digest`` of the credentials it concerns, see
            `ClientCredentials.fingerprint`.
    """

    until: float
    kind: RefusalKind
    count: int
    fingerprint: str

    @classmethod
    def of(
        cls,
        credentials: ClientCredentials,
        *,
        until: float,
        kind: RefusalKind,
        count: int = 1,
    ) -> Refusal:
        """A refusal of these credentials, under a salt of its own."""
        salt = os.urandom(8).hex()
        return cls(until, kind, count, f"{salt}:{credentials.fingerprint(salt)}")

    def concerns(self, credentials: ClientCredentials) -> bool:
        """Whether it speaks of these credentials.

        One about the credentials (``refused``) ends when they change; a rate limit concerns
        whoever asks.
        """
        if self.kind != "refused":
            return True
        salt, _, digest = self.fingerprint.partition(":")
        return credentials.fingerprint(salt) == digest

    def to_record(self) -> dict[str, object]:
        """A mapping of JSON types for a store; it holds no secret."""
        return {
            "version": _RECORD_VERSION,
            "until": self.until,
            "kind": self.kind,
            "count": self.count,
            "fingerprint": self.fingerprint,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> Refusal:
        """The refusal that `to_record` wrote down.

        Raises:
            ValueError: It is of another version, or a field is missing or of the wrong type.
        """
        until, kind = finite_number(record.get("until")), record.get("kind")
        count, fingerprint = record.get("count"), record.get("fingerprint")
        if (
            record.get("version") != _RECORD_VERSION
            or until is None
            or kind not in _KINDS
            or isinstance(count, bool)
            or not isinstance(count, int)
            or count < 1
            or not isinstance(fingerprint, str)
        ):
            raise ValueError("The refusal record is not one of version 1.")
        return cls(until, kind, count, fingerprint)  # type: ignore[arg-type]
