"""What the documentation shows of foreign clients works with the real ones."""

from __future__ import annotations

from pathlib import Path

import page_runner
import pytest
from virtual_environments import run_apart

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "other-clients.md"
pytestmark = pytest.mark.timeout(1800)


@pytest.mark.parametrize("client", ["pyzeebe", "otlp"])
def test_the_page_does_what_it_says(foreign_environment, zeebe_sandbox, tmp_path, client) -> None:
    """The page works in an environment with that client, against the sandbox."""
    python = foreign_environment(client, f"{client}.txt", ".")
    variables = zeebe_sandbox.child_environment()
    arguments = [python, page_runner.__file__, PAGE, client]
    output = run_apart(*arguments, seconds=60, cwd=tmp_path, **variables)
    assert output == "1 blocks\n"
