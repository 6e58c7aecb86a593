"""The command lines of a user, each run in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.environment import without_camunda

TIME_LIMIT_SECONDS = 60


@dataclass(frozen=True)
class Machine:
    """A user's machine with nothing configured."""

    environment: dict[str, str]
    home: Path

    def run(
        self, program: str, *arguments: str, stdin: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; none may hang or end with a traceback."""
        done = subprocess.run(
            [self.program(program), *arguments],
            env={**self.environment, **variables},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    def program(self, name: str) -> str:
        return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)

    def found_in_keychain(self) -> str:
        """What the system's own program finds of everything stored through keyring."""
        done = self.run("secret-tool", "search", "--all", "application", "Python keyring library")
        return done.stdout + done.stderr

    def token_files(self) -> list[Path]:
        return list((self.home / "cache").glob("**/*.json"))


@pytest.fixture
def machine_in() -> Callable[..., Machine]:
    """Give a function `(environment) -> Machine`."""

    def make(environment: dict[str, str]) -> Machine:
        return Machine(without_camunda(environment), Path(environment["HOME"]))

    return make


@pytest.fixture
def machine(session, machine_in) -> Machine:
    """A machine with an unlocked keychain."""
    return machine_in(session.environment)


@pytest.fixture
def sandbox(zeebe_sandbox: Sandbox) -> Sandbox:
    """The sandbox as it was at its start."""
    return zeebe_sandbox
