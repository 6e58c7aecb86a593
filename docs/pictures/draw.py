"""Draws the pictures of the documentation: ``make pictures``.

They are SVG, put into the pages as they are: their colours are those of the page around them, light
or dark, and of the system where they are shown alone.
"""

from __future__ import annotations

import ast
import json
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

__all__ = ["drawn"]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = HERE.parent / "performance" / "results.json"
WIDTH = 480

STYLE = """\
.zc text { font: 14px system-ui, sans-serif; fill: var(--md-typeset-color, #222) }
.zc .small { font-size: 12px }
.zc .strong { font-weight: 600 }
.zc .line { stroke: var(--md-typeset-color, #222); stroke-width: 1.2; fill: none }
.zc .dashed { stroke-dasharray: 4 3 }
.zc .box { stroke: var(--md-typeset-color, #222); stroke-width: 1.2; fill: none }
.zc .solid { fill: var(--md-default-bg-color, #fff) }
.zc .ours { stroke: #5c6bc0; stroke-width: 2; fill: #5c6bc022 }
.zc .good { fill: #5c6bc0 } .zc .soft { fill: #5c6bc055 } .zc .other { fill: #90a4ae }
.zc .head { fill: var(--md-typeset-color, #222) }
@media (prefers-color-scheme: dark) {
.zc text, .zc .head { fill: var(--md-typeset-color, #ddd) }
.zc .line, .zc .box { stroke: var(--md-typeset-color, #ddd) }
.zc .solid { fill: var(--md-default-bg-color, #222) }
}"""


@dataclass
class Picture:
    """An SVG picture of 480 units in width, under construction.

    Args:
        title: What it shows, for those who can't see it.
        height: In units.
    """

    title: str
    height: int
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, kind: str = "", anchor: str = "middle") -> None:
        """Write a line of text around, from or up to a point of its base line."""
        start = f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">'
        self.parts.append(f"{start}{escape(words)}</text>")

    def box(
        self, x: float, y: float, width: float, lines: Sequence[str], kind: str = "box"
    ) -> None:
        """Draw a box with a name and lines below it."""
        height = 18 * len(lines) + 14
        self.parts.append(
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height}" rx="6"/>'
        )
        for number, line in enumerate(lines):
            kind_of_text = "small" if number else "strong"
            self.text(x + width / 2, y + 21 + 18 * number, line, kind_of_text)

    def bar(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """Draw a filled bar."""
        self.parts.append(
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"/>'
        )

    def arrow(self, x1: float, y1: float, x2: float, y2: float, *, is_dashed: bool = False) -> None:
        """Draw an arrow between two points, its head at the second."""
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        bx, by = x2 - 9 * ux, y2 - 9 * uy
        self.line(x1, y1, bx, by, is_dashed=is_dashed)
        self.parts.append(
            f'<path class="head" d="M{x2:.1f} {y2:.1f} L{bx - 4 * uy:.1f} {by + 4 * ux:.1f} '
            f'L{bx + 4 * uy:.1f} {by - 4 * ux:.1f} Z"/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, *, is_dashed: bool = False) -> None:
        """Draw a line."""
        kind = "line dashed" if is_dashed else "line"
        self.parts.append(f'<path class="{kind}" d="M{x1:.1f} {y1:.1f} L{x2:.1f} {y2:.1f}"/>')

    def svg(self) -> str:
        """The file: one line for each part, none of them empty, so that Markdown keeps it."""
        head = (
            f'<svg class="zc" xmlns="http://www.w3.org/2000/svg" role="img" '
            f'viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" height="{self.height}">'
        )
        return "\n".join(
            [
                head,
                f"<title>{escape(self.title)}</title>",
                f"<style>\n{STYLE}\n</style>",
                *self.parts,
                "</svg>\n",
            ]
        )


def parts() -> Picture:
    """How the parts of the library are connected."""
    picture = Picture(
        "A source gives credentials to the provider. The provider requests tokens from the token "
        "endpoint, keeps them in the token store, and gives them to the channel, which puts one on "
        "each call to the service.",
        214,
    )
    picture.box(2, 8, 132, ["Source", "environment, file,", "keychain, program"], "ours")
    picture.arrow(134, 42, 174, 42)
    picture.box(174, 8, 132, ["Provider", "refresh, retry,", "single flight"], "ours")
    picture.arrow(306, 42, 346, 42)
    picture.box(346, 8, 132, ["Channel", "a header", "on each call"], "ours")
    picture.arrow(215, 76, 150, 136)
    picture.arrow(150, 136, 215, 76)
    picture.box(74, 138, 152, ["Token store", "memory, file,", "keychain"], "ours")
    picture.arrow(265, 76, 330, 136)
    picture.arrow(330, 136, 265, 76)
    picture.box(254, 138, 152, ["Token endpoint", "the OAuth server", "of the service"])
    picture.arrow(446, 76, 446, 136)
    picture.text(446, 154, "gRPC", "strong")
    picture.text(446, 172, "service", "small")
    return picture


def single_flight() -> Picture:
    """Many callers, one token request."""
    picture = Picture(
        "Threads, tasks and processes that need a token at the same time wait for one token "
        "request, and all of them get the token that it brings.",
        196,
    )
    for number, name in enumerate(("thread", "thread", "task", "other process")):
        y = 8 + 46 * number
        picture.box(2, y, 118, [name])
        picture.arrow(120, y + 16, 190, 76 + 10 * number)
    picture.box(190, 50, 118, ["one flight", "the others wait", "for its result"], "ours")
    picture.arrow(308, 74, 372, 74)
    picture.arrow(372, 94, 308, 94)
    picture.text(340, 66, "1 request", "small")
    picture.text(340, 114, "1 token", "small")
    picture.box(372, 60, 106, ["Token", "endpoint"])
    return picture


def refresh_window() -> Picture:
    """The lifetime of a token."""
    picture = Picture(
        "The lifetime of a token. The first refresh of a process is at a random time between 20 "
        "and 80 percent of it, later ones between 70 and 80 percent. The token is used until its "
        "last 10 seconds, or the last 5 percent if that is less.",
        150,
    )
    left, width = 12.0, 456.0

    def at(share: float) -> float:
        return left + width * share

    picture.text(at(0.5), 18, "lifetime of a token", "strong")
    picture.bar(left, 52, width * 0.95, 26, "soft")
    picture.bar(at(0.7), 52, width * 0.1, 26, "good")
    picture.bar(at(0.95), 52, width * 0.05, 26, "other")
    for share in (0, 0.2, 0.7, 0.8, 0.95):
        picture.line(at(share), 48, at(share), 86)
        picture.text(at(share), 102, f"{share:.0%}", "small", "start" if share == 0 else "middle")
    picture.line(at(0.2), 40, at(0.8), 40)
    picture.text(at(0.45), 35, "first refresh: at random in here", "small")
    picture.text(at(0.75), 122, "later refreshes", "small")
    picture.text(left + width, 138, "not used any more", "small", "end")
    picture.text(left, 138, "calls never wait for a refresh", "small", "start")
    return picture


def repeat() -> Picture:
    """A call whose token is refused."""
    picture = Picture(
        "A call is sent with a stored token. The gateway refuses it with UNAUTHENTICATED. The "
        "channel gets a new token from the token endpoint and repeats the call once. The caller "
        "sees one call, which succeeds.",
        292,
    )
    lanes = {"your call": 40, "channel": 160, "gateway": 290, "token endpoint": 420}
    for name, x in lanes.items():
        picture.text(x, 18, name, "strong")
        picture.line(x, 28, x, 286, is_dashed=True)
    steps = (
        ("your call", "channel", "call"),
        ("channel", "gateway", "call, token A"),
        ("gateway", "channel", "UNAUTHENTICATED"),
        ("channel", "token endpoint", "token request"),
        ("token endpoint", "channel", "token B"),
        ("channel", "gateway", "call, token B"),
        ("gateway", "channel", "OK"),
        ("channel", "your call", "OK"),
    )
    for number, (start, end, words) in enumerate(steps):
        y = 56 + 31 * number
        picture.arrow(lanes[start], y, lanes[end], y)
        middle = 225 if "token endpoint" in (start, end) else (lanes[start] + lanes[end]) / 2
        picture.text(middle, y - 5, words, "small")
    return picture


def cost_of_a_call(results: Mapping[str, Any]) -> Picture:
    """The first picture of the performance page."""
    names = {
        "sync: header by hand": "the header by hand",
        "sync: zeebe_grpc channel": "a zeebe_grpc channel",
        "sync: zeebe_grpc composite credentials": "… composite credentials",
        "sync: pyzeebe's plugin": "pyzeebe",
        "sync: google-auth's plugin": "google-auth",
    }
    ratios = {row["subject"]: row["ratio"] for row in results["unary_call"]["rows"]}
    told = ", ".join(f"{label.strip('… ')} {ratios[row]:.2f}" for row, label in names.items())
    picture = Picture(f"CPU time of a unary call, as a ratio to the header by hand: {told}.", 190)
    picture.text(
        2, 18, "CPU time of a unary call over TLS (1 = the header by hand)", "strong", "start"
    )
    for number, (row, label) in enumerate(names.items()):
        y, ratio = 36 + 30 * number, ratios[row]
        picture.text(172, y + 15, label, "small", "end")
        picture.bar(180, y, 140 * ratio, 20, "good" if "zeebe_grpc" in row else "other")
        picture.text(186 + 140 * ratio, y + 15, f"{ratio:.2f}", "small", "start")
    return picture


def headline(results: Mapping[str, Any]) -> str:
    """The figures of the landing page, as a list for its cards."""

    def row(result: str, subject: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = next(
            each for each in results[result]["rows"] if each["subject"] == subject
        )
        return found

    warm = row("warm_token", "zeebe_auth")["value"]
    other = row("warm_token", "google-auth")["value"]
    call = row("unary_call", "sync: zeebe_grpc channel")["ratio"]
    ours = row("cold_start", "zeebe_auth")["value"]
    theirs = row("cold_start", "google-auth")["value"]
    imported = row("start_up", "import zeebe_auth")["value"]
    figures = (
        (
            f"{ours:.0f}",
            f"token request for {theirs:.0f} callers in 20 processes; others make {theirs:.0f}",
        ),
        (f"{call:.2f} times", "the CPU time of a call with the header by hand"),
        (f"{warm:.2f} µs", f"for a token that is in memory; google-auth takes {other:.1f} µs"),
        (f"{imported:.0f} ms", "to import zeebe_auth, over a bare interpreter"),
    )
    cards = "\n".join(f"-   **{number}**\n    {words}" for number, words in figures)
    return f'<div class="grid cards figures" markdown>\n\n{cards}\n\n</div>\n'


def docstring_line(path: Path) -> str:
    """Return the first line of a module's docstring."""
    said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return said.partition("\n")[0]


def is_ours(path: Path) -> bool:
    """Whether a module is written by hand."""
    return not path.name.startswith("gateway_pb2")


def parts_of(package: str) -> dict[str, list[Path]]:
    """Return the modules of each folder and each module at the top of a package."""
    found: dict[str, list[Path]] = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        inner = path.relative_to(ROOT / package)
        if is_ours(path) and not inner.parts[0].startswith("_"):
            found.setdefault(inner.parts[0].removesuffix(".py"), []).append(path)
    return found


def imports_between_parts(package: str) -> dict[str, set[str]]:
    """Return which parts of a package each part imports, wherever the statement is."""
    found: dict[str, set[str]] = {}
    for part, paths in parts_of(package).items():
        names = {
            name
            for path in paths
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            for name in (
                [f"{node.module}.{alias.name}" for alias in node.names]
                if isinstance(node, ast.ImportFrom) and node.module
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        prefix = f"{package}."
        used = {name.split(".")[1] for name in names if name.startswith(prefix)}
        found[part] = used & parts_of(package).keys() - {part}
    return found


def without_detours(imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Leave out each import to which a longer way of imports leads as well."""

    def reached(part: str, seen: set[str]) -> set[str]:
        for each in imports[part] - seen:
            seen.add(each)
            reached(each, seen)
        return seen

    return {
        part: {
            each
            for each in used
            if not any(each in reached(other, set()) for other in used - {each})
        }
        for part, used in imports.items()
    }


def layers(package: str) -> Picture:
    """How a package is laid out: the layers of its import contract, and what imports what."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (contract,) = (each for each in contracts["contracts"] if each.get("containers") == [package])
    rows: list[list[str]] = []
    for layer in contract["layers"]:
        names = layer.split(" | ")
        rows += [names[begin : begin + 5] for begin in range(0, len(names), 5)]
    picture = Picture(
        f"The layers of {package}, as its import contract has them: a part imports from parts "
        "below it. Lines are imports of folders, without those to which other lines lead as well.",
        58 * len(rows) + 4,
    )
    places: dict[str, tuple[float, float]] = {}
    for number, row in enumerate(rows):
        for place, name in enumerate(row):
            places[name] = ((place + 0.5) * WIDTH / len(row), 58 * number + 2)
    for part, used in without_detours(imports_between_parts(package)).items():
        for each in sorted(used):
            if part in places and each in places and (ROOT / package / each).is_dir():
                (x1, y1), (x2, y2) = places[part], places[each]
                picture.line(x1, y1 + 30, x2, y2, is_dashed=True)
    for name, (x, y) in places.items():
        is_folder = (ROOT / package / name).is_dir()
        width = (8.2 if is_folder else 6.6) * len(name) + 14
        picture.parts.append(
            f'<rect class="box solid" x="{x - width / 2:g}" y="{y:g}" width="{width:g}" '
            'height="32" rx="6"/>'
        )
        picture.text(x, y + 21, name, "strong" if is_folder else "small")
    return picture


def modules() -> str:
    """Return a table of the modules of both packages, each with its own sentence."""
    lines: list[str] = []
    for package in ("zeebe_auth", "zeebe_grpc"):
        lines += [f"### {package}", ""]
        flat: list[Path] = []
        for part, paths in parts_of(package).items():
            if len(paths) == 1 and paths[0].stem == part:
                flat += paths
                continue
            (facade,) = (
                each for each in paths if each.parent.name == part and each.stem == "__init__"
            )
            lines += [f"**{part}/**: {docstring_line(facade)}", "", "| module | |", "|---|---|"]
            for path in paths:
                if path.stem not in {"__init__", "__main__"} and not path.stem.startswith("hook-"):
                    inner = path.relative_to(ROOT / package / part).with_suffix("").as_posix()
                    lines.append(f"| `{inner}` | {docstring_line(path)} |")
            lines.append("")
        lines += ["**At the top**", "", "| module | |", "|---|---|"]
        lines += [f"| `{path.stem}` | {docstring_line(path)} |" for path in flat]
        lines.append("")
    return "\n".join(lines)


def drawn() -> dict[str, str]:
    """Return what each file of this folder that is drawn has to hold, by its name."""
    record = json.loads(RESULTS.read_text("utf-8"))
    results = {each["name"]: each for each in record["results"]}
    pictures: dict[str, Callable[[], Picture]] = {
        "parts": parts,
        "single-flight": single_flight,
        "refresh-window": refresh_window,
        "repeat": repeat,
        "cost-of-a-call": lambda: cost_of_a_call(results),
        "layers-of-zeebe-auth": lambda: layers("zeebe_auth"),
        "layers-of-zeebe-grpc": lambda: layers("zeebe_grpc"),
    }
    files = {f"{name}.svg": draw().svg() for name, draw in pictures.items()}
    return {**files, "headline.md": headline(results), "modules.md": modules()}


if __name__ == "__main__":
    for file_name, content in drawn().items():
        HERE.joinpath(file_name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"{HERE / file_name}\n")
