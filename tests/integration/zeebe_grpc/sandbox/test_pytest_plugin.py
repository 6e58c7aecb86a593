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


FAILING_TESTS = """
import zeebe_auth
from zeebe_auth import AccessToken, Secret

OPAQUE = "opaque-token-1"
TOKEN = AccessToken(Secret(OPAQUE))
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJlLXRoYXQtb3BlbnMtZG9vcnM"


def test_header():
    assert TOKEN.authorization == "Bearer another-token"

def test_long_header():
    assert AccessToken(Secret("x" * 500 + OPAQUE)).authorization == "Bearer " + "x" * 500 + "OTHER"

def test_plain_header():
    assert {"authorization": "Bearer " + OPAQUE, "a": 1} == {"authorization": "Bearer o", "a": 1}

def test_metadata():
    assert (("te", "trailers"), ("authorization", TOKEN.authorization)) == ()

def test_list():
    assert [JWT, "plain"] == [JWT + "x", "plain"]

def test_revealed_jwt():
    assert JWT == JWT[:-5]

def test_where():
    assert not AccessToken(Secret(JWT)).value.reveal()

def test_in():
    assert "nothing" in "authorization: Bearer " + JWT

def test_message():
    raise ValueError("the header was Bearer " + JWT)

def test_output():
    print("authorization: Bearer", JWT)
    assert False

def test_of_sandbox(zeebe_sandbox, zeebe_sandbox_environment):
    with zeebe_auth.default_provider() as provider:
        token = provider.get_token()
        zeebe_sandbox_environment["THE_TOKEN"] = token.value.reveal()
        assert zeebe_sandbox_environment == {}

def test_other_comparisons_are_explained():
    assert "Expected bearer token at header" == "Expected bearer tokens"
"""


def test_no_report_shows_a_token(tmp_path):
    """Whatever way a token gets into a failed test, no report shows it, not even with variables or
    all details."""
    (tmp_path / "conftest.py").write_text(
        'pytest_plugins = ["zeebe_grpc.sandbox.pytest_plugin"]\n', encoding="utf-8"
    )
    (tmp_path / "test_users.py").write_text(FAILING_TESTS, encoding="utf-8")
    for options in (["-q"], ["-vv", "--showlocals"], ["--tb=short", "--junit-xml=report.xml"]):
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "12 failed" in ended.stdout, ended.stdout
        shown = ended.stdout + ended.stderr
        # The source lines of a traceback show what is written in the test itself.
        shown = "\n".join(line for line in shown.splitlines() if not line.startswith((">", "  ")))
        for secret in ("opaque-token", "OTHER'", "c2lnbmF0dXJl", "eyJ", "~._-", "/sandbox/"):
            assert secret not in shown, (options, secret, shown)
        assert "Bearer **********" in shown
        assert "Expected bearer token at header" in shown
    assert "c2lnbmF0dXJl" not in (tmp_path / "report.xml").read_text(encoding="utf-8")
