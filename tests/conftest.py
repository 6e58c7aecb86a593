"""What all tests share: the sandbox, and an environment without foreign credentials."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

pytest_plugins = ["zeebe_grpc.sandbox.pytest_plugin"]


@pytest.fixture(autouse=True, scope="session")
def signals_as_at_a_terminal() -> None:
    """What a background job or nohup ignores, the programs that tests start would ignore too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def environment_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No credentials, configuration or tokens of whoever runs the tests; no keychain either."""
    for name in list(os.environ):
        if name.startswith(("CAMUNDA_", "ZEEBE_")):
            monkeypatch.delenv(name)
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
