"""One place that was looked at for credentials.

It is apart from the rest of an explanation, which a start of a command doesn't need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zeebe_auth.public_class import public_class


@public_class("zeebe_auth")
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
