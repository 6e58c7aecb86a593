"""Times as people, Spring and Camunda's variables write them."""

from __future__ import annotations

import re
from typing import Literal

from zeebe_auth.errors import ConfigurationError

_SECONDS_OF_UNIT = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,9})?"
_SIMPLE = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>ms|s|m|h|d)?", re.ASCII | re.IGNORECASE)
# As `java.time.Duration` writes them, a subset of ISO 8601.
_ISO = re.compile(
    rf"P(?!$)(?:(?P<d>{_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?(?:(?P<s>{_NUMBER})S)?)?",
    re.ASCII | re.IGNORECASE,
)
_MAX_SECONDS = (2**31 - 1) / 1000
_SHOWN_CHARACTERS = 20


def parse_duration(text: str, *, unit: Literal["s", "ms"] = "s") -> float:
    """Read a time, in seconds.

    It is a number with a unit (``500ms``, ``45s``, ``2m``, ``1h``, ``1d``), a duration as Java and
    ISO 8601 write it (``PT45S``, ``PT1M30S``), or a number alone.

    Args:
        text: The time.
        unit: What a number alone counts.

    Raises:
        ConfigurationError: It is none of these, not above 0, or above 24 days, which is as long as
            a timer of gRPC may run.
    """
    written = text.strip()
    seconds = 0.0
    if simple := _SIMPLE.fullmatch(written):
        seconds = float(simple["number"]) * _SECONDS_OF_UNIT[(simple["unit"] or unit).lower()]
    elif iso := _ISO.fullmatch(written):
        given = ((name, number) for name, number in iso.groupdict().items() if number)
        seconds = sum(float(number) * _SECONDS_OF_UNIT[name] for name, number in given)
    if not 0 < seconds <= _MAX_SECONDS:
        more = "…" if len(text) > _SHOWN_CHARACTERS else ""
        raise ConfigurationError(
            f"{text[:_SHOWN_CHARACTERS] + more!r} is not a time of up to 24 days. Write it "
            'with its unit, such as "45s", "500ms" or "PT45S".'
        )
    return seconds
