"""What each dialect sends, as it arrives."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from zeebe_auth import AccessToken, EnvSource
from zeebe_auth.configuration.vocabulary import LOGIN_OPTIONS
from zeebe_auth.credentials.authentication import (
    ClientCertificate,
    ClientSecret,
    PrivateKey,
    Public,
)
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

SECRET = ClientSecret(Secret("hush"))
KEY = Secret(
    rsa.generate_private_key(65537, 2048)
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    .decode()
)


@pytest.fixture
def asked(serve, endpoint):
    """The request that arrives for a dialect; BASE is replaced by the server's address."""
    server = serve()

    def ask(dialect: str, **given: object):
        settings = {"client_id": "the-client", "authentication": SECRET, **given}
        for name in ("issuer", "token_url"):
            if name in settings:
                settings[name] = settings[name].replace("BASE", server.url)
        endpoint().request_token(ClientCredentials.for_dialect(dialect, **settings))
        return server.received[-1]

    ask.server = server
    return ask


def form_of(request) -> dict[str, list[str]]:
    return parse_qs(request.body.decode())


def assertion_of(request) -> tuple[dict[str, object], dict[str, object]]:
    parts = form_of(request)["client_assertion"][0].split(".")[:2]
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts)
    return header, claims


def test_camunda_saas_gets_json_and_its_audience(asked):
    """As Camunda's page shows it; the token URL is the one of all clusters unless one is given."""
    request = asked("camunda-saas", token_url="BASE/oauth/token")
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body) == {
        "grant_type": "client_credentials",
        "client_id": "the-client",
        "client_secret": "hush",
        "audience": "zeebe.camunda.io",
    }


def test_camunda_saas_needs_no_address():
    """Client id and secret are enough."""
    credentials = ClientCredentials.for_dialect(
        "camunda-saas", client_id="c", authentication=SECRET
    )
    assert credentials.token_url == "https://login.cloud.camunda.io/oauth/token"


@pytest.mark.parametrize("slash", ["", "/"])
def test_keycloaks_token_endpoint_is_below_the_realm(asked, slash):
    """The form goes to the realm's address, without a discovery request before it."""
    request = asked("keycloak", issuer=f"BASE/realms/camunda{slash}")
    assert request.line == "POST /realms/camunda/protocol/openid-connect/token HTTP/1.1"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert len(asked.server.received) == 1


def test_keycloaks_revocation_endpoint_too(asked, endpoint):
    """A logout finds the revocation endpoint, also if only the token URL was given."""
    base = f"{asked.server.url}/realms/camunda"
    credentials = ClientCredentials.for_dialect(
        "keycloak",
        client_id="c",
        authentication=SECRET,
        token_url=f"{base}/protocol/openid-connect/token",
    )
    assert credentials.issuer == base
    assert endpoint().revoke_token(credentials, AccessToken(Secret("t")))
    assert asked.server.received[-1].line.startswith(
        "POST /realms/camunda/protocol/openid-connect/revoke "
    )


def test_entra_wants_a_scope_for_the_audience(asked):
    """The v2.0 endpoint accepts neither audience nor resource."""
    request = asked("entra", issuer="BASE/tenant/v2.0", audience="api://zeebe")
    assert request.line == "POST /tenant/oauth2/v2.0/token HTTP/1.1"
    form = form_of(request)
    assert form["scope"] == ["api://zeebe/.default"]
    assert not form.keys() & {"audience", "resource"}


@pytest.mark.parametrize(
    ("given", "scope"),
    [
        ({"scopes": ("api://a/b",), "audience": "api://z"}, "api://a/b"),
        ({"audience": "api://z/.default"}, "api://z/.default"),
        ({"resources": ("api://r",)}, "api://r/.default"),
        ({"resources": ("api://r",), "audience": "api://r"}, "api://r/.default"),
    ],
)
def test_entras_scope_can_be_given(asked, given, scope):
    """A given scope is neither overwritten nor sent twice."""
    request = asked("entra", token_url="BASE/tenant/oauth2/v2.0/token", **given)
    assert form_of(request)["scope"] == [scope]


def test_auth0_wants_an_audience(asked):
    """The audience goes to /oauth/token of the tenant."""
    request = asked("auth0", issuer="BASE/", audience="https://zeebe.example")
    assert request.line == "POST /oauth/token HTTP/1.1"
    assert form_of(request)["audience"] == ["https://zeebe.example"]


@pytest.mark.parametrize(
    ("dialect", "issuer", "audience", "algorithm"),
    [
        ("keycloak", "BASE/realms/r", "BASE/realms/r", "RS256"),
        ("entra", "BASE/tenant/v2.0", "BASE/tenant/oauth2/v2.0/token", "PS256"),
        ("auth0", "BASE/", "BASE/", "RS256"),
    ],
)
def test_an_assertion_is_for_whom_the_server_accepts(asked, dialect, issuer, audience, algorithm):
    """Each server gets the audience and the algorithm that it accepts."""
    header, claims = assertion_of(asked(dialect, issuer=issuer, authentication=PrivateKey(KEY)))
    assert claims["aud"] == audience.replace("BASE", asked.server.url)
    assert header["alg"] == algorithm


def test_what_is_given_wins(asked):
    """A dialect fills in what is missing and overwrites nothing."""
    proof = PrivateKey(KEY, algorithm="RS384", audience="urn:x")
    request = asked(
        "entra",
        issuer="BASE/tenant/v2.0",
        token_url="BASE/elsewhere",
        authentication=proof,
        request_format="json",
    )
    assert request.line == "POST /elsewhere HTTP/1.1"
    assertion = json.loads(request.body)["client_assertion"]
    header = json.loads(base64.urlsafe_b64decode(assertion.split(".")[0] + "=="))
    assert header["alg"] == "RS384"


def test_a_client_certificate_still_asks_discovery(tmp_path):
    """Its token endpoint may be another one (RFC 8705, 5), which only discovery tells."""
    credentials = ClientCredentials.for_dialect(
        "keycloak",
        client_id="c",
        authentication=ClientCertificate(tmp_path / "c.pem", None, "00"),
        issuer="https://keycloak.example/realms/r",
    )
    assert credentials.token_url is None


def test_an_unknown_dialect_is_named_with_the_known_ones():
    """The error lists the dialects that exist."""
    with pytest.raises(ConfigurationError, match="camunda-saas, keycloak, entra, auth0, generic"):
        ClientCredentials.for_dialect("okta", client_id="c", authentication=Public())


def test_two_targets_are_refused_where_one_is_possible():
    """Entra issues a token for one resource only."""
    with pytest.raises(ConfigurationError, match="api://a, api://b"):
        ClientCredentials.for_dialect(
            "entra",
            client_id="c",
            authentication=SECRET,
            token_url="https://login.example/t",
            resources=("api://a", "api://b"),
        )


def test_the_environment_and_login_choose_one_too():
    """A variable and an option of login each choose a dialect."""
    credentials = EnvSource(
        {
            "ZEEBE_AUTH_DIALECT": "Keycloak",
            "CAMUNDA_ISSUER_URL": "https://keycloak.example/realms/r",
            "CAMUNDA_CLIENT_ID": "c",
            "CAMUNDA_CLIENT_SECRET": "s",
        }
    ).load()
    assert credentials.token_url == (
        "https://keycloak.example/realms/r/protocol/openid-connect/token"
    )
    assert "dialect" in LOGIN_OPTIONS


@pytest.mark.parametrize(
    ("variables", "request_format"),
    [
        ({}, "json"),
        ({"CAMUNDA_OAUTH_URL": "https://login.cloud.camunda.io/oauth/token"}, "json"),
        ({"CAMUNDA_OAUTH_URL": "https://login.example/token"}, "form"),
        ({"ZEEBE_AUTH_REQUEST_FORMAT": "form"}, "form"),
    ],
)
def test_an_address_of_camunda_saas_implies_its_dialect(variables, request_format):
    """The dialect follows from the address unless another token endpoint is given."""
    credentials = EnvSource(
        {
            "ZEEBE_ADDRESS": "c.bru-2.zeebe.camunda.io:443",
            "CAMUNDA_CLIENT_ID": "c",
            "CAMUNDA_CLIENT_SECRET": "s",
            **variables,
        }
    ).load()
    assert credentials.request_format == request_format
