"""Environments for software that can't share ours, kept under .venvs until what is in them changes.

A test asks for one by a name and the steps that make it, in their order: a requirements file of
`requirements`, or a folder with a package, built as a wheel from the tree as it is ("." is this
package):

    python = foreign_environment("pyzeebe", "pyzeebe.txt", ".")

The requirements files are pinned and hashed, and bring what the packages need as well, so that a
folder installs nothing else. What has no wheel on PyPI is built with what was installed before it:
build_tools.txt then comes first. What can't be had fails the test.
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

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "tests" / "foreign"
VENVS = ROOT / ".venvs"
INSTALL_SECONDS = 600


def run_apart(*command: str | Path, seconds: float, cwd: Path = ROOT, **variables: str) -> str:
    """Run a command without what this interpreter's environment would tell another one."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    }
    done = subprocess.run(
        command,
        cwd=cwd,
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


# The module `wheel` comes with build_tools.txt alone; a new environment may have setuptools.
FIND_TOOLS = "import importlib.util; print(importlib.util.find_spec('wheel') is not None)"


class Step:
    """Something to install, and the content by which a change of it is seen."""

    def __init__(self, name: str, wheel_of: Callable[[str], Path]) -> None:
        self.is_package = not name.endswith(".txt")
        self._file = wheel_of(name) if self.is_package else REQUIREMENTS / name
        self.fingerprint = f"{name} {hashlib.sha256(self._file.read_bytes()).hexdigest()}"

    def do(self, python: Path) -> None:
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if self.is_package:
            wheel = ["--no-deps", "--force-reinstall", self._file]
            run_apart(*pip, *wheel, seconds=INSTALL_SECONDS)
            run_apart(python, "-m", "pip", "check", seconds=INSTALL_SECONDS)
        else:
            # What has to be compiled is built with the tools that an earlier step installed: those
            # that pip would fetch for it are not pinned.
            has_tools = (
                run_apart(python, "-c", FIND_TOOLS, seconds=INSTALL_SECONDS).strip() == "True"
            )
            pinned = ["--require-hashes", *(["--no-build-isolation"] if has_tools else [])]
            run_apart(*pip, *pinned, "-r", self._file, seconds=INSTALL_SECONDS)


class Environment:
    """One virtual environment and the steps, with what they held, that have been done in it."""

    def __init__(self, name: str) -> None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        self.folder = VENVS / f"foreign-{name}-{version}"
        scripts = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        self.python = self.folder / scripts
        self._stamp = self.folder / "steps-done.json"

    def bring_to(self, steps: list[Step]) -> None:
        wanted = [step.fingerprint for step in steps]
        done = self._steps_done()
        if done == wanted:
            return
        begin = self._first_to_repeat(steps, done)
        if begin == 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            run_apart(sys.executable, "-m", "venv", self.folder, seconds=INSTALL_SECONDS)
        self._mark([])
        for step in steps[begin:]:
            step.do(self.python)
        self._mark(wanted)

    def _first_to_repeat(self, steps: list[Step], done: list[str]) -> int:
        # New packages, as after each change of the tree, go over the old ones; a step with
        # requirements after it can't be repeated without undoing what came of those.
        if len(done) != len(steps):
            return 0
        changed = next(i for i, step in enumerate(steps) if step.fingerprint != done[i])
        return changed if all(step.is_package for step in steps[changed:]) else 0

    def _steps_done(self) -> list[str]:
        if not self._stamp.exists():
            return []
        return list(json.loads(self._stamp.read_text(encoding="utf-8")))

    def _mark(self, steps: list[str]) -> None:
        self._stamp.write_text(json.dumps(steps), encoding="utf-8")


@pytest.fixture(scope="session")
def wheel_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a function `(folder) -> the wheel of the package in it`; folders are as seen from the
    top of the tree."""
    wheels: dict[str, Path] = {}

    def build(folder: str) -> Path:
        if folder not in wheels:
            out = tmp_path_factory.mktemp("wheel")
            command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out]
            run_apart(*command, ROOT / folder, seconds=INSTALL_SECONDS)
            (wheels[folder],) = out.glob("*.whl")
        return wheels[folder]

    return build


@pytest.fixture(scope="session")
def foreign_environment(wheel_of: Callable[[str], Path]) -> Callable[..., Path]:
    """Give a function `(name, *steps) -> path of that environment's python`."""

    def environment_of(name: str, *steps: str) -> Path:
        environment = Environment(name)
        VENVS.mkdir(exist_ok=True)
        with FileLock(f"{environment.folder}.lock", timeout=INSTALL_SECONDS):
            environment.bring_to([Step(step, wheel_of) for step in steps])
        return environment.python

    return environment_of
