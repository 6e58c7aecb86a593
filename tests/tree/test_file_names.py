"""The names of the files in the tree: ones that every system can have."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_FORBIDDEN = frozenset('<>:"|?*\\')
"""What no file's name has on Windows, beside the slash and control characters."""


def test_every_file_can_be_checked_out_everywhere():
    """macOS refuses a name that is not UTF-8, Windows one with some other characters: a file that
    a test left behind and somebody committed would break every checkout there."""
    if not (ROOT / ".git").exists():
        pytest.skip("the names that are committed are known to git alone")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=60, check=True
    ).stdout
    names = listed.decode("utf-8", "surrogateescape").split("\0")[:-1]
    assert len(names) > 100
    odd = [
        name
        for name in names
        if not (name.isascii() and name.isprintable()) or not _FORBIDDEN.isdisjoint(name)
    ]
    assert odd == []
