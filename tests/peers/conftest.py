"""A real gnome-keyring on a D-Bus session of its own."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import time
import warnings
from dataclasses import dataclass

import keyring.core
import pytest

PROGRAMS = ("dbus-run-session", "dbus-send", "gnome-keyring-daemon", "secret-tool")

# The session lives until its standard input is closed.
SESSION = """
{unlock}
echo "$DBUS_SESSION_BUS_ADDRESS"
exec cat
"""
UNLOCK = (
    "printf %s keyring-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
)
START = "gnome-keyring-daemon --start --components=secrets >/dev/null"


@dataclass(frozen=True)
class Session:
    environment: dict[str, str]

    def daemon_process_id(self) -> int:
        """The process that answers for the keychain on this bus, waited for until it does."""
        command = (
            "dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / "
            "org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets"
        )
        deadline = time.monotonic() + 30
        while True:
            reply = subprocess.run(
                command.split(),
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=30,
            )
            if reply.returncode == 0:
                return int(reply.stdout.split()[-1])
            if time.monotonic() > deadline:
                pytest.fail(f"gnome-keyring did not come up: {reply.stderr}")
            time.sleep(0.02)


@pytest.fixture
def start_session(tmp_path, monkeypatch):
    """Starts a session whose keychain is unlocked, or one that has no keychain yet."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.fail(
            f"{', '.join(missing)} not found: apt-get install dbus gnome-keyring libsecret-tools"
        )
    running, daemons = [], []

    def start(*, with_keychain: bool) -> Session:
        for name in ("home", "runtime"):
            (tmp_path / name).mkdir(mode=0o700)
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DISPLAY"},
            "HOME": str(tmp_path / "home"),
            "XDG_RUNTIME_DIR": str(tmp_path / "runtime"),
            "XDG_DATA_HOME": str(tmp_path / "home" / "data"),
        }
        process = subprocess.Popen(
            [
                "dbus-run-session",
                "--",
                "sh",
                "-c",
                SESSION.format(unlock=UNLOCK if with_keychain else START),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        address = process.stdout.readline().strip()
        environment["DBUS_SESSION_BUS_ADDRESS"] = address
        session = Session(environment)
        running.append(process)
        daemons.append(session.daemon_process_id())
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)
        return session

    yield start
    for daemon in daemons:
        os.kill(daemon, signal.SIGCONT)
        os.kill(daemon, signal.SIGTERM)
    for process in running:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()
    # Where the keychain is locked or silent, keyring leaves its connection open. That is swept up
    # here, or it would be blamed on whichever test runs when Python finds it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def session(start_session):
    """A session with an unlocked keychain."""
    return start_session(with_keychain=True)
