"""The names of the files in the tree: they can be checked out on every system."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAIN = re.compile(rb"[A-Za-z0-9._/-]+")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="it is no checkout")
def test_each_name_is_plain_ascii():
    """macOS can't make a file whose name isn't UTF-8, and Windows has further rules."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=60, check=True
    )
    names = listed.stdout.split(b"\0")[:-1]
    assert names
    assert [name for name in names if not PLAIN.fullmatch(name)] == []
