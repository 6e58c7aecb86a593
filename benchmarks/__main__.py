"""``python -m benchmarks``: each measure in a process of its own, then a table and pictures."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.machine import description
from benchmarks.result import Result, figure

_MEASURES = (
    "warm_token",
    "unary_call",
    "http_adapters",
    "cold_start",
    "during_refresh",
    "start_up",
    "file_store",
    "growth",
)
_MEASURE_SECONDS = 900
_MARKS = {True: "reached", False: "**missed**", None: ""}


def _measured(name: str, *, quick: bool) -> Result:
    command = [sys.executable, "-m", f"benchmarks.measures.{name}", *(["--quick"] if quick else [])]
    # Compiling modules is not part of what is measured.
    environment = {n: text for n, text in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    ended = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_MEASURE_SECONDS,
    )
    return Result.received(ended.stdout)


def _table(result: Result) -> str:
    """The result as a Markdown section."""
    lines = [f"## {result.title}", "", result.method, ""]
    if result.compared:
        lines[2] += f" Ratios are to {result.compared}."
    lines += ["| subject | median | ratio | limit | result | note |", "|---|--:|--:|---|---|---|"]
    for row in result.rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
        lines.append(
            f"| {row.subject} | {figure(row.value)} {row.unit.replace('us', 'µs')} | {ratio} "
            f"| {row.limit.replace(' us', ' µs')} | {_MARKS[row.reached]} | {row.note} |"
        )
    return "\n".join(lines) + "\n"


def _page(made: dict[str, str], results: list[Result], folder: Path) -> str:
    lines = [f"- {name}: {text}" for name, text in made.items()]
    parts = ["\n".join(lines) + "\n"]
    for result in results:
        section = _table(result)
        if (folder / f"{result.name}.svg").exists():
            section += f"\n![{result.title}](performance/{result.name}.svg)\n"
        parts.append(section)
    return "\n".join(parts)


def main() -> None:
    """Measure, print the tables, and write them with JSON and pictures where that is wanted.

    A limit that is missed is told and no failure: timings are reported, not asserted.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=_MEASURES, help="run this measure alone")
    parser.add_argument("--quick", action="store_true", help="check only that it runs")
    parser.add_argument(
        "--write",
        type=Path,
        metavar="FOLDER",
        help="write results.json, results.md and plots there",
    )
    args = parser.parse_args()
    made = {"command": "make bench", **description()}
    results = []
    for name in args.only or _MEASURES:
        print(f"== {name}", file=sys.stderr, flush=True)
        result = _measured(name, quick=args.quick)
        print(_table(result), flush=True)
        results.append(result)
    if args.write is not None:
        from benchmarks.plots import draw

        args.write.mkdir(parents=True, exist_ok=True)
        draw(results, args.write)
        record = {"made": made, "results": [asdict(result) for result in results]}
        (args.write / "results.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
        page = _page(made, results, args.write)
        (args.write / "results.md").write_text(page, encoding="utf-8")
    missed = [row for result in results for row in result.rows if row.reached is False]
    print(f"limits missed: {len(missed)}", file=sys.stderr)


if __name__ == "__main__":
    main()
