"""Commands inside a D-Bus session of their own with an unlocked gnome-keyring.

Run as a program inside that session, it logs in, measures, and prints what it measured.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from benchmarks.rounds import by_turns, seconds_of

__all__ = ["in_keychain_session"]

_SESSION_SECONDS = 300


def in_keychain_session(
    command: str, console_file: Path, environment: Mapping[str, str], folder: Path, rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of a bare interpreter and of ``zeebe-auth token``, which finds all in the keychain.

    Args:
        command: The ``zeebe-auth`` program.
        console_file: What to log in with.
        environment: The variables of the session, without an identity.
        folder: An empty one for what the session writes.
        rounds: How many.
    """
    home = folder / "home"
    home.mkdir()
    ended = subprocess.run(
        [
            "dbus-run-session",
            "--",
            sys.executable,
            "-m",
            "benchmarks.keychain_session",
            command,
            str(console_file),
            str(rounds),
        ],
        env={
            **{name: value for name, value in environment.items() if name != "DISPLAY"},
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_RUNTIME_DIR": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
        },
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=_SESSION_SECONDS,
    )
    bare, token = json.loads(ended.stdout.splitlines()[-1])
    return bare, token


def _run(command: list[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if ended.returncode != 0:
        raise RuntimeError(f"{command[:2]} ended with {ended.returncode}: {ended.stderr}")


def _main(command: str, console_file: str, rounds: int) -> None:
    with subprocess.Popen(
        ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as daemon:
        try:
            if daemon.stdin is None:
                raise AssertionError
            daemon.stdin.write(b"bench")
            daemon.stdin.close()
            _run([command, "login", "--from-file", console_file])
            _run([command, "token"])
            bare, token = [sys.executable, "-c", "pass"], [command, "token"]
            samples = by_turns(
                {
                    "bare": lambda: seconds_of(partial(_run, bare)),
                    "token": lambda: seconds_of(partial(_run, token)),
                },
                rounds,
            )
            print(json.dumps([samples["bare"], samples["token"]]))
        finally:
            daemon.terminate()


if __name__ == "__main__":
    os.umask(0o077)
    _main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
