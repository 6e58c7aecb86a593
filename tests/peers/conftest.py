"""A real gnome-keyring on a D-Bus session of its own."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import keyring.core
import pytest
from keyring.backend import KeyringBackend, get_all_keyring

PROGRAMS = ("dbus-run-session", "dbus-send", "gnome-keyring-daemon", "secret-tool")

# The session lives until its standard input is closed.
SESSION = """
{daemon} >/dev/null
echo "$DBUS_SESSION_BUS_ADDRESS"
exec cat
"""
UNLOCK = "printf %s {password} | gnome-keyring-daemon --unlock --components=secrets"
START = "gnome-keyring-daemon --start --components=secrets"
SECONDS = 120


class Session:
    """A user's session: a bus with a gnome-keyring daemon on it.

    Args:
        environment: What programs of the session find; the bus's address is added.
        password: Opens the keychain, or makes it if there is none; None does neither.
    """

    def __init__(self, environment: dict[str, str], password: str | None) -> None:
        daemon = START if password is None else UNLOCK.format(password=password)
        self._process = subprocess.Popen(
            ["dbus-run-session", "--", "sh", "-c", SESSION.format(daemon=daemon)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        address = self._process.stdout.readline().strip()
        self.environment = {**environment, "DBUS_SESSION_BUS_ADDRESS": address}
        self._daemon = self._daemon_process_id()

    def stop_daemon(self) -> None:
        """Stop the daemon, so that it doesn't answer until it is continued."""
        os.kill(self._daemon, signal.SIGSTOP)

    def continue_daemon(self) -> None:
        os.kill(self._daemon, signal.SIGCONT)

    def lock(self) -> None:
        """Lock the keychain, as a desktop does when its user leaves."""
        self._send(
            "org.freedesktop.secrets /org/freedesktop/secrets "
            "org.freedesktop.Secret.Service.Lock "
            "array:objpath:/org/freedesktop/secrets/aliases/default"
        ).check_returncode()

    def secret_tool(self, *arguments: str) -> str:
        """Return the output of the system's own program."""
        done = subprocess.run(
            ["secret-tool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        return done.stdout + done.stderr

    def end(self) -> None:
        """End bus and daemon; the keychain's content stays on disk."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._daemon, signal.SIGCONT)
                os.kill(self._daemon, signal.SIGTERM)
            self._process.stdin.close()
            self._process.wait(SECONDS)
            self._process.stdout.close()

    def _daemon_process_id(self) -> int:
        """The process that answers for the keychain on this bus, waited for until it does."""
        deadline = time.monotonic() + SECONDS
        while True:
            reply = self._send(
                "org.freedesktop.DBus / org.freedesktop.DBus.GetConnectionUnixProcessID "
                "string:org.freedesktop.secrets"
            )
            if reply.returncode == 0:
                return int(reply.stdout.split()[-1])
            if time.monotonic() > deadline:
                pytest.fail(f"gnome-keyring did not come up: {reply.stderr}")
            time.sleep(0.02)

    def _send(self, message: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            f"dbus-send --session --print-reply=literal --dest={message}".split(),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )


@dataclass(frozen=True)
class User:
    """A user with a home directory, and nothing configured."""

    home: Path
    environment: dict[str, str]


@pytest.fixture
def user(tmp_path: Path) -> User:
    """A user of this test alone, on a machine without a bus and without a display."""
    home, runtime = tmp_path / "home", tmp_path / "runtime"
    for folder in (home, runtime):
        folder.mkdir(mode=0o700)
    others = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"}
    environment = {name: value for name, value in os.environ.items() if name not in others}
    environment |= {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    return User(home, environment)


@pytest.fixture
def start_session(user: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Session]]:
    """Give a function `(password) -> Session` that starts a session of the user; this process
    takes part in it."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.fail(
            f"{', '.join(missing)} not found: apt-get install dbus gnome-keyring libsecret-tools"
        )
    sessions: list[Session] = []

    def start(password: str | None = "keyring-password") -> Session:
        sessions.append(Session(user.environment, password))
        for name in os.environ.keys() - sessions[-1].environment.keys():
            monkeypatch.delenv(name)
        for name, value in sessions[-1].environment.items():
            monkeypatch.setenv(name, value)
        _let_keyring_choose(monkeypatch)
        return sessions[-1]

    yield start
    for session in sessions:
        session.end()
    # Where the keychain is locked or silent, keyring leaves its connection open. It is collected
    # here, or the warning would appear in whichever test runs when Python finds it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def _let_keyring_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it choose a backend as in a new process.

    It notes every subclass of `KeyringBackend` that is ever defined, the stand-ins of other tests
    too, and prefers one of those; and it makes the list of what works here only once.
    """
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    vars(get_all_keyring).pop("saved_result", None)
    noted = KeyringBackend._classes
    noted -= {kind for kind in noted if kind.__module__.partition(".")[0] != "keyring"}


@pytest.fixture
def session(start_session: Callable[..., Session]) -> Session:
    """A session with an unlocked keychain."""
    return start_session()
