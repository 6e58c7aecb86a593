"""Environments for software that can't share ours: see `virtual_environments`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from virtual_environments import foreign_environment, run_apart, wheel_of

__all__ = ["foreign_environment", "run_foreign", "wheel_of"]

HERE = Path(__file__).parent
SCRIPT_SECONDS = 300


@pytest.fixture(scope="session")
def run_foreign() -> Callable[..., str]:
    """Give a function that runs a file of `scripts` with that python: `(python, script, *arguments,
    **variables) -> stdout`. Variables are added to the environment."""

    def run_script(python: Path, script: str, *arguments: str, **variables: str) -> str:
        path = HERE / "scripts" / script
        return run_apart(python, path, *arguments, seconds=SCRIPT_SECONDS, cwd=HERE, **variables)

    return run_script
