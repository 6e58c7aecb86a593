"""Pytest fixtures: a sandbox for tests of programs that talk to Camunda.

In ``conftest.py``:

    pytest_plugins = ["zeebe_grpc.sandbox.pytest_plugin"]
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from zeebe_grpc.sandbox.environment import proxy_exceptions, without_camunda
from zeebe_grpc.sandbox.sandbox import Sandbox

__all__ = ["zeebe_sandbox", "zeebe_sandbox_environment"]


@pytest.fixture(scope="session", name="_running_zeebe_sandbox")
def _running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
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

    With it `zeebe_grpc.connect()` and its kin find the sandbox without arguments.
    """
    for name in os.environ.keys() - without_camunda(os.environ).keys():
        monkeypatch.delenv(name)
    for name, value in (proxy_exceptions(os.environ) | zeebe_sandbox.environment).items():
        monkeypatch.setenv(name, value)
    return zeebe_sandbox.environment
