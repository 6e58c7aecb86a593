"""Imports as a reader or a freezer sees them, without running the packages."""

from __future__ import annotations

import tomllib
from modulefinder import ModuleFinder
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("zeebe_auth", "zeebe_grpc")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# What programs, tests and tools import, or start with `python -m`, by a documented name.
PUBLIC = (
    "zeebe_auth",
    "zeebe_auth.__main__",
    "zeebe_auth.testing",
    "zeebe_auth.testing.__main__",
    "zeebe_grpc",
    "zeebe_grpc.__main__",
    "zeebe_grpc.aio",
    "zeebe_grpc.sandbox",
    "zeebe_grpc.sandbox.demo",
    "zeebe_grpc.sandbox.pytest_plugin",
)
SCRIPTS = tuple(target.partition(":")[0] for target in PROJECT["scripts"].values())
HOOKS = tuple(
    target.partition(":")[0]
    for group in PROJECT["entry-points"].values()
    for target in group.values()
)
# Another library looks them up by name; a frozen program that wants that names them itself.
OF_EXPORTERS = {
    target.partition(":")[0]
    for target in PROJECT["entry-points"]["opentelemetry_otlp_credential_provider"].values()
}


class OurModules(ModuleFinder):
    """Follows import statements, as they are compiled, through our packages and no further."""

    def find_module(self, name, path, parent=None):
        if path is None and name not in PACKAGES:
            raise ImportError(name)
        return super().find_module(name, path, parent)


def reached_from(*names: str) -> set[str]:
    """The modules of ours that are imported by these, by what those import, and so on."""
    finder = OurModules(path=[str(ROOT)])
    for name in names:
        finder.import_hook(name)
    return {name for name in finder.modules if name.partition(".")[0] in PACKAGES}


def all_modules() -> set[str]:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    names = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files)
    # A file with a hyphen in its name is run by PyInstaller, and can't be imported.
    return {name.removesuffix(".__init__") for name in names if "-" not in name}


def test_each_module_is_imported_by_a_statement():
    """A module that is named by a string alone would be missing in a frozen program, and look
    unused."""
    assert all_modules() - reached_from(*PUBLIC, *SCRIPTS, *HOOKS) == set()


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("zeebe_auth", {"zeebe_auth.__main__", "zeebe_auth.cli", "zeebe_auth.testing"}),
        (
            "zeebe_grpc",
            {
                "zeebe_auth.__main__",
                "zeebe_auth.cli",
                "zeebe_auth.testing",
                "zeebe_grpc.__main__",
                "zeebe_grpc._pyinstaller",
                "zeebe_grpc.cli",
                "zeebe_grpc.message_json",
                "zeebe_grpc.sandbox",
            },
        ),
    ],
)
def test_a_program_gets_all_that_it_can_use_and_no_more(name, left_out):
    """Whatever a configuration chooses is reached from the package that a program imports; the
    command lines, the sandbox and what needs pytest are not."""
    whole = {module for module in all_modules() if name == "zeebe_grpc" or module.startswith(name)}
    missing = whole - reached_from(name) - OF_EXPORTERS
    assert {".".join(module.split(".")[:2]) for module in missing} == left_out


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_command_line_gets_each_of_its_commands(script):
    """Its modules are imported one at a time, each when its command is used."""
    own = script.rpartition(".")[0]
    missing = {module for module in all_modules() if module.startswith(own)} - reached_from(script)
    assert missing == set()
