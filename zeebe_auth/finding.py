"""What one place held when credentials were looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that was looked at.

    Args:
        subject: The place, for people: "environment", "profile prod in …/config.toml".
        outcome: ``chosen``, ``passed over`` (it had nothing), ``unusable`` (it had something that
            can't be used) or ``ignored`` (it had something, but a named profile is whole).
        reason: Why, in one sentence without a secret.
    """

    subject: str
    outcome: Literal["chosen", "passed over", "unusable", "ignored"]
    reason: str = ""
