"""A token that is revoked, and what a logout reports of it (RFC 7009)."""

from __future__ import annotations

import json
import traceback
from urllib.parse import parse_qs

import keyring
import pytest
from remembering_keychain import RememberingKeychain

from zeebe_auth import AccessToken, FileStore, TokenKey
from zeebe_auth.cli.main import main
from zeebe_auth.configuration.kept_login import keep_login
from zeebe_auth.credentials.authentication import ClientCertificate, ClientSecret, PrivateKey
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    InvalidClientError,
    RateLimitedError,
    StoreError,
    TokenEndpointUnreachable,
    TokenResponseError,
)
from zeebe_auth.secret import Secret

TOKEN = AccessToken(Secret("s3cret-t0ken"), expires_at=1e11)


@pytest.fixture
def revoking_server(serve, wire):
    """A server whose document names /revoke, and what it answers there."""

    def start(answer: bytes | None = None, named: str = "BASE/revoke", **options):
        server = serve(**options)
        document = {"issuer": "x", "token_endpoint": "BASE/t", "revocation_endpoint": named}
        document["mtls_endpoint_aliases"] = {"revocation_endpoint": "BASE/revoke-mtls"}

        def reply(request):
            if request.line.startswith("GET"):
                filled = json.dumps(document).replace("BASE", server.url)
                return wire.reply(200, filled.encode())
            return answer or wire.reply(200)

        server.answer = reply
        return server

    return start


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_the_token_goes_to_the_place_that_discovery_names(
    revoking_server, endpoint, credentials_for, method
):
    """Token, hint and client authentication arrive in a form."""
    server = revoking_server()
    proof = ClientSecret(Secret("hush"), method)
    credentials = credentials_for(None, well_known_url=f"{server.url}/doc", authentication=proof)
    assert endpoint().revoke_token(credentials, TOKEN)
    request = server.received[-1]
    assert request.line == "POST /revoke HTTP/1.1"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    form = parse_qs(request.body.decode())
    assert form["token"] == ["s3cret-t0ken"]
    assert form["token_type_hint"] == ["access_token"]
    assert ("client_secret" in form) is (method == "client_secret_post")
    assert ("Authorization" in request.headers) is (method == "client_secret_basic")


def test_a_configured_place_needs_no_discovery(serve, endpoint, credentials_for, wire):
    """Where the token URL is given, the revocation URL can be, too; JSON is for tokens alone."""
    server = serve(answer=lambda _request: wire.reply(204))
    credentials = credentials_for(
        f"{server.url}/t", revocation_url=f"{server.url}/revoke", request_format="json"
    )
    assert endpoint().revoke_token(credentials, TOKEN)
    (request,) = server.received
    assert request.line == "POST /revoke HTTP/1.1"
    assert parse_qs(request.body.decode())["token"] == ["s3cret-t0ken"]


def test_a_client_certificate_revokes_at_the_address_made_for_it(
    revoking_server, endpoint, credentials_for, authority
):
    """mtls_endpoint_aliases are used as for the token endpoint (RFC 8705, 5)."""
    server = revoking_server(
        tls=authority.server_context("localhost", client_ca=authority.file),
    )
    certificate = ClientCertificate.from_files(authority.certificate("a-client"))
    credentials = credentials_for(
        None, well_known_url=f"{server.url}/doc", authentication=certificate
    )
    assert endpoint(ca_certificate=authority.file).revoke_token(credentials, TOKEN)
    assert server.received[-1].line.startswith("POST /revoke-mtls ")


def test_nowhere_to_revoke_is_no_error(serve, endpoint, credentials_for):
    """Most configured token URLs have no revocation endpoint; nothing is sent then."""
    server = serve()
    assert not endpoint().revoke_token(credentials_for(server.url), TOKEN)
    assert server.received == []


def test_a_server_that_revokes_no_such_tokens(revoking_server, endpoint, credentials_for, wire):
    """unsupported_token_type (RFC 7009, 2.2.1) is an answer, not a failure."""
    server = revoking_server(wire.json(400, {"error": "unsupported_token_type"}))
    credentials = credentials_for(None, well_known_url=f"{server.url}/doc")
    assert not endpoint().revoke_token(credentials, TOKEN)


@pytest.mark.parametrize(
    ("status", "document", "kind"),
    [
        (401, {"error": "invalid_client"}, InvalidClientError),
        (403, None, InvalidClientError),
        (400, {"error": "invalid_request"}, TokenResponseError),
        (404, None, TokenResponseError),
        (302, None, TokenResponseError),
        (429, None, RateLimitedError),
        (500, None, TokenEndpointUnreachable),
    ],
)
def test_a_refusal_is_typed_and_leads_to_no_secret(
    revoking_server, endpoint, credentials_for, wire, status, document, kind
):
    """Each kind of failure is typed, and nothing that a reporter sees has token or secret."""
    server = revoking_server(wire.json(status, document))
    credentials = credentials_for(None, well_known_url=f"{server.url}/doc")
    with pytest.raises(kind) as caught:
        endpoint().revoke_token(credentials, TOKEN)
    shown = [str(caught.value), repr(caught.value.__context__)]
    for frame, _ in traceback.walk_tb(caught.value.__traceback__):
        if frame.f_code.co_filename != __file__:
            shown += [repr(value) for value in frame.f_locals.values()]
    assert "s3cret-t0ken" not in "\n".join(shown)


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [(401, "unauthorized_client", "secret, key or"), (400, "invalid_request", "to this client")],
)
def test_a_refusal_says_what_to_check(
    revoking_server, endpoint, credentials_for, wire, status, code, advice
):
    """The error names the client authentication, or a token that belongs to another client."""
    server = revoking_server(wire.json(status, {"error": code}))
    with pytest.raises(AuthError, match=advice):
        endpoint().revoke_token(credentials_for(None, well_known_url=f"{server.url}/doc"), TOKEN)


@pytest.mark.parametrize("method", ["client_secret_jwt", "client_secret_post"])
def test_an_assertion_may_be_for_the_wrong_audience(
    revoking_server, endpoint, credentials_for, wire, method
):
    """A client that got the token by an assertion has the right key: the error names the
    audience."""
    server = revoking_server(wire.reply(401))
    proof = ClientSecret(Secret("hush" * 16), method)
    credentials = credentials_for(None, well_known_url=f"{server.url}/doc", authentication=proof)
    with pytest.raises(InvalidClientError) as caught:
        endpoint().revoke_token(credentials, TOKEN)
    assert ("want the revocation endpoint" in str(caught.value)) is (method == "client_secret_jwt")


def test_a_proof_that_cannot_be_made_leads_to_no_token(serve, endpoint, credentials_for):
    """A key that is gone is a configuration error; nothing is sent."""
    server = serve()
    credentials = credentials_for(
        server.url, revocation_url=server.url, authentication=PrivateKey(Secret("no key"))
    )
    with pytest.raises(ConfigurationError) as caught:
        endpoint().revoke_token(credentials, TOKEN)
    for frame, _ in traceback.walk_tb(caught.value.__traceback__):
        if frame.f_code.co_filename != __file__:
            assert "s3cret-t0ken" not in repr(list(frame.f_locals.values()))
    assert caught.value.__context__ is None
    assert server.received == []


def test_the_place_must_be_https(revoking_server, endpoint, credentials_for):
    """A token is not sent in plaintext, as a secret isn't."""
    server = revoking_server(named="http://login.example/revoke")
    with pytest.raises(ConfigurationError, match="revocation URL"):
        endpoint().revoke_token(credentials_for(None, well_known_url=f"{server.url}/doc"), TOKEN)


@pytest.fixture
def logged_in(monkeypatch, tmp_path, credentials_for):
    """A keychain entry and a stored token; it gives the two for the credentials' addresses."""
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("CAMUNDA_TOKEN_CACHE_DIR", str(tmp_path / "tokens"))
    before, keychain = keyring.get_keyring(), RememberingKeychain()
    keyring.set_keyring(keychain)

    def start(token: AccessToken = TOKEN, **addresses: str):
        credentials = credentials_for(None, **addresses)
        keep_login("default", credentials, {})
        store = FileStore(tmp_path / "tokens")
        store.save(TokenKey.of(credentials), token)
        return keychain, lambda: store.load(TokenKey.of(credentials))

    yield start
    keyring.set_keyring(before)


def test_a_logout_revokes_the_stored_token(revoking_server, logged_in, capsys):
    """A copy of the file store's token is of no use after a logout."""
    server = revoking_server()
    keychain, stored = logged_in(well_known_url=f"{server.url}/doc")
    assert main(["logout"]) == 0
    assert parse_qs(server.received[-1].body.decode())["token"] == ["s3cret-t0ken"]
    assert keychain.entries == {}
    assert stored() is None
    assert "was revoked" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "code"), [(500, 4), (401, 3), (400, 1)])
def test_a_revocation_that_fails_is_told_and_all_is_removed(
    revoking_server, logged_in, wire, capsys, status, code
):
    """The message and the exit code report it; keychain and store are empty nevertheless."""
    server = revoking_server(wire.reply(status))
    keychain, stored = logged_in(well_known_url=f"{server.url}/doc")
    assert main(["logout"]) == code
    assert keychain.entries == {}
    assert stored() is None
    err = capsys.readouterr().err
    assert '"default" was removed' in err
    assert "could not be revoked" in err
    assert "s3cret-t0ken" not in err


def test_a_token_that_stays_in_the_store_is_revoked_nevertheless(
    revoking_server, logged_in, wire, monkeypatch, capsys
):
    """The store's error is reported first, then the server's reply."""

    def broken(store, key, token=None):
        raise StoreError("The disk is read-only.")

    monkeypatch.setattr(FileStore, "delete", broken)
    server = revoking_server(wire.reply(500))
    keychain, _ = logged_in(well_known_url=f"{server.url}/doc")
    assert main(["logout"]) == 1
    assert server.received[-1].line.startswith("POST /revoke ")
    assert keychain.entries == {}
    err = capsys.readouterr().err
    assert "read-only" in err
    assert "returned a server error (HTTP 500)" in err


def test_an_expired_token_is_not_revoked(revoking_server, logged_in):
    """An expired token is of no use, so no request is made."""
    server = revoking_server()
    keychain, _ = logged_in(
        AccessToken(Secret("s3cret-t0ken"), expires_at=1.0), well_known_url=f"{server.url}/doc"
    )
    assert main(["logout"]) == 0
    assert server.received == []
    assert keychain.entries == {}
