"""`zeebe-grpc doctor` in an environment that PyPI's zeebe-grpc was installed into."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.timeout(1800)


def test_doctor_notices_that_pypi_zeebe_grpc_replaced_our_files(foreign_environment, run_foreign):
    """pip reports nothing; doctor names the package, the files and the way back, and exits with
    2."""
    python = foreign_environment(
        "zeebe-grpc-over-ours", "zeebe_credentials.txt", ".", "zeebe_grpc.txt"
    )
    code, _, step = run_foreign(python, "run_doctor.py").partition(" ")
    first = json.loads(step)
    assert code == "2"
    assert first["name"] == "installation"
    assert first["status"] == "failed"
    assert "zeebe-grpc 8.4.13" in first["detail"]
    assert "pip uninstall zeebe-grpc" in first["advice"]


def test_doctor_is_content_with_our_own_files(foreign_environment, run_foreign, zeebe_sandbox):
    """Where nothing was replaced, the installation step is ok and all further steps run."""
    python = foreign_environment("zeebe-credentials", "zeebe_credentials.txt", ".")
    output = run_foreign(python, "run_doctor.py", **zeebe_sandbox.child_environment())
    code, _, step = output.partition(" ")
    assert code == "0"
    assert json.loads(step)["status"] == "ok"
