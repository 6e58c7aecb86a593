"""Pytest fixtures: a sandbox for tests of programs that talk to Camunda.

Reports of failed tests, which CI keeps, show no token: neither the operands of an ``assert``, nor
tracebacks, variables or captured output.

In ``conftest.py``:

    pytest_plugins = ["zeebe_grpc.sandbox.pytest_plugin"]
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from zeebe_grpc.sandbox.environment import proxy_exceptions, without_camunda
from zeebe_grpc.sandbox.masked_reports import MaskedReports
from zeebe_grpc.sandbox.sandbox import Sandbox

__all__ = ["zeebe_sandbox", "zeebe_sandbox_environment"]

_reports = MaskedReports()


@pytest.hookimpl(tryfirst=True)
def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain a failed comparison without the tokens in it."""
    return _reports.comparison(op, left, right)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, None]:
    """Mask the report of each phase of a test."""
    outcome = yield
    _reports.report(outcome.get_result())


@pytest.fixture(scope="session", name="_running_zeebe_sandbox")
def _running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        _reports.hide(sandbox.client_secret)
        _reports.hide(sandbox.environment["ZEEBE_SANDBOX_CONTROL_URL"])
        yield sandbox


@pytest.fixture
def zeebe_sandbox(_running_zeebe_sandbox: Sandbox) -> Iterator[Sandbox]:
    """A running `Sandbox`: one for the whole session, as new for each test.

    Switches, counts, clients, jobs and the token cache are reset before and after the test.
    """
    _running_zeebe_sandbox.reset()
    yield _running_zeebe_sandbox
    _running_zeebe_sandbox.reset()


@pytest.fixture
def zeebe_sandbox_environment(
    zeebe_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The sandbox's variables, set in ``os.environ`` for this test in place of the user's own.

    With it `zeebe_grpc.connect()` and the other channel functions find the sandbox without
    arguments.
    """
    for name in os.environ.keys() - without_camunda(os.environ).keys():
        monkeypatch.delenv(name)
    for name, value in (proxy_exceptions(os.environ) | zeebe_sandbox.environment).items():
        monkeypatch.setenv(name, value)
    return zeebe_sandbox.environment
