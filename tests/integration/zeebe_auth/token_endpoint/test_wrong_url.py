"""A URL that leads nowhere: the error says so, where it was configured, and what to write."""

from __future__ import annotations

import json

import pytest

from zeebe_auth import ConfigFileSource, EnvSource
from zeebe_auth.errors import TokenResponseError

NO_MATCH = {"error": "Unable to find matching target resource method"}
NO_REALM = {"error": "Realm does not exist"}


@pytest.fixture
def refused(endpoint):
    def ask(source) -> str:
        with pytest.raises(TokenResponseError) as caught:
            endpoint().request_token(source.load())
        assert "hush" not in caught.value.message
        return caught.value.message

    return ask


@pytest.fixture
def from_environment(refused):
    def ask(url: str, name: str = "CAMUNDA_OAUTH_URL", **more: str) -> str:
        variables = {"CAMUNDA_CLIENT_ID": "me", "CAMUNDA_CLIENT_SECRET": "hush~hush", name: url}
        return refused(EnvSource({**variables, **more}))

    return ask


@pytest.mark.parametrize(
    "reply",
    [
        {"document": NO_MATCH},
        {"document": {"error": "not_found"}},
        {"document": {"error": "Not Found", "path": "/tokn"}},
        {"body": b"<html><h1>Not Found"},
        {"body": b""},
    ],
)
@pytest.mark.parametrize("status", [404, 405])
def test_a_wrong_path_is_no_token_endpoint(serve, wire, from_environment, status, reply):
    """Whatever a server says of such a path, the URL is wrong, and its variable is named."""
    body = reply["body"] if "body" in reply else json.dumps(reply["document"]).encode()
    server = serve(answer=lambda _request: wire.reply(status, body))
    message = from_environment(f"{server.url}/tokn")
    assert f"{server.url}/tokn answered with" in message
    assert f"(HTTP {status}), so it is not a token endpoint" in message
    assert "The URL is from CAMUNDA_OAUTH_URL in the environment." in message
    assert "scope" not in message


@pytest.mark.parametrize(
    ("name", "other"), [("ZEEBE_AUTHORIZATION_SERVER_URL", "CAMUNDA_OAUTH_URL")]
)
def test_the_variable_that_was_used_is_named(serve, wire, from_environment, name, other):
    """The error doesn't name the first of the possible names, but the one that was set."""
    server = serve(answer=lambda _request: wire.json(404, NO_MATCH))
    message = from_environment(f"{server.url}/x", name)
    assert f"from {name} in" in message
    assert other not in message


def test_a_profile_s_key_is_named(serve, wire, refused, tmp_path):
    """The error names the key, the profile and the file."""
    server = serve(answer=lambda _request: wire.json(404, NO_MATCH))
    file = tmp_path / "config.toml"
    file.write_text(
        '[profiles.a]\nclient_id = "me"\nclient_secret = "hush~hush"\n'
        f'token_url = "{server.url}/x"\n'
    )
    file.chmod(0o600)
    assert f"from token_url in the profile a in {file}." in refused(ConfigFileSource("a", file))


def test_what_keycloak_says_leads_to_the_realm(serve, wire, from_environment):
    """Both messages of Keycloak for a URL that leads nowhere are understood."""
    server = serve(answer=lambda _request: wire.json(404, NO_REALM))
    message = from_environment(f"{server.url}/auth/realms/camnda/protocol/openid-connect/token")
    assert "Keycloak has no realm 'camnda'" in message
    server = serve(answer=lambda _request: wire.json(404, NO_MATCH))
    message = from_environment(f"{server.url}/auth/realms/camunda/protocol/openid-connect/token")
    for part in ("check the realm", "before /realms/, here '/auth'", "/openid-connect/token"):
        assert part in message


def test_a_dialect_s_token_url_is_from_the_issuer(serve, wire, from_environment):
    """The error names the issuer, which is what the user wrote."""
    server = serve(answer=lambda _request: wire.json(404, NO_REALM))
    message = from_environment(
        f"{server.url}/realms/x", "CAMUNDA_ISSUER_URL", ZEEBE_AUTH_DIALECT="keycloak"
    )
    assert "The URL is from CAMUNDA_ISSUER_URL in the environment." in message


def test_a_document_that_is_not_there_names_who_named_it(serve, wire, from_environment):
    """An issuer with a wrong realm is reported with where it was configured."""
    server = serve(answer=lambda _request: wire.json(404, NO_REALM))
    message = from_environment(f"{server.url}/realms/camnda", "CAMUNDA_ISSUER_URL")
    assert "no discovery document (HTTP 404)" in message
    assert "The URL is from CAMUNDA_ISSUER_URL in the environment." in message
    assert "Keycloak has no realm 'camnda'" in message


def test_another_issuer_is_named_beside_the_way_out(serve, wire, from_environment):
    """The error has the document's issuer, the configured one, and what else can be set."""
    document = {"issuer": "https://login.example/realms/a", "token_endpoint": "https://x.example/t"}
    server = serve(answer=lambda _request: wire.json(200, document))
    message = from_environment(server.url, "CAMUNDA_ISSUER_URL")
    assert f"it names https://login.example/realms/a, not {server.url}" in message
    assert "from CAMUNDA_ISSUER_URL in the environment" in message
    assert "well-known URL" in message


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b'{"error":"invalid_request","error_description":"HTTPS required"}'),
        (400, b"<center>The plain HTTP request was sent to HTTPS port</center>"),
        (400, b"Client sent an HTTP request to an HTTPS server.\n"),
        (400, b"Bad Request\nThis combination of host and port requires TLS.\n"),
        (426, b""),
    ],
)
@pytest.mark.parametrize("name", ["CAMUNDA_OAUTH_URL", "CAMUNDA_ISSUER_URL"])
def test_a_server_that_wants_https_is_understood(serve, wire, from_environment, status, body, name):
    """At the token endpoint and in discovery the error blames the scheme, not the scope or the
    client."""
    server = serve(answer=lambda _request: wire.reply(status, body))
    message = from_environment(f"{server.url}/realms/a", name)
    assert f"wants https:// (HTTP {status})" in message
    assert f"from {name} in the environment" in message
    assert "scope" not in message


def test_a_redirect_names_who_named_the_url(serve, wire, from_environment):
    """The URL that redirects is the one to change."""
    server = serve(answer=lambda _request: wire.reply(301, Location="https://login.example/token"))
    message = from_environment(f"{server.url}/token")
    assert "Put the final URL into the configuration. The URL is from CAMUNDA_OAUTH_URL" in message
