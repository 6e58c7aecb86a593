"""Both command lines as a user without a home directory, as in a container with any user number."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.environment import without_camunda

_PROGRAM = Path(__file__).parent / "programs" / "without_home.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX's users")


def _run(module: str, *arguments: str, stdin: str = "", **variables: str):
    environment = {
        name: value
        for name, value in without_camunda(os.environ).items()
        if not name.startswith(("XDG_", "PYTHON_KEYRING_"))
    }
    done = subprocess.run(
        [sys.executable, str(_PROGRAM), f"{module}.cli.main", *arguments],
        env={**environment, **variables},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("zeebe_auth", "status"), 2),
        (("zeebe_auth", "token"), 2),
        (("zeebe_auth", "logout"), 1),
        (("zeebe_auth", "login", "--client-id", "a", "--cluster-id", "b", "--secret-stdin"), 1),
        (("zeebe_grpc", "topology"), 2),
        (("zeebe_grpc", "call", "Topology"), 2),
        (("zeebe_grpc", "doctor"), 2),
        (("zeebe_grpc", "proto"), 0),
    ],
    ids=lambda given: " ".join(given[:2]) if isinstance(given, tuple) else str(given),
)
def test_a_command_without_configuration_says_so(command, code):
    """There is no traceback, but the usual message and exit code of a machine without
    configuration."""
    done = _run(*command, stdin="s3cr3t")
    assert done.returncode == code, done.stderr


def test_a_token_is_obtained_and_kept_in_memory():
    """Credentials in the environment are enough; one line says why no file keeps the token."""
    with Sandbox() as sandbox:
        environment = {**sandbox.environment, "CAMUNDA_TOKEN_CACHE_DIR": ""}
        done = _run("zeebe_auth", "token", **environment)
        topology = _run("zeebe_grpc", "topology", **environment)
        asked = sandbox.token_requests

    assert (done.returncode, done.stdout.count(".")) == (0, 2)
    (line,) = done.stderr.splitlines()
    assert "this user has no home directory. Set HOME" in line
    assert topology.returncode == 0
    assert asked == 2


def test_the_sandbox_runs():
    """The sandbox runs as a container's arbitrary user."""
    done = _run(
        "zeebe_grpc", "sandbox", "--", sys.executable, "-m", "zeebe_grpc.cli.main", "topology"
    )
    assert done.returncode == 0, done.stderr
