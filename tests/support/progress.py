"""What ``make test`` prints while it runs, and last."""

from __future__ import annotations

import shlex
import sys
import time
from collections import Counter

import pytest

__all__ = ["Progress"]

_EVERY_SECONDS = 10.0
_MAX_NAMES = 10


class Progress:
    """Prints a line now and then instead of a letter a test, and what to do about failures.

    Args:
        reporter: pytest's own, which knows how to write beside its other output.
    """

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter
        self._began = self._told = time.monotonic()
        self._number = 0
        self._outcomes: Counter[str] = Counter()
        self._failed: dict[str, None] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """All workers collect the same tests; the first one that has done so is enough."""
        self._begin(len(ids))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.items:
            self._begin(len(session.items))

    def _begin(self, number: int) -> None:
        if not self._number:
            self._number = number
            self._say(f"{number} tests. One that fails is named at the end, with its reason.")

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """No letter for what passed."""
        if report.passed:
            return ("passed" if report.when == "call" else "", "", "")
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed[report.nodeid] = None
        if report.when == "teardown":
            self._outcomes["done"] += 1
        if time.monotonic() - self._told >= _EVERY_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        done = self._outcomes["done"]
        failed = f", {len(self._failed)} failed" if self._failed else ""
        self._say(
            f"{done:>6} of {self._number} ({done * 100 // max(self._number, 1)} %)"
            f" after {self._told - self._began:.0f} s{failed}"
        )

    def _say(self, line: str) -> None:
        self._reporter.ensure_newline()
        self._reporter.write_line(line)
        self._reporter.flush()

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """The last lines of all."""
        if not self._failed:
            return
        ids = list(self._failed)
        python = shlex.quote(sys.executable)
        self._say("\nTo run what failed alone, with all that it prints:\n")
        for each in ids[:_MAX_NAMES]:
            self._say(f"  {python} -m pytest -s {shlex.quote(each)}")
        if len(ids) > _MAX_NAMES:
            self._say(f"  ... and {len(ids) - _MAX_NAMES} more")
        self._say(
            "\nIf it passes alone, it depends on the machine or on the tests before it, which is "
            "a fault of the test.\nPlease report it with the output above."
        )
