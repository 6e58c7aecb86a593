"""Suppressions for linter and type checker are few, and have their reasons beside them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("zeebe_auth", "zeebe_grpc", "tests", "benchmarks", "docs", ".ci")
SUPPRESSED = re.compile(r"# (noqa: [A-Z0-9, ]*[A-Z0-9]|type: ignore\[[a-z, -]+\])(?P<reason>.*)")


def suppressions() -> list[tuple[str, str]]:
    """Where something is suppressed, and what is written behind it.

    In tests/typing they are the tests: mypy tells of one that it doesn't need.
    """
    return [
        (f"{path.relative_to(ROOT)}:{number}", found["reason"].strip(" -#()"))
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "gateway_pb2" not in path.name and path.parent != ROOT / "tests" / "typing"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := SUPPRESSED.search(line))
    ]


def test_each_suppression_has_its_reason() -> None:
    """With the reason, whoever changes the line knows whether it is still needed."""
    assert [place for place, reason in suppressions() if not reason] == []


def test_there_are_few_of_them() -> None:
    """A kind that is by design is ignored in pyproject.toml, with its reason, not line by line."""
    assert 0 < len(suppressions()) < 60
