"""Hooks for PyInstaller: what a frozen program needs that no import statement shows.

PyInstaller finds this folder by the entry point ``hook-dirs`` of the group ``pyinstaller40``, and
runs ``hook-NAME.py`` where a program imports the module NAME.
"""

from __future__ import annotations

from pathlib import Path


def hook_directories() -> list[str]:
    """The folders with hooks."""
    return [str(Path(__file__).parent)]
