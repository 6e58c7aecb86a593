"""Tokens that are revoked at the sandbox (RFC 7009), by a plain client and by a logout."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import grpc
import keyring
import pytest
from remembering_keychain import RememberingKeychain

from zeebe_auth.cli.main import main
from zeebe_grpc import gateway_pb2

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def revoke(sandbox, http_client):
    """Request the revocation of a token, as the sandbox's client by default."""

    def ask(token, client_id=None, client_secret=None):
        body = {
            "token": token,
            "token_type_hint": "access_token",
            "client_id": client_id or sandbox.client_id,
            "client_secret": client_secret or sandbox.client_secret,
        }
        return http_client(sandbox).send("POST", "/oauth/revoke", urlencode(body), FORM)

    return ask


def is_let_in(stub, bearer, token) -> bool:
    request = gateway_pb2.TopologyRequest()
    call = stub.Topology.future(request, metadata=bearer(token), timeout=10)
    if call.exception() is None:
        return True
    assert (call.code(), call.details()[-7:]) == (grpc.StatusCode.UNAUTHENTICATED, "revoked")
    return False


def test_a_revoked_token_opens_nothing_and_others_do(ask, revoke, stub, bearer):
    """One token is revoked, not all of them."""
    first, second = (ask().json["access_token"] for _ in range(2))
    assert is_let_in(stub, bearer, first)
    assert revoke(first).status == 200
    assert not is_let_in(stub, bearer, first)
    assert is_let_in(stub, bearer, second)


def test_a_token_that_is_none_is_no_error(revoke):
    """Revoking twice is fine (RFC 7009, 2.2)."""
    assert revoke("no-token-of-anybodys").status == 200


@pytest.mark.parametrize(("client_id", "status"), [(None, 401), ("another", 400)])
def test_others_revoke_nothing(sandbox, ask, revoke, stub, bearer, client_id, status):
    """A wrong secret is refused, and so is a client that the token wasn't issued to."""
    token = ask().json["access_token"]
    if client_id is not None:
        sandbox.add_client(client_id, "its-secret")
    secret = "its-secret" if client_id else "wrong"
    assert revoke(token, client_id, secret).status == status
    assert is_let_in(stub, bearer, token)


@pytest.fixture
def home(monkeypatch, tmp_path):
    """Empty directories of a user."""
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    before = keyring.get_keyring()
    keyring.set_keyring(RememberingKeychain())
    yield tmp_path
    keyring.set_keyring(before)


@pytest.mark.parametrize("way", ["console file", "issuer"])
def test_a_logout_revokes_what_the_login_obtained(
    sandbox, home, monkeypatch, capsys, stub, bearer, way
):
    """The endpoint comes from the Console file or from the discovery document."""
    if way == "console file":
        options = ["--from-file", str(sandbox.console_file(home / "console.env"))]
    else:
        monkeypatch.setattr("sys.stdin", io.StringIO(sandbox.client_secret))
        options = ["--client-id", sandbox.client_id, "--issuer", sandbox.issuer, "--secret-stdin"]
        options += ["--ca-certificate", str(sandbox.ca_certificate_path)]
        options += ["--address", sandbox.address]
    assert main(["login", *options]) == 0
    assert main(["token"]) == 0
    token = capsys.readouterr().out.strip()
    assert is_let_in(stub, bearer, token)
    assert main(["logout"]) == 0
    assert "was revoked" in capsys.readouterr().err
    assert not is_let_in(stub, bearer, token)
