"""What a command line's help looks like at any width."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

__all__ = ["check_help_fits"]


def check_help_fits(
    main: Callable[[list[str]], int],
    command: Sequence[str],
    first_example: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Check that from 50 columns up no line is longer, no word is broken and examples are there.

    Args:
        main: Runs the command line.
        command: The subcommand.
        first_example: A pattern for what the first example begins with.
        monkeypatch: Sets the width.
        capsys: Has the output.
    """
    texts = set()
    for columns in range(50, 201):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert main([*command, "--help"]) == 0
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= min(columns, 100)
        assert re.search(rf"\nexamples:\n  {first_example} ", out)
        texts.add(" ".join(out.replace("\\\n", "").split()))
    assert len(texts) == 1
