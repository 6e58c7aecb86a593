"""Environments for clients that come from PyPI: see `virtual_environments`."""

from __future__ import annotations

from virtual_environments import foreign_environment, wheel_of

__all__ = ["foreign_environment", "wheel_of"]
