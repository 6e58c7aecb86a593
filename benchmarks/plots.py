"""The pictures of the performance page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

from benchmarks.result import Result, Row, figure

__all__ = ["draw"]

_OURS = "#3f51b5"
_OTHERS = "#b0bec5"


def draw(results: Sequence[Result], folder: Path) -> None:
    """Draw all pictures, as SVG files in ``folder``."""
    # The same figures give the same file.
    mpl.rcParams.update({"svg.hashsalt": "benchmarks", "font.size": 9, "svg.fonttype": "path"})
    for result in results:
        if result.curves:
            _curves(result, folder / f"{result.name}.svg")
        elif result.name in {"warm_token", "cold_start"}:
            rows = [row for row in result.rows if "threads" not in row.subject]
            _bars(
                result,
                rows,
                [row.value for row in rows],
                rows[0].unit.replace("us", "µs"),
                folder,
                log=True,
            )
        elif result.name == "unary_call":
            ratios = [row.ratio or 0.0 for row in result.rows]
            _bars(result, result.rows, ratios, "times the header by hand", folder, log=False)


def _bars(
    result: Result,
    rows: Sequence[Row],
    values: Sequence[float],
    label: str,
    folder: Path,
    *,
    log: bool,
) -> None:
    picture, axes = plt.subplots(figsize=(7, 0.32 * len(rows) + 1.1), layout="constrained")
    names = [row.subject for row in rows]
    colours = [_OURS if "zeebe_" in name else _OTHERS for name in names]
    bars = axes.barh(names, values, color=colours)
    axes.bar_label(bars, [figure(value) for value in values], padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    if log:
        axes.set_xscale("log")
        axes.set_xlim(right=max(values) * 3)
    axes.set_xlabel(label)
    axes.set_title(result.title, loc="left")
    _save(picture, axes, folder / f"{result.name}.svg")


def _curves(result: Result, path: Path) -> None:
    picture, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for curve in result.curves:
        axes.plot(curve.x, curve.y, marker="o", label=curve.subject)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(result.x_label)
    axes.set_ylabel(result.y_label)
    axes.set_title(result.title, loc="left")
    axes.legend()
    axes.grid(alpha=0.3)
    _save(picture, axes, path)


def _save(picture: Any, axes: Any, path: Path) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    picture.savefig(path, metadata={"Date": None})
    plt.close(picture)
