"""The result of a measure: rows with a limit where there is one, and curves to be drawn."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field

__all__ = ["Curve", "Result", "Row", "figure"]

_DIGITS = 3


@dataclass(frozen=True, kw_only=True)
class Row:
    """One subject's figure.

    Args:
        subject: Who or what was measured.
        value: The median, in ``unit``.
        unit: Such as ``us`` or ``requests``.
        ratio: The value relative to what the measure compares with; None where it doesn't.
        limit: What has to be reached, in words; empty for what is only reported.
        reached: Whether it was; None for what is only reported.
        note: What a reader has to know beside the number.
    """

    subject: str
    value: float
    unit: str
    ratio: float | None = None
    limit: str = ""
    reached: bool | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """How a figure grows.

    Args:
        subject: What was measured.
        x: The sizes.
        y: The figure for each size.
    """

    subject: str
    x: list[float]
    y: list[float]


@dataclass(kw_only=True)
class Result:
    """The answer of one measure.

    Args:
        name: The module's name.
        title: The question in one line.
        method: How it was measured, in a sentence or two.
        compared: What ratios are relative to; empty if there are none.
        x_label: Of the curves.
        y_label: Of the curves.
    """

    name: str
    title: str
    method: str
    compared: str = ""
    rows: list[Row] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    x_label: str = ""
    y_label: str = ""

    def hand_over(self) -> None:
        """Print it for the program that started this process."""
        json.dump(asdict(self), sys.stdout)

    @classmethod
    def received(cls, text: str) -> Result:
        """The result that a measure printed."""
        record = json.loads(text)
        rows = [Row(**row) for row in record.pop("rows")]
        curves = [Curve(**curve) for curve in record.pop("curves")]
        return cls(rows=rows, curves=curves, **record)


def figure(value: float) -> str:
    """A number with three significant digits."""
    if value == 0:
        return "0"
    if abs(value) >= 10**_DIGITS:
        return f"{value:,.0f}"
    return f"{value:.{_DIGITS}g}"
