"""What the documentation shows about the keychain works with a real one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import page_runner
import pytest
from page_runner import blocks_of

from zeebe_grpc.sandbox.environment import without_camunda

ROOT = Path(__file__).parents[3]
NEED = "keychain"
PAGES = [
    page
    for page in sorted([ROOT / "README.md", *ROOT.joinpath("docs").rglob("*.md")])
    if any((block.mark, block.word) == ("needs", NEED) for block in blocks_of(page))
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_does_what_it_says(page, session, zeebe_sandbox, tmp_path) -> None:
    """It works with the Console's file in the folder, and nothing configured."""
    folder = tmp_path / "folder"
    folder.mkdir()
    zeebe_sandbox.console_file(folder / "CamundaCloudCredentials.txt")
    environment = without_camunda(session.environment)
    programs = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    done = subprocess.run(
        [sys.executable, page_runner.__file__, page, NEED],
        cwd=folder,
        env={**environment, "PATH": programs},
        capture_output=True,
        encoding="utf-8",
        timeout=540,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_there_are_such_pages() -> None:
    """Without such pages nothing would be tested here."""
    assert {page.name for page in PAGES} >= {"README.md", "tutorial.md", "keychain.md"}
