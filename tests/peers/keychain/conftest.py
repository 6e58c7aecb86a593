"""An environment in which other backends of keyring are installed beside ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from virtual_environments import foreign_environment, wheel_of

__all__ = ["foreign_environment", "python_with_file_backends", "wheel_of"]


@pytest.fixture(scope="session")
def python_with_file_backends(foreign_environment: Callable[..., Path]) -> Path:
    """The python of an environment with keyrings.alt and keyrings.cryptfile."""
    return foreign_environment("keyring-files", "keyring_files.txt", ".")
