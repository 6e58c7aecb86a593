"""Both command lines, started without standard streams."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_CLOSE = "import os, sys; [os.close(n) for n in {streams}]; os.execv(sys.executable, sys.argv[1:])"


def _run(streams: tuple[int, ...], module: str, *arguments: str):
    """Run a command line that is born with ``streams`` closed."""
    code = _CLOSE.format(streams=streams)
    command = [sys.executable, "-X", "dev", "-m", module, *arguments]
    return subprocess.run(
        [sys.executable, "-c", code, *command],
        env={**os.environ, "CAMUNDA_AUTH_STRATEGY": "NONE"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("streams", [(1,), (0, 1)])
@pytest.mark.parametrize(
    "command", [("zeebe_auth.cli.main", "status"), ("zeebe_grpc.cli.main", "proto")]
)
def test_a_closed_stdout_is_no_fault(streams, command):
    """Who closes stdout doesn't want the output: the command does its work without a word."""
    done = _run(streams, *command)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("module", ["zeebe_auth.cli.main", "zeebe_grpc.cli.main"])
def test_a_closed_stderr_leaves_stdout_to_data(module):
    """What is for people isn't printed among the data when stderr is closed."""
    command = "token" if module.startswith("zeebe_auth") else "topology"
    done = _run((2,), module, command)
    assert (done.returncode, done.stdout) == (2, "")
