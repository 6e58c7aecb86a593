"""What all tests share: the sandbox, and an environment without foreign credentials."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings
from progress import Progress

pytest_plugins = ["zeebe_grpc.sandbox.pytest_plugin"]

# No test asserts a duration: the first example of one may import what it needs.
settings.register_profile("without a deadline", deadline=None)
settings.load_profile("without a deadline")

# Tests with a fork, a signal or a real clock: at the same time they would delay each other.
_IN_ONE_GROUP = ("test_fork.py", "test_fork_in_c.py", "test_soak.py", "test_short_lifetime.py")

# The longest tests come first: at the end they would keep one core busy alone.
_FIRST = (*_IN_ONE_GROUP, "test_pages.py", "test_recorded_session.py", "test_gateway_files.py")

# Whose programs are measured: the command lines. Elsewhere that would double what a program costs,
# and a fork beside threads may hang: a measurement takes a lock for every function that a thread
# meets for the first time (2 of 2,760 forks with coverage 7.17, 0 of 14,000 without).
_MEASURED = ("test_commands.py", "test_doctor.py", "test_login.py", "test_token.py", "test_demo.py")

_OF_THE_TERMINAL = ("COLUMNS", "FORCE_COLOR", "NO_COLOR")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--progress", action="store_true", help="a line every ten seconds, and advice at the end"
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    is_worker = hasattr(config, "workerinput")
    if reporter is not None and not is_worker and config.getoption("--progress"):
        config.pluginmanager.register(Progress(reporter), "progress")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start two for each core: most tests wait for something most of the time."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name in _IN_ONE_GROUP:
            item.add_marker(pytest.mark.xdist_group("one at a time"))
        elif getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            # Each process would parse all our modules for the constants in them (12 s of 4 cores).
            item.add_marker(pytest.mark.xdist_group("hypothesis"))
    items.sort(key=lambda item: item.path.name not in _FIRST)


@pytest.fixture(autouse=True, scope="session")
def signals_as_at_a_terminal() -> None:
    """Restore the signals that a background job or nohup ignores, which programs would inherit."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True, scope="session")
def measurement() -> dict[str, str]:
    """The variables that make coverage measure a program, which the tests' own programs lack."""
    names = [name for name in os.environ if name.startswith("COVERAGE_PROCESS_")]
    return {name: os.environ.pop(name) for name in names}


@pytest.fixture(autouse=True)
def environment_of_its_own(
    request: pytest.FixtureRequest,
    measurement: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Remove the credentials, configuration, tokens and keychain of whoever runs the tests."""
    for name in list(os.environ):
        # Remove the width of a terminal and a CI system's preference for colours, too.
        if name.startswith(("CAMUNDA_", "ZEEBE_")) or name in _OF_THE_TERMINAL:
            monkeypatch.delenv(name)
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for name, value in measurement.items() if request.path.name in _MEASURED else ():
        monkeypatch.setenv(name, value)
