"""``make demo``: what a newcomer sees first, run as it is run there."""

import subprocess
import sys

CLI = [sys.executable, "-c", "import sys; from zeebe_grpc.cli.main import main; sys.exit(main())"]
DEMO = [sys.executable, "-m", "zeebe_grpc.sandbox.demo"]


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_demo():
    """Topology and status both work with environment variables alone, from one token request."""
    ended = run([*CLI, "sandbox", "--", *DEMO])

    assert ended.returncode == 0, ended.stderr
    assert '"clusterSize": 3' in ended.stdout
    assert "== zeebe-auth status" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "== done: 1 token request, 1 call"


def test_a_step_that_fails():
    """The exit code of a step that fails is the demo's, and the step is named."""
    ended = run(
        [*CLI, "sandbox", "--refuse-token-requests", "9", "--refuse-status", "401", "--", *DEMO]
    )

    assert ended.returncode == 3
    assert "zeebe-grpc topology -v ended with exit code 3" in ended.stderr


def test_outside_a_sandbox(monkeypatch):
    """Run on its own, it says how it is meant to be run."""
    monkeypatch.delenv("ZEEBE_SANDBOX_CONTROL_URL", raising=False)
    ended = run(DEMO)

    assert ended.returncode == 2
    assert "zeebe-grpc sandbox --" in ended.stderr
