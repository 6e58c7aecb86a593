"""The fixtures, as a user's own test suite takes them."""

import subprocess
import sys

USERS_TESTS = """
import os

def test_first(zeebe_sandbox):
    zeebe_sandbox.gateway_refuses_tokens = True
    zeebe_sandbox.add_client("left", "over")
    os.environ["ADDRESS_OF_FIRST"] = zeebe_sandbox.address

def test_second(zeebe_sandbox):
    assert not zeebe_sandbox.gateway_refuses_tokens
    assert os.environ["ADDRESS_OF_FIRST"] == zeebe_sandbox.address

def test_environment(zeebe_sandbox_environment, zeebe_sandbox):
    assert os.environ["ZEEBE_ADDRESS"] == zeebe_sandbox.address
    assert "CAMUNDA_CLUSTER_ID" not in os.environ
    assert "127.0.0.1" in os.environ["NO_PROXY"]
    assert zeebe_sandbox_environment == zeebe_sandbox.environment

def test_environment_afterwards():
    assert "ZEEBE_ADDRESS" not in os.environ
    assert os.environ["CAMUNDA_CLUSTER_ID"] == "another"
"""


def test_a_suite_with_the_fixtures(tmp_path, monkeypatch):
    """One sandbox serves a whole session, is as new for each test, and leaves no variable set."""
    (tmp_path / "conftest.py").write_text(
        'pytest_plugins = ["zeebe_grpc.sandbox.pytest_plugin"]\n', encoding="utf-8"
    )
    (tmp_path / "test_users.py").write_text(USERS_TESTS, encoding="utf-8")
    monkeypatch.setenv("CAMUNDA_CLUSTER_ID", "another")
    monkeypatch.delenv("ZEEBE_ADDRESS", raising=False)

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "4 passed" in ended.stdout, ended.stdout
