"""Environments for software that can't share ours, kept under .venvs until what is in them changes.

A test asks for one by a name and the steps that make it, in their order: a requirements file of
this folder, or "." for this package, built as a wheel from the tree as it is:

    python = foreign_environment("pyzeebe", "pyzeebe.txt", ".")
    output = run_foreign(python, "both_copies.py", "ours-first")

The requirements files are pinned and hashed, and bring what this package needs as well, so that
"." installs nothing else. What can't be had fails the test.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VENVS = ROOT / ".venvs"
THIS_PACKAGE = "."
INSTALL_SECONDS = 300
SCRIPT_SECONDS = 60


def run(*command: str | Path, seconds: float, **variables: str) -> str:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
        and not name.startswith(("COV_", "COVERAGE_"))
    }
    done = subprocess.run(
        command,
        cwd=HERE,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(
            f"{' '.join(map(str, command))} ended with {done.returncode}:\n"
            f"{done.stdout}{done.stderr}"
        )
    return done.stdout


@pytest.fixture(scope="session")
def built_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    run(*build, seconds=INSTALL_SECONDS)
    (wheel,) = folder.glob("*.whl")
    return wheel


class Environment:
    """One virtual environment and the steps, with what they held, that have been done in it."""

    def __init__(self, name: str) -> None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        self.folder = VENVS / f"foreign-{name}-{version}"
        scripts = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        self.python = self.folder / scripts
        self._stamp = self.folder / "steps-done.json"

    def steps_done(self) -> list[str]:
        if not self._stamp.exists():
            return []
        return list(json.loads(self._stamp.read_text(encoding="utf-8")))

    def create(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        run(sys.executable, "-m", "venv", self.folder, seconds=INSTALL_SECONDS)

    def do(self, step: str, wheel: Path) -> None:
        if step == THIS_PACKAGE:
            self._pip("install", "--no-deps", "--force-reinstall", str(wheel))
            self._pip("check")
        else:
            self._pip("install", "--require-hashes", "-r", str(HERE / step))

    def mark(self, steps: list[str]) -> None:
        self._stamp.write_text(json.dumps(steps), encoding="utf-8")

    def _pip(self, command: str, *arguments: str) -> None:
        pip = [self.python, "-m", "pip", command, "--quiet", "--disable-pip-version-check"]
        run(*pip, *arguments, seconds=INSTALL_SECONDS)


def fingerprint(step: str, wheel: Path) -> str:
    content = (wheel if step == THIS_PACKAGE else HERE / step).read_bytes()
    return f"{step} {hashlib.sha256(content).hexdigest()}"


@pytest.fixture(scope="session")
def foreign_environment(built_wheel: Path) -> Callable[..., Path]:
    """Give a function `(name, *steps) -> path of that environment's python`."""

    def environment_of(name: str, *steps: str) -> Path:
        wanted = [fingerprint(step, built_wheel) for step in steps]
        environment = Environment(name)
        VENVS.mkdir(exist_ok=True)
        with FileLock(f"{environment.folder}.lock", timeout=INSTALL_SECONDS):
            done = environment.steps_done()
            if done == wanted:
                return environment.python
            # A new wheel alone, as after each change of the tree, goes over the old one; an
            # earlier step can't be repeated without undoing what came after it.
            begin = len(steps) - 1
            if steps[-1] != THIS_PACKAGE or done[:-1] != wanted[:-1] or len(done) != len(wanted):
                environment.create()
                begin = 0
            environment.mark([])
            for step in steps[begin:]:
                environment.do(step, built_wheel)
            environment.mark(wanted)
        return environment.python

    return environment_of


@pytest.fixture(scope="session")
def run_foreign() -> Callable[..., str]:
    """Give a function that runs a file of `scripts` with that python: `(python, script, *arguments,
    **variables) -> stdout`. Variables are added to the environment."""

    def run_script(python: Path, script: str, *arguments: str, **variables: str) -> str:
        path = HERE / "scripts" / script
        return run(python, path, *arguments, seconds=SCRIPT_SECONDS, **variables)

    return run_script
