"""What contributors are told is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "CONTRIBUTING.md"


def test_each_path_is_there() -> None:
    """Nobody is sent to a file that was moved."""
    content = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"`((?:zeebe_auth|zeebe_grpc|tests|docs|\.ci)/[\w./-]+)`", content)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_each_count_is_that_of_its_row() -> None:
    """A recipe's number of files is no guess: its row names them."""
    rows = re.findall(
        r"^\| a [^|]+\| ([^|]+) \| (\d) \| [^|]*\|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    assert len(rows) == 9
    for touched, number in rows:
        files = re.findall(r"`(?:zeebe_\w+|tests)/[^`]+`", touched)
        assert touched.startswith("the same, ") or len(files) in {int(number), int(number) - 1}
