"""From the Console's file to a topology, with a real keychain between two processes."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time

TIME_LIMIT_SECONDS = 60

# getpass opens /dev/tty, which must be the terminal of the test.
AT_THIS_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from zeebe_auth.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_console_file_then_a_topology_then_nothing(machine, sandbox) -> None:
    """After a login from a file other processes connect without arguments; a logout leaves
    nothing."""
    file = sandbox.console_file(machine.home / "CamundaCloudCredentials.txt")
    login = machine.run("zeebe-auth", "login", "--from-file", str(file))
    assert (login.returncode, login.stdout) == (0, "")
    assert sandbox.client_secret not in login.stderr
    file.unlink()
    assert "zeebe-auth:default" in machine.found_in_keychain()

    topology = machine.run("zeebe-grpc", "topology", "--output", "json")
    assert topology.returncode == 0, topology.stderr
    assert json.loads(topology.stdout).keys() >= {
        "clusterSize",
        "partitionsCount",
        "replicationFactor",
        "brokers",
    }
    assert sandbox.token_requests == 1

    assert machine.token_files()
    logout = machine.run("zeebe-auth", "logout")
    assert logout.returncode == 0, logout.stderr
    assert machine.found_in_keychain() == ""
    assert machine.token_files() == []
    assert machine.run("zeebe-grpc", "topology").returncode == 2


def test_a_person_at_a_terminal(machine, sandbox) -> None:
    """The questions come one by one on a real terminal, and the secret is never shown."""
    terminal, programs_end = pty.openpty()
    arguments = ["login", "--ca-certificate", str(sandbox.ca_certificate_path)]
    with subprocess.Popen(
        [sys.executable, "-c", AT_THIS_TERMINAL, *arguments],
        env=machine.environment,
        stdin=programs_end,
        stdout=programs_end,
        stderr=programs_end,
        start_new_session=True,
    ) as process:
        os.close(programs_end)
        screen = ""
        for question, answer in (
            ("Gateway address", sandbox.address),
            ("Client id", sandbox.client_id),
            ("Client secret", sandbox.client_secret),
            ("Token URL", sandbox.token_url),
            ("Audience", sandbox.audience),
        ):
            screen += _read_until(terminal, question, ": ")
            os.write(terminal, f"{answer}\n".encode())
        screen += _read_until(terminal, "Next: ", "\n")
        assert process.wait(TIME_LIMIT_SECONDS) == 0
    os.close(terminal)
    assert sandbox.client_secret not in screen
    assert machine.run("zeebe-auth", "token").returncode == 0
    assert sandbox.token_requests == 1


def _read_until(terminal: int, *texts: str) -> str:
    """Return what the terminal shows until it has shown each of ``texts``, in that order."""
    shown = ""
    deadline = time.monotonic() + TIME_LIMIT_SECONDS
    while not _has_in_order(shown, texts):
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"the terminal shows {shown!r}, not {texts}"
        shown += os.read(terminal, 4096).decode()
    return shown


def _has_in_order(shown: str, texts: tuple[str, ...]) -> bool:
    at = 0
    for text in texts:
        at = shown.find(text, at)
        if at < 0:
            return False
        at += len(text)
    return True
