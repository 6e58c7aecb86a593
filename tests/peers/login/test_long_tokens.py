"""Identity providers make long tokens: the keychain can hold what a login stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest

from zeebe_grpc.sandbox.oauth.http_server import HttpReply, HttpRequest, HttpServer

LENGTH = 8192
SECRET = "s" * LENGTH
TOKEN = "t" * LENGTH


@dataclass
class Endpoint:
    """A token endpoint that issues one long token, and records the secrets it received."""

    url: str
    secrets: list[str] = field(default_factory=list)

    def answer(self, request: HttpRequest) -> HttpReply:
        self.secrets += parse_qs(request.body.decode())["client_secret"]
        reply = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
        return HttpReply(200, json.dumps(reply).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = HttpServer(None)
    endpoint = Endpoint(f"{server.url}/oauth/token")
    server.start(endpoint.answer)
    yield endpoint
    server.close()


@pytest.mark.parametrize("store", ["keyring", "file"])
def test_a_login_with_8_kib(machine, endpoint, store):
    """A secret and a token of 8 KiB each go through login and the keychain whole, from one process
    to the next, and a logout leaves nothing of them."""
    variables = {"ZEEBE_AUTH_STORE": store}
    arguments = ["--client-id", "client", "--token-url", endpoint.url, "--secret-stdin"]
    login = machine.run("zeebe-auth", "login", *arguments, stdin=SECRET, **variables)
    assert login.returncode == 0, login.stderr

    assert machine.run("zeebe-auth", "token", **variables).stdout == f"{TOKEN}\n"
    assert endpoint.secrets == [SECRET]
    assert machine.run("zeebe-auth", "token", "--fresh", **variables).stdout == f"{TOKEN}\n"
    assert endpoint.secrets == [SECRET, SECRET]
    kept = machine.found_in_keychain()
    assert SECRET in kept
    assert (TOKEN in kept) is (store == "keyring")

    assert machine.run("zeebe-auth", "logout", **variables).returncode == 0
    assert machine.found_in_keychain() == ""
    assert machine.token_files() == []
