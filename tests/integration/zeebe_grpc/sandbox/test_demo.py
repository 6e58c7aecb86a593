"""``make demo``: what a new user sees first, run as it is run there."""

import subprocess
import sys

CLI = [sys.executable, "-m", "zeebe_grpc"]
DEMO = [sys.executable, "-m", "zeebe_grpc.sandbox.demo"]


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_demo():
    """It has four scenes, with the token requests of each as the sandbox counted them."""
    ended = run([*CLI, "sandbox", "--", *DEMO])

    assert ended.returncode == 0, ended.stderr
    assert "Cluster size        3" in ended.stdout
    assert "token store " in ended.stdout
    told = [line for line in ended.stdout.splitlines() if line.startswith("-- ")]
    assert told == [
        "-- exit code 0, 1 token request",
        "-- exit code 0, 0 token requests",
        "-- exit code 0, 0 token requests",
        "-- exit code 3, 1 token request",
    ]
    assert "Check the client secret" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_scene_that_ends_otherwise():
    """A scene that fails is the last one and is named, and the demo fails."""
    ended = run(
        [*CLI, "sandbox", "--refuse-token-requests", "9", "--refuse-status", "401", "--", *DEMO]
    )

    assert ended.returncode == 1
    assert "zeebe-grpc topology should end with exit code 0" in ended.stderr
    assert "2 of 4" not in ended.stdout


def test_outside_a_sandbox(monkeypatch):
    """Run on its own, it says how it is meant to be run."""
    monkeypatch.delenv("ZEEBE_SANDBOX_CONTROL_URL", raising=False)
    ended = run(DEMO)

    assert ended.returncode == 2
    assert "zeebe-grpc sandbox --" in ended.stderr
