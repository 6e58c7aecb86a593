"""The OAuth server, called over real TLS as its clients call it."""

import json

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

ODD_SECRET = "p@ss:w%rd +€&=;'\"\\~"


def claims_of(token, sandbox, http_client):
    key_set = http_client(sandbox).send("GET", "/.well-known/jwks.json").json
    return jwt.decode(token, KeySet.import_key_set(key_set), algorithms=["ES256"])


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
def test_the_secret_in_the_body(ask, sandbox, as_json):
    """A form and Camunda's JSON body get the reply that Camunda's page shows."""
    reply = ask(as_json=as_json)

    assert reply.status == 200
    assert list(reply.json) == ["access_token", "scope", "expires_in", "token_type"]
    assert reply.json["token_type"] == "Bearer"
    assert reply.json["expires_in"] == 86400
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
def test_the_secret_in_the_header(ask, sandbox, as_json):
    """HTTP Basic works beside either kind of body."""
    assert ask(basic=(sandbox.client_id, sandbox.client_secret), as_json=as_json).status == 200


def test_a_secret_with_every_odd_character(ask, sandbox):
    """No character of a secret is lost, in a form, in JSON or in a form-encoded header."""
    sandbox.add_client("odd client+1", ODD_SECRET)

    assert ask(client_id="odd client+1", client_secret=ODD_SECRET).status == 200
    assert ask(client_id="odd client+1", client_secret=ODD_SECRET, as_json=True).status == 200
    assert ask(basic=("odd client+1", ODD_SECRET)).status == 200
    assert sandbox.token_replies["odd client+1", 200] == 3


def test_the_token_is_signed_by_the_published_key(ask, sandbox, http_client):
    """A token verifies with the key set and says who it is for, and until when."""
    token = claims_of(ask().json["access_token"], sandbox, http_client)

    assert token.header["typ"] == "at+jwt"
    assert token.header["kid"]
    assert token.claims["iss"] == sandbox.issuer
    assert token.claims["aud"] == sandbox.audience
    assert token.claims["sub"] == sandbox.client_id
    assert token.claims["exp"] - token.claims["iat"] == 86400


def test_the_key_set_holds_no_private_key(sandbox, http_client):
    """What is published can verify and can't sign."""
    (key,) = http_client(sandbox).send("GET", "/.well-known/jwks.json").json["keys"]

    assert "d" not in key


@pytest.mark.parametrize(
    "changes",
    [{"client_secret": "wrong"}, {"client_id": "nobody"}, {"leave_out": ["client_secret"]}],
    ids=["secret", "client", "none"],
)
def test_wrong_credentials(ask, changes):
    """A wrong secret, an unknown client and no secret at all are the same 401."""
    reply = ask(**changes)

    assert (reply.status, reply.json["error"]) == (401, "invalid_client")
    assert reply.headers["WWW-Authenticate"].startswith("Basic")


def test_a_wrong_secret_in_the_header(ask, sandbox):
    """A wrong secret in the header is refused like one in the body, with a challenge."""
    reply = ask(basic=(sandbox.client_id, "wrong"))

    assert (reply.status, reply.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("value", ["Basic ???", "Basic /w==", "Basic bm9jb2xvbg==", "Bearer x"])
def test_a_header_that_holds_no_credentials(ask, value):
    """A header that can't be read as HTTP Basic counts as none, and the request is refused."""
    reply = ask(headers={"Authorization": value}, leave_out=["client_id", "client_secret"])

    assert (reply.status, reply.json["error"]) == (401, "invalid_client")


def test_two_client_authentications_at_once(ask, sandbox, basic_header):
    """A secret in both header and body is an invalid request (RFC 6749, 2.3)."""
    reply = ask(headers={"Authorization": basic_header(sandbox.client_id, sandbox.client_secret)})

    assert (reply.status, reply.json["error"]) == (400, "invalid_request")


def test_another_audience(ask):
    """An audience that isn't the sandbox's is refused as Camunda SaaS does."""
    reply = ask(audience="somebody-else")

    assert (reply.status, reply.json["error"]) == (403, "access_denied")


def test_no_audience(ask, sandbox, http_client):
    """Without an audience the token is for the gateway, as identity providers have a default."""
    token = ask(leave_out=["audience"]).json["access_token"]

    assert claims_of(token, sandbox, http_client).claims["aud"] == sandbox.audience


def test_resources(ask, sandbox, http_client):
    """Each repeated resource (RFC 8707) becomes an audience of the token."""
    resources = ["https://one.example", "https://two.example"]
    token = ask(leave_out=["audience"], resource=resources).json["access_token"]

    assert claims_of(token, sandbox, http_client).claims["aud"] == resources


def test_scopes(ask):
    """A known scope is granted, an unknown one is an error with OAuth's name."""
    assert ask(scope="zeebe").json["scope"] == "zeebe"

    reply = ask(scope="zeebe everything")
    assert (reply.status, reply.json["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("grant_type", ["password", 'a"b\\c', ""])
def test_another_grant(ask, grant_type):
    """Only the client credentials grant is known."""
    reply = ask(grant_type=grant_type)

    assert (reply.status, reply.json["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"\xff"),
        pytest.param("application/json", b"[" * 100_000, id="deep"),
        ("text/plain", b"grant_type=client_credentials"),
    ],
)
def test_a_body_that_is_no_request(sandbox, http_client, content_type, body):
    """Broken JSON, an array, bytes that are no UTF-8 and plain text are invalid requests."""
    headers = {"Content-Type": content_type}
    reply = http_client(sandbox).send("POST", "/oauth/token", body, headers)

    assert (reply.status, reply.json["error"]) == (400, "invalid_request")


def test_members_that_are_no_strings(sandbox, http_client):
    """Numbers and nulls in a JSON body are treated as if those members were missing."""
    body = json.dumps({"grant_type": 1, "client_id": None, "client_secret": {}})
    headers = {"Content-Type": "application/json"}
    reply = http_client(sandbox).send("POST", "/oauth/token", body, headers)

    assert (reply.status, reply.json["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/oauth/token", 405),
        ("GET", "/oauth/revoke", 405),
        ("POST", "/oauth/revoke", 400),
        ("POST", "/.well-known/jwks.json", 405),
        ("GET", "/elsewhere", 404),
        ("HEAD", "/.well-known/openid-configuration", 200),
    ],
)
def test_other_requests(sandbox, http_client, method, path, status):
    """Wrong methods and paths get the status that HTTP has for them."""
    assert http_client(sandbox).send(method, path).status == status


@pytest.mark.parametrize("length", ["nonsense", "-1", "99999999"])
def test_a_length_out_of_bounds(sandbox, http_client, length):
    """A body that is too large or of no length at all is not read."""
    reply = http_client(sandbox).send("POST", "/oauth/token", b"", {"Content-Length": length})

    assert reply.status == 413


@pytest.mark.parametrize(
    "path", ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]
)
def test_metadata(sandbox, http_client, path):
    """Both metadata documents name their issuer, the endpoint and the key set."""
    metadata = http_client(sandbox).send("GET", path).json

    assert metadata["issuer"] == sandbox.issuer
    assert metadata["token_endpoint"] == sandbox.token_url
    assert metadata["revocation_endpoint"] == f"{sandbox.issuer}/oauth/revoke"
    assert metadata["jwks_uri"] == f"{sandbox.issuer}/.well-known/jwks.json"
    assert metadata["token_endpoint_auth_methods_supported"] == [
        "client_secret_post",
        "client_secret_basic",
    ]
