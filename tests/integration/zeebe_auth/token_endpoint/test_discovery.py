"""How a token endpoint is found from its issuer."""

from __future__ import annotations

import json
import socket
from urllib.parse import parse_qs

import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_auth.clock import Clock
from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.errors import (
    AuthError,
    ConfigurationError,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenResponseError,
)
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport
from zeebe_auth.token_endpoint.http import sending


@pytest.fixture
def issuer_server(serve, wire):
    """A server with documents at some paths and a token endpoint at /t."""

    def start(documents: dict[str, object], **options):
        server = serve(**options)

        def answer(request):
            path = request.line.split(" ")[1]
            if path.startswith("/t"):
                return wire.json(document=wire.token)
            if path not in documents:
                return wire.reply(404, b"<html>")
            document = documents[path]
            if isinstance(document, bytes):
                return document
            filled = json.dumps(document).replace("BASE", server.url)
            return wire.reply(200, filled.encode())

        server.answer = answer
        return server

    return start


def _paths(server) -> list[str]:
    return [each.line.split(" ")[1] for each in server.received]


@pytest.mark.parametrize(
    ("issuer_path", "document_path"),
    [
        ("", "/.well-known/oauth-authorization-server"),
        ("/", "/.well-known/oauth-authorization-server"),
        ("", "/.well-known/openid-configuration"),
        ("/realms/a", "/.well-known/oauth-authorization-server/realms/a"),
        ("/realms/a", "/realms/a/.well-known/openid-configuration"),
        ("/realms/a/", "/realms/a/.well-known/openid-configuration"),
        ("/realms/a", "/.well-known/openid-configuration/realms/a"),
    ],
)
def test_every_well_known_place_is_tried(
    issuer_server, endpoint, credentials_for, issuer_path, document_path
):
    """RFC 8414 puts the well-known part before the issuer's path, OpenID after it."""
    document = {"issuer": f"BASE{issuer_path}", "token_endpoint": "BASE/t"}
    server = issuer_server({document_path: document})
    endpoint().request_token(credentials_for(None, issuer=f"{server.url}{issuer_path}"))
    assert _paths(server)[-2:] == [document_path, "/t"]
    assert all(each.body == b"" for each in server.received[:-1])


def test_a_final_slash_of_the_issuer_does_not_matter(issuer_server, endpoint, credentials_for):
    """An issuer with and without a final slash is the same."""
    document = {"issuer": "BASE/", "token_endpoint": "BASE/t"}
    server = issuer_server({"/.well-known/oauth-authorization-server": document})
    endpoint().request_token(credentials_for(None, issuer=server.url))
    assert _paths(server)[-1] == "/t"


def test_a_well_known_url_is_asked_itself(issuer_server, endpoint, credentials_for):
    """A given document URL is the only one requested, and its document may name any issuer."""
    server = issuer_server({"/doc": {"issuer": "https://x.example", "token_endpoint": "BASE/t"}})
    endpoint().request_token(credentials_for(None, well_known_url=f"{server.url}/doc"))
    assert _paths(server) == ["/doc", "/t"]


@pytest.mark.parametrize("issuer", ["https://evil.example", None, 7])
def test_another_issuers_document_is_refused(issuer_server, endpoint, credentials_for, issuer):
    """A document that names another issuer gets no secret (RFC 8414, 3.3)."""
    document = {"issuer": issuer, "token_endpoint": "BASE/t"}
    server = issuer_server({"/.well-known/openid-configuration": document})
    with pytest.raises(TokenResponseError, match="another issuer"):
        endpoint().request_token(credentials_for(None, issuer=server.url))
    assert "/t" not in _paths(server)


@pytest.mark.parametrize("token_endpoint", [None, 7])
def test_a_document_without_a_token_endpoint_is_named(
    issuer_server, endpoint, credentials_for, token_endpoint
):
    """A document that names none can't be used."""
    server = issuer_server({"/doc": {"issuer": "x", "token_endpoint": token_endpoint}})
    with pytest.raises(TokenResponseError, match="names no token endpoint"):
        endpoint().request_token(credentials_for(None, well_known_url=f"{server.url}/doc"))


@pytest.mark.parametrize("named", ["http://login.example/t", "ftp://x/t", "t", "https://u:p@x/t"])
def test_a_named_token_endpoint_must_be_https(issuer_server, endpoint, credentials_for, named):
    """The https rule holds for endpoints that discovery finds, too."""
    server = issuer_server({"/doc": {"issuer": "x", "token_endpoint": named}})
    with pytest.raises(ConfigurationError, match="token endpoint that"):
        endpoint().request_token(credentials_for(None, well_known_url=f"{server.url}/doc"))


@pytest.mark.parametrize("what", ["well_known_url", "issuer"])
def test_the_document_itself_must_be_https(endpoint, credentials_for, what):
    """A document that came in plaintext could name anybody's endpoint."""
    with pytest.raises(ConfigurationError, match="http://"):
        endpoint().request_token(credentials_for(None, **{what: "http://login.example/x"}))


def test_no_document_anywhere_is_named(issuer_server, endpoint, credentials_for):
    """An issuer without a document is an error with a next step."""
    server = issuer_server({})
    with pytest.raises(TokenResponseError, match="give the token URL itself"):
        endpoint().request_token(credentials_for(None, issuer=f"{server.url}/realm"))
    assert len(server.received) == 3


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (429, {"Retry_After": "9"}, RateLimitedError),
        (503, {}, TokenEndpointUnreachable),
        (302, {"Location": "https://elsewhere.example/"}, TokenResponseError),
    ],
)
def test_trouble_with_the_document_keeps_its_kind(
    issuer_server, endpoint, credentials_for, wire, status, headers, kind
):
    """Rate limits, server errors and redirects are reported as those of the token endpoint are."""
    server = issuer_server({"/doc": wire.reply(status, **headers)})
    with pytest.raises(AuthError) as caught:
        endpoint().request_token(credentials_for(None, well_known_url=f"{server.url}/doc"))
    assert type(caught.value) is kind
    assert caught.value.status_code == status


def test_what_discovery_told_is_kept_for_an_hour(issuer_server, credentials_for):
    """One look-up serves an endpoint object for an hour; close() forgets it."""
    server = issuer_server({"/doc": {"issuer": "x", "token_endpoint": "BASE/t"}})
    now = [0.0]
    asking = TokenEndpoint(TokenTransport(), clock=Clock(lambda: 1.0, lambda: now[0]))
    credentials = credentials_for(None, well_known_url=f"{server.url}/doc")
    for now[0] in (0.0, 3599.0, 3601.0):
        asking.request_token(credentials)
    assert _paths(server) == ["/doc", "/t", "/t", "/doc", "/t"]
    asking.close()
    asking.request_token(credentials)
    assert _paths(server)[-2:] == ["/doc", "/t"]


@pytest.mark.parametrize("status", [404, 500])
def test_a_moved_endpoint_is_looked_up_again(
    issuer_server, endpoint, credentials_for, wire, status
):
    """When the discovered endpoint fails, the next request runs discovery again."""
    documents = {"/doc": {"issuer": "x", "token_endpoint": "BASE/old"}}
    documents["/old"] = wire.reply(status)
    server = issuer_server(documents)
    asking = endpoint()
    credentials = credentials_for(None, well_known_url=f"{server.url}/doc")
    with pytest.raises(AuthError):
        asking.request_token(credentials)
    documents["/doc"] = {"issuer": "x", "token_endpoint": "BASE/t"}
    asking.request_token(credentials)
    assert _paths(server) == ["/doc", "/old", "/doc", "/t"]


def test_a_client_certificate_uses_the_address_made_for_it(
    issuer_server, endpoint, credentials_for, authority
):
    """mtls_endpoint_aliases are used by clients with a certificate (RFC 8705, 5)."""
    document = {
        "issuer": "x",
        "token_endpoint": "BASE/nobody",
        "mtls_endpoint_aliases": {"token_endpoint": "BASE/t-mtls"},
    }
    server = issuer_server(
        {"/doc": document}, tls=authority.server_context("localhost", client_ca=authority.file)
    )
    certificate = ClientCertificate.from_files(authority.certificate("a-client"))
    endpoint(ca_certificate=authority.file).request_token(
        credentials_for(None, well_known_url=f"{server.url}/doc", authentication=certificate)
    )
    assert _paths(server) == ["/doc", "/t-mtls"]
    assert parse_qs(server.received[1].body.decode())["client_id"] == ["the-client"]


@pytest.fixture
def network(monkeypatch):
    """Makes every name resolve to loopback, and forgets which hosts were warned about."""
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, *rest, **more: look_up("127.0.0.1", *rest, **more)
    )
    monkeypatch.setattr(sending, "_warned_hosts", set())


@pytest.fixture
def documented(serve, wire):
    """Starts a server with one discovery document, made with its port, and a token endpoint."""

    def start(make_document, **options):
        server = serve(**options)

        def answer(request):
            is_document = "/.well-known/" in request.line
            return wire.json(document=make_document(server.port) if is_document else wire.token)

        server.answer = answer
        return server

    return start


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("token_url", "/t"),
        ("issuer", ""),
        ("well_known_url", "/.well-known/openid-configuration"),
    ],
)
def test_plaintext_to_a_host_that_the_credentials_name(
    documented, endpoint, credentials_for, name, path
):
    """token_insecure covers hosts in the configuration, and warns once for each host."""
    server = documented(
        lambda port: {
            "issuer": f"http://keycloak.test:{port}",
            "token_endpoint": f"http://keycloak.test:{port}/t",
        }
    )
    url = f"http://keycloak.test:{server.port}{path}"
    asking, credentials = (
        endpoint(allow_named_plaintext=True),
        credentials_for(**{"token_url": None, name: url}),
    )
    with pytest.warns(RuntimeWarning, match=r"to keycloak\.test unencrypted, as token_insecure"):
        asking.request_token(credentials)
    asking.request_token(credentials)
    assert _paths(server)[-1] == "/t"
    with pytest.raises(ConfigurationError, match="token_insecure = true in the profile"):
        endpoint().request_token(credentials)


def test_an_address_that_only_the_document_knows(issuer_server, endpoint, credentials_for):
    """A server in a container's network may publish an address that is only valid there: the error
    names the document, since no user wrote that address."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = f"http://127.0.0.1:{port}/t"
    server = issuer_server({"/w": {"issuer": "BASE", "token_endpoint": told}})
    with pytest.raises(TokenEndpointUnreachable, match="refused") as caught:
        endpoint().request_token(credentials_for(None, well_known_url=f"{server.url}/w"))
    assert f"The discovery document {server.url}/w names this address" in caught.value.message
    with pytest.raises(TokenEndpointUnreachable, match="refused") as caught:
        endpoint().request_token(credentials_for(told))
    assert "discovery" not in caught.value.message


def test_the_other_issuer_is_named(issuer_server, endpoint, credentials_for):
    """The error says what to write instead, and quotes no query."""
    server = issuer_server(
        {
            "/.well-known/openid-configuration": {
                "issuer": "http://localhost:18080/realms/a?k=hidden",
                "token_endpoint": "BASE/t",
            }
        }
    )
    with pytest.raises(TokenResponseError, match="http://localhost:18080/realms/a, ") as caught:
        endpoint().request_token(credentials_for(None, issuer=server.url))
    assert "hidden" not in caught.value.message


@pytest.mark.usefixtures("network")
def test_a_warning_that_is_made_an_error_is_typed(documented, endpoint, credentials_for):
    """Nothing is sent then, and the error says how to ignore the warning."""
    server = documented(lambda _port: {})
    url = f"http://keycloak.test:{server.port}/t"
    asking = endpoint(allow_named_plaintext=True)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=r"warnings\.filterwarnings\('ignore'"):
            asking.request_token(credentials_for(url))
    assert server.received == []


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("told", ["http://other.test/t", "http://login.test/t"])
def test_discovery_adds_no_plaintext_host(documented, endpoint, credentials_for, authority, told):
    """A document may name any host, and a host configured with https:// is not meant in plaintext:
    neither gets the secret."""
    server = documented(
        lambda port: {"issuer": f"https://login.test:{port}", "token_endpoint": told},
        tls=authority.server_context("login.test"),
    )
    issuer = f"https://login.test:{server.port}"
    asking = endpoint(ca_certificate=authority.file, allow_named_plaintext=True)
    with pytest.raises(ConfigurationError, match="covers only the hosts") as caught:
        asking.request_token(credentials_for(None, issuer=issuer))
    assert told in caught.value.message
    assert "(none)" in caught.value.message
    assert all(each.line.startswith("GET") for each in server.received)


@pytest.mark.usefixtures("network")
def test_revocation_adds_no_plaintext_host(documented, endpoint, credentials_for, authority):
    """A host that only a document names does not get the token."""
    server = documented(
        lambda port: {
            "issuer": f"https://login.test:{port}",
            "token_endpoint": f"https://login.test:{port}/t",
            "revocation_endpoint": f"http://keycloak.test:{port}/r",
        },
        tls=authority.server_context("login.test"),
    )
    issuer = f"https://login.test:{server.port}"
    asking = endpoint(ca_certificate=authority.file, allow_named_plaintext=True)
    token = AccessToken(Secret("t0ken"))
    with pytest.raises(ConfigurationError, match=r"The revocation URL .* covers only the hosts"):
        asking.revoke_token(credentials_for(None, issuer=issuer), token)
    named = credentials_for(None, issuer=issuer, revocation_url="http://keycloak.test:1/r")
    with (
        pytest.raises(TokenEndpointUnreachable),
        pytest.warns(RuntimeWarning, match="unencrypted"),
    ):
        asking.revoke_token(named, token)


@pytest.mark.usefixtures("network")
def test_the_switch_in_code_is_for_all_hosts(documented, endpoint, credentials_for):
    """allow_plaintext covers the hosts that a document names as well."""
    server = documented(
        lambda port: {
            "issuer": f"http://localhost:{port}",
            "token_endpoint": f"http://other.test:{port}/t",
        }
    )
    credentials = credentials_for(None, issuer=server.url)
    endpoint(allow_plaintext=True).request_token(credentials)
    with pytest.raises(ConfigurationError, match="covers only the hosts"):
        endpoint(allow_named_plaintext=True).request_token(credentials)
