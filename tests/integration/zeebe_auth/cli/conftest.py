"""`zeebe-auth` in processes of its own, with a keychain and directories of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pseudo_terminal import PseudoTerminal

from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.environment import without_camunda

MODULES = {"zeebe-auth": "zeebe_auth", "zeebe-grpc": "zeebe_grpc"}


@pytest.fixture
def sandbox(zeebe_sandbox: Sandbox) -> Sandbox:
    """The sandbox as it was at its start."""
    return zeebe_sandbox


@dataclass
class CommandLine:
    """Runs the command line; every run must end without a traceback and without the secret."""

    environment: Mapping[str, str]
    keychain_path: Path
    secret: str

    def __call__(self, *arguments: str, stdin: str = "", **variables: str):
        return self.run("zeebe_auth.cli.main", *arguments, stdin=stdin, **variables)

    def run(self, module: str, *arguments: str, stdin: str = "", **variables: str):
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env={**self.environment, **variables},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert self.secret not in done.stderr + done.stdout
        return done

    def keychain(self) -> dict[str, str]:
        if not self.keychain_path.exists():
            return {}
        return json.loads(self.keychain_path.read_text())


@pytest.fixture
def zeebe_auth(sandbox: Sandbox, tmp_path: Path) -> CommandLine:
    """A machine on which nothing is configured yet."""
    keychain_path = tmp_path / "keychain.json"
    directories = dict.fromkeys(
        ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"), str(tmp_path / "home")
    )
    environment = {
        **without_camunda(os.environ),
        **directories,
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": str(Path(__file__).parent / "keychain_backend"),
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        "FILE_KEYRING": str(keychain_path),
    }
    return CommandLine(environment, keychain_path, sandbox.client_secret)


@pytest.fixture
def terminal(sandbox, tmp_path) -> Callable[..., object]:
    """Run a command of ours on a terminal, with the sandbox in its environment."""

    @contextmanager
    def terminal(
        program: str, *arguments: str, columns: int = 80, **more: str
    ) -> Iterator[PseudoTerminal]:
        environment = {
            **sandbox.child_environment(),
            "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
            "PYTHONPATH": str(Path(__file__).parent / "keychain_backend"),
            "FILE_KEYRING": str(tmp_path / "keychain"),
            **more,
        }
        command = [sys.executable, "-m", MODULES[program], *arguments]
        with PseudoTerminal(command, environment, columns) as opened:
            yield opened

    return terminal
