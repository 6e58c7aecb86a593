"""Clients that Camunda and others wrote for Zeebe, as programs that ask a sandbox for its topology.

Each is a function `(sandbox, home, ..., **variables) -> what it did`. The variables are set in
place of the sandbox's own, the home is the client's alone, and what takes too long is ended.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from zeebe_grpc.sandbox import Sandbox

__all__ = ["SECONDS", "Ended", "node", "zbctl", "zeebe_grpc"]

ROOT = Path(__file__).parents[2]
PINS = ROOT / "tests" / "peers" / "clients" / "node"
INSTALLED = ROOT / ".peers" / "node"
ZBCTL = INSTALLED / "node_modules" / "zbctl" / "bin" / "zbctl-cli.linux"
SECONDS = 120.0


@dataclass(frozen=True)
class Ended:
    """What a program did; its code is None if it had to be ended."""

    code: int | None
    stdout: str
    stderr: str
    seconds: float


def zbctl(
    sandbox: Sandbox,
    home: Path,
    *arguments: str,
    seconds: float = SECONDS,
    **variables: str,
) -> Ended:
    """`zbctl status`. It has no CA option for the token endpoint, so it uses the system's
    variable."""
    _check_installed()
    command = [str(ZBCTL), "status", "--clientCache", str(home / "zbctl-credentials"), *arguments]
    trust = {"SSL_CERT_FILE": str(sandbox.ca_certificate_path), "SSL_CERT_DIR": str(home)}
    return _run(command, sandbox, home, seconds, {**trust, **variables})


def node(
    sandbox: Sandbox, home: Path, program: str, *, seconds: float = SECONDS, **variables: str
) -> Ended:
    """A program of tests/peers/clients/node: its first line is the topology as JSON."""
    _check_installed()
    modules = {"NODE_PATH": str(INSTALLED / "node_modules"), "NODE_NO_WARNINGS": "1"}
    return _run(["node", str(PINS / program)], sandbox, home, seconds, {**modules, **variables})


def zeebe_grpc(
    sandbox: Sandbox, home: Path, *, seconds: float = SECONDS, **variables: str
) -> Ended:
    """Our own `zeebe-grpc topology`, beside the others."""
    command = [str(Path(sys.executable).parent / "zeebe-grpc"), "topology", "--output", "json"]
    return _run(command, sandbox, home, seconds, variables)


def _check_installed() -> None:
    stamp, pins = INSTALLED / "installed.json", PINS / "package-lock.json"
    pinned = stamp.exists() and stamp.read_bytes() == pins.read_bytes()
    if not pinned or shutil.which("node") is None:
        pytest.fail("Node.js or the clients in .peers/node are missing: run make peers")


def _run(
    command: list[str], sandbox: Sandbox, home: Path, seconds: float, variables: dict[str, str]
) -> Ended:
    environment = {**sandbox.child_environment(), "HOME": str(home), **variables}
    began = time.monotonic()
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=seconds)
            code: int | None = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            code = None
    return Ended(code, stdout, stderr, time.monotonic() - began)
