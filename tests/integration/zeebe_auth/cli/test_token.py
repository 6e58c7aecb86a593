"""`zeebe-auth token` and `status` against a real token endpoint."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest


def test_a_second_token_makes_no_request(zeebe_auth, sandbox) -> None:
    """Two processes print the same token for one token request."""
    first = zeebe_auth("token", **sandbox.environment)
    second = zeebe_auth("token", **sandbox.environment)
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout
    assert first.stdout.count(".") == 2
    assert first.stderr == ""
    assert sandbox.token_requests == 1


def test_fresh_asks_again_and_stores_the_answer(zeebe_auth, sandbox) -> None:
    """--fresh bypasses the store, and the next process has the new token."""
    old = zeebe_auth("token", **sandbox.environment).stdout
    fresh = zeebe_auth("token", "--fresh", **sandbox.environment).stdout
    after = zeebe_auth("token", **sandbox.environment).stdout
    assert old != fresh == after
    assert sandbox.token_requests == 2


def test_fresh_passes_a_cooldown_by(zeebe_auth, sandbox) -> None:
    """After a refusal `token` fails fast without a request, and --fresh makes one."""
    sandbox.refuse_token_requests(1, 401)
    assert zeebe_auth("token", **sandbox.environment).returncode == 3
    asked = sandbox.token_requests
    assert zeebe_auth("token", **sandbox.environment).returncode == 3
    assert sandbox.token_requests == asked
    assert zeebe_auth("token", "--fresh", **sandbox.environment).returncode == 0
    assert zeebe_auth("token", **sandbox.environment).returncode == 0
    assert sandbox.token_requests == asked + 1


def test_a_wrong_secret_ends_with_3(zeebe_auth, sandbox) -> None:
    """The error names the client and what to check, but not the secret."""
    wrong = {**sandbox.environment, "CAMUNDA_CLIENT_SECRET": "wr0ng-s3cr3t"}
    done = zeebe_auth("token", **wrong)
    assert (done.returncode, done.stdout) == (3, "")
    assert sandbox.client_id in done.stderr
    assert "wr0ng-s3cr3t" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_wrong_audience_is_no_refused_client(zeebe_auth, sandbox) -> None:
    """An audience that the client may not ask for ends with 1 and names the endpoint."""
    wrong = {**sandbox.environment, "CAMUNDA_TOKEN_AUDIENCE": "somebody-else"}
    done = zeebe_auth("token", **wrong)
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr


def test_an_endpoint_that_is_not_there_ends_with_4(zeebe_auth, sandbox) -> None:
    """A port without a server is reported as not reachable."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{taken.getsockname()[1]}/token"
        nowhere = {**sandbox.environment, "CAMUNDA_OAUTH_URL": url}
        done = zeebe_auth("token", **nowhere)
    assert (done.returncode, done.stdout) == (4, "")
    assert url.removesuffix("/token") in done.stderr


def test_a_time_limit_ends_with_4(zeebe_auth, sandbox) -> None:
    """--timeout gives up on an endpoint that does not answer."""
    sandbox.token_delay_seconds = 60
    done = zeebe_auth("token", "--timeout", "0.2", **sandbox.environment)
    assert (done.returncode, done.stdout) == (4, "")


def test_an_unknown_authority_ends_with_4(zeebe_auth, sandbox) -> None:
    """A certificate of an unknown authority is refused, and the CA setting is named."""
    environment = sandbox.environment
    del environment["CAMUNDA_CA_CERTIFICATE_PATH"]
    done = zeebe_auth("token", **environment)
    assert done.returncode == 4
    assert "certificate" in done.stderr


def test_a_page_instead_of_json_is_said_and_not_quoted(zeebe_auth, sandbox) -> None:
    """A page that a proxy returns is not taken for a token and never shown."""
    sandbox.refuse_token_requests(1, 400, html=True)
    done = zeebe_auth("token", **sandbox.environment)
    assert done.returncode == 1
    assert "<html" not in done.stderr.lower()


def test_plaintext_beyond_loopback_is_refused(zeebe_auth, sandbox) -> None:
    """A secret isn't sent over http:// to another machine."""
    environment = {**sandbox.environment, "CAMUNDA_OAUTH_URL": "http://192.0.2.1/token"}
    done = zeebe_auth("token", **environment)
    assert done.returncode == 2
    assert "https" in done.stderr


def test_a_broken_token_file_is_warned_of_in_plain_lines(zeebe_auth, sandbox, tmp_path) -> None:
    """A corrupt file is set aside with one line on stderr, and the token is printed."""
    directory = tmp_path / "tokens"
    environment = {**sandbox.environment, "CAMUNDA_TOKEN_CACHE_DIR": str(directory)}
    assert zeebe_auth("token", **environment).returncode == 0
    (file,) = directory.glob("*.json")
    file.write_text("{broken")
    done = zeebe_auth("token", **environment)
    assert done.returncode == 0
    assert done.stdout.count(".") == 2
    assert str(file) in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_status_tells_the_token_of_another_process(zeebe_auth, sandbox) -> None:
    """status shows what is stored and asks no endpoint."""
    zeebe_auth("token", **sandbox.environment)
    done = zeebe_auth("status", "--output", "json", **sandbox.environment)
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["token"]["state"] == "usable"
    assert report["token_endpoint"]["url"] == sandbox.token_url
    assert sandbox.token_requests == 1


def test_status_tells_a_cooldown_of_another_process(zeebe_auth, sandbox) -> None:
    """A refusal is shared through the store, and shown with its end."""
    sandbox.refuse_token_requests(1, 401)
    zeebe_auth("token", **sandbox.environment)
    done = zeebe_auth("status", "--output", "json", **sandbox.environment)
    assert json.loads(done.stdout)["cooldown"]["until"].startswith("20")


@pytest.mark.parametrize("command", ["token", "status"])
def test_a_conflicting_environment_ends_with_2(command, zeebe_auth, sandbox) -> None:
    """Two names of one thing that disagree are an error before any request."""
    conflicting = {**sandbox.environment, "ZEEBE_CLIENT_ID": "somebody-else"}
    done = zeebe_auth(command, **conflicting)
    assert done.returncode == 2
    assert "ZEEBE_CLIENT_ID" in done.stderr + done.stdout
    assert sandbox.token_requests == 0


def test_a_warm_token_loads_nothing_heavy(zeebe_auth, sandbox) -> None:
    """With a token at hand no HTTP, keyring, gRPC or cryptography module is imported."""
    zeebe_auth("token", **sandbox.environment)
    program = (
        "import sys\n"
        "from zeebe_auth.cli.main import main\n"
        "code = main(['token'])\n"
        "heavy = {'grpc', 'google', 'authlib', 'httpx2', 'httpcore2', 'keyring', 'cryptography',"
        " 'filelock', 'platformdirs', 'joserfc', 'cachetools', 'asyncio', 'argcomplete'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
        "print('importlib.metadata' in sys.modules, file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**zeebe_auth.environment, **sandbox.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == "[]\nFalse\n"
    assert sandbox.token_requests == 1
