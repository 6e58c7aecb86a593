"""Runs the fenced blocks of one page: ``python page_runner.py PAGE [NEED]``, in an empty folder.

Blocks of ``python`` run in order in one namespace, ``toml`` is parsed, and of ``console`` the
lines after ``$ `` run in one shell per block, with the environment that the page began with: each
has to succeed, unless ``$ echo $?`` follows, and has to print what stands below it, ``…`` being
anything. A comment right above a block says
more of it:

    <!-- file: NAME -->       the block is written to that file instead of being run
    <!-- prints -->           the block is what the python block before it prints
    <!-- needs: NEED -->      it runs only where NEED is there, and then only such blocks do
    <!-- not run: REASON -->  it can't run in a test

It uses the standard library alone, so that it works in any environment.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FENCE = re.compile(
    r"(?:^<!-- (?P<mark>file|prints|needs|not run)(?:: (?P<word>[^\n]*?))? -->\n\n?)?"
    r"^```(?P<language>[a-z]*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_END = "end of a documented command, with code"
_COMMAND_SECONDS = 300


class PageError(Exception):
    """A block doesn't do what its page says."""


@dataclass(frozen=True)
class Block:
    """One fenced block; ``mark`` and ``word`` are those of the comment above it."""

    page: Path
    line: int
    language: str
    text: str
    mark: str
    word: str

    @property
    def place(self) -> str:
        return f"{self.page.name}, line {self.line}"


def blocks_of(page: Path) -> Iterator[Block]:
    """The blocks of a page in their order."""
    content = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(content):
        line = content.count("\n", 0, match.start("text")) + 1
        yield Block(
            page,
            line,
            match["language"],
            match["text"],
            match["mark"] or "",
            match["word"] or "",
        )


def run_page(page: Path, need: str = "") -> int:
    """Run what a page shows, in the current folder.

    Args:
        page: The Markdown file.
        need: Run the blocks that need this, instead of those that need nothing.

    Returns:
        How many blocks ran.

    Raises:
        PageError: One does something else than the page says.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    environment = dict(os.environ)
    printed = ""
    count = 0
    for block in blocks_of(page):
        if block.mark == "file":
            file = Path(block.word)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
            # Files of a page may hold secrets, and are used as the page says of them.
            file.chmod(0o600)
        elif block.mark == "not run" or (block.word if block.mark == "needs" else "") != need:
            continue
        elif block.mark == "prints":
            _compare(block.text, printed, block.place)
        elif block.language == "python":
            printed = _run_python(block, namespace)
        elif block.language == "console":
            _run_console(block, environment)
        elif block.language == "toml":
            tomllib.loads(block.text)
        else:
            continue
        count += 1
    return count


def _run_python(block: Block, namespace: dict[str, Any]) -> str:
    # Blank lines in front make the numbers in a traceback those of the page.
    code = compile("\n" * (block.line - 1) + block.text, str(block.page), "exec")
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            exec(code, namespace)
    except Exception as error:
        raise PageError(f"{block.place}: {type(error).__name__}: {error}") from error
    return output.getvalue()


def _run_console(block: Block, environment: dict[str, str]) -> None:
    commands = list(_commands(block))
    script = "".join(
        f'{command}\ncode=$?; printf "\\n{_END} %s\\n" "$code"; (exit "$code")\n'
        for command, _ in commands
    )
    done = subprocess.run(
        ["sh", "-c", script],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=_COMMAND_SECONDS,
        check=False,
    )
    parts = re.split(rf"\n{_END} (\d+)\n", done.stdout)
    outputs, codes = parts[::2], parts[1::2]
    if len(codes) != len(commands):
        raise PageError(f"{block.place}: not every command came to its end:\n{done.stdout}")
    following = [command for command, _ in commands[1:]] + [""]
    for (command, expected), output, code, after in zip(
        commands, outputs, codes, following, strict=False
    ):
        if code != "0" and not after.startswith("echo $?"):
            raise PageError(f"{block.place}: {command!r} ended with {code}:\n{output}")
        if expected:
            _compare(expected, output, f"{block.place}, {command!r}")


def _commands(block: Block) -> Iterator[tuple[str, str]]:
    """Each command and what the page says that it prints."""
    command, expected = "", ""
    for line in block.text.splitlines():
        if command.endswith("\\"):
            command += f"\n{line}"
        elif line.startswith("$ "):
            if command:
                yield command, expected
            command, expected = line.removeprefix("$ "), ""
        else:
            expected += f"{line}\n"
    if not command:
        raise PageError(f'{block.place}: no line begins with "$ ".')
    yield command, expected


def _compare(expected: str, printed: str, place: str) -> None:
    pattern = "\n".join(map(_pattern_of, expected.strip().splitlines()))
    printed = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    if not re.fullmatch(pattern, printed):
        raise PageError(f"{place}: the page says\n{expected}\nbut it prints\n{printed}")


def _pattern_of(line: str) -> str:
    if line.strip() == "…":
        # Alone in its line it is any number of lines; elsewhere it stays within its line.
        return r"(?:[^\n]*\n)*?[^\n]*"
    return r"[^\n]*".join(map(re.escape, line.rstrip().split("…")))


if __name__ == "__main__":
    sys.stdout.write(f"{run_page(Path(sys.argv[1]), *sys.argv[2:3])} blocks\n")
