"""Which loggers there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("package", ["zeebe_auth", "zeebe_grpc"])
def test_a_package_logs_under_its_own_name(package: str) -> None:
    """One name to set a level for, which stays when code is moved."""
    names = {
        name
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r"getLogger\(([^)]*)\)", path.read_text(encoding="utf-8"))
    }
    assert f'"{package}"' in names
    assert not {name for name in names if "zeebe" in name} - {f'"{package}"'}
    assert "__name__" not in names
