"""Both command lines, started without standard streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_CLOSE = "import os, sys; [os.close(n) for n in {streams}]; os.execv(sys.executable, sys.argv[1:])"


_FULL = Path("/dev/full")
needs_a_full_disk = pytest.mark.skipif(not _FULL.exists(), reason="Linux has a device for it")
_KEYRING = "json_file_keyring.Keyring"
_KEYRING_FOLDER = Path(__file__).parents[1] / "stores"


def _run(streams: tuple[int, ...], module: str, *arguments: str, stdout=-1, stderr=-1, **variables):
    """Run a command line that is started with ``streams`` closed."""
    code = _CLOSE.format(streams=streams)
    command = [sys.executable, "-X", "dev", "-m", module, *arguments]
    environment = {
        **os.environ,
        "CAMUNDA_OAUTH_TOKEN": "t0ken",
        "CAMUNDA_AUTH_STRATEGY": "BEARER",
        "PYTHONPATH": os.pathsep.join((*sys.path, str(_KEYRING_FOLDER))),
        **variables,
    }
    # argparse ignores what it can't write itself, and unbuffered it writes itself.
    environment.pop("PYTHONUNBUFFERED", None)
    return subprocess.run(
        [sys.executable, "-c", code, *command],
        env=environment,
        stdout=stdout,
        stderr=stderr,
        text=True,
        check=False,
        timeout=60,
    )


COMMANDS = [
    ("zeebe_auth.cli.main", "token"),
    ("zeebe_auth.cli.main", "status"),
    ("zeebe_auth.cli.main", "--help"),
    ("zeebe_grpc.cli.main", "proto"),
    ("zeebe_grpc.cli.main", "call", "--help"),
]


@pytest.mark.parametrize("streams", [(1,), (0, 1)])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_a_closed_stdout_loses_is_told(streams, command):
    """A command whose output is lost has failed, as with other programs; scripts rely on that."""
    done = _run(streams, *command)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "The output can't be written: " in line


@pytest.mark.parametrize("streams", [(1, 2), (0, 1, 2)])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_with_stderr_closed_too_the_exit_code_says_it(streams, command):
    """Nothing is printed anywhere, least of all into a file or socket that got the descriptor."""
    done = _run(streams, *command)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.parametrize("streams", [(0,), (2,), (0, 2)])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_others_are_not_missed(streams, command):
    """A command that doesn't use the closed stream works."""
    done = _run(streams, *command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_a_command_without_output_needs_no_stdout():
    """Only what is printed can get lost."""
    ends = (sys.executable, "-c", "raise SystemExit(5)")
    done = _run((1,), "zeebe_grpc.cli.main", "sandbox", "--", *ends)
    assert (done.returncode, done.stderr) == (5, "")


def test_secret_stdin_without_stdin_is_an_empty_secret(monkeypatch, tmp_path):
    """`login` says that there is nothing to read, not that a descriptor is bad."""
    monkeypatch.setenv("TEST_KEYRING_FILE", str(tmp_path / "keyring.json"))
    arguments = ("--client-id", "a", "--cluster-id", "b", "--secret-stdin")
    done = _run((0,), "zeebe_auth.cli.main", "login", *arguments, PYTHON_KEYRING_BACKEND=_KEYRING)
    assert done.returncode == 2
    assert "in stdin is empty" in done.stderr


@needs_a_full_disk
@pytest.mark.parametrize("full", ["stdout", "stderr"])
@pytest.mark.parametrize("command", COMMANDS[:2], ids=" ".join)
def test_a_full_disk(full, command):
    """Output that can't be written fails; messages for people may be lost."""
    with _FULL.open("w") as device:
        done = _run((), *command, **{full: device})
    if full == "stdout":
        assert done.returncode == 1
        assert "No space left" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    else:
        assert (done.returncode, bool(done.stdout)) == (0, True)


@needs_a_full_disk
@pytest.mark.parametrize(("module", "command"), [("auth", "token"), ("grpc", "topology")])
def test_a_message_that_can_not_be_written_changes_no_exit_code(module, command):
    """Wrong use stays 2 where the disk with the log is full."""
    with _FULL.open("w") as device:
        done = _run((), f"zeebe_{module}.cli.main", command, "--profile", "a/b", stderr=device)
    assert done.returncode == 2


@pytest.mark.parametrize("module", ["zeebe_auth.cli.main", "zeebe_grpc.cli.main"])
def test_a_closed_stderr_leaves_stdout_to_data(module):
    """Messages for people aren't printed among the data when stderr is closed."""
    command = "token" if module.startswith("zeebe_auth") else "topology"
    done = _run((2,), module, command, CAMUNDA_AUTH_STRATEGY="NONE", CAMUNDA_OAUTH_TOKEN="")
    assert (done.returncode, done.stdout) == (2, "")
