"""Python's switches, and a zip file instead of an installed package."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import grpc
import pytest

import zeebe_auth
import zeebe_grpc

FOLDERS = [Path(module.__file__).parent for module in (zeebe_auth, zeebe_grpc)]
PLACES = {str(folder.parent) for folder in (*FOLDERS, Path(grpc.__file__).parent)}
PROGRAM = """
import sys
import zeebe_grpc
with zeebe_grpc.connect() as channel:
    topology = zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest())
print(topology.clusterSize, sys.flags.optimize, sys.flags.isolated, sys.flags.no_site)
"""
COMMAND_LINE = "import sys\nfrom zeebe_grpc.cli.main import main\nsys.exit(main())\n"


def run_python(zeebe_sandbox, *arguments: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=zeebe_sandbox.child_environment() | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("switches", "flags"),
    [(["-O"], "1 0 0"), (["-OO"], "2 0 0"), (["-I"], "0 1 0"), (["-S"], "0 0 1")],
    ids=" ".join,
)
def test_a_program_runs_with_pythons_switches(zeebe_sandbox, switches, flags) -> None:
    """It runs without asserts, without docstrings, isolated, and without `site`."""
    places = {"PYTHONPATH": os.pathsep.join(PLACES)} if "-S" in switches else {}
    assert run_python(zeebe_sandbox, *switches, "-c", PROGRAM, **places) == f"3 {flags}\n"


@pytest.mark.parametrize("command", [["--help"], ["topology", "--help"], ["doctor"]], ids=" ".join)
def test_a_command_line_needs_no_docstrings(zeebe_sandbox, command) -> None:
    """Its help texts are strings of their own."""
    plain, stripped = (
        run_python(zeebe_sandbox, *switches, "-c", COMMAND_LINE, *command)
        for switches in ([], ["-OO"])
    )
    assert [line.split()[:2] for line in stripped.splitlines()] == [
        line.split()[:2] for line in plain.splitlines()
    ]


def test_a_program_runs_from_a_zip_file(zeebe_sandbox, tmp_path) -> None:
    """Our files and gateway.proto are read from it; compiled packages are installed beside it."""
    archive = tmp_path / "zeebe-grpc.pyz"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("__main__.py", COMMAND_LINE)
        for folder in FOLDERS:
            for file in folder.rglob("*"):
                if file.suffix in {".py", ".proto"}:
                    packed.write(file, file.relative_to(folder.parent))
    code = "import zeebe_grpc; print(zeebe_grpc.__file__)"
    where = run_python(zeebe_sandbox, "-P", "-c", code, PYTHONPATH=str(archive))
    assert Path(where.strip()) == archive / "zeebe_grpc" / "__init__.py"
    assert "zeebe-0." in run_python(zeebe_sandbox, str(archive), "topology")
    proto = (FOLDERS[1] / "gateway.proto").read_text(encoding="utf-8")
    assert run_python(zeebe_sandbox, str(archive), "proto") == proto
