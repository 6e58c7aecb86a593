"""What each reply of a token endpoint becomes."""

from __future__ import annotations

import pickle

import pytest

from zeebe_auth.clock import local_time
from zeebe_auth.credentials.authentication import AssertionFile, ClientSecret, PrivateKey, Public
from zeebe_auth.credentials.token_exchange import SubjectToken
from zeebe_auth.errors import (
    AuthError,
    InvalidClientError,
    RateLimitedError,
    TokenEndpointUnreachable,
    TokenResponseError,
)
from zeebe_auth.secret import Secret

BODY_MARK = "body-mark-that-no-error-may-quote"


@pytest.fixture
def refused(serve, endpoint, credentials_for):
    """The error that an answer becomes."""

    def ask(answer: bytes, **more: object) -> AuthError:
        server = serve(answer=lambda _request: answer)
        credentials = credentials_for(f"{server.url}/token", **more)
        with pytest.raises(AuthError) as caught:
            endpoint().request_token(credentials)
        error = caught.value
        assert BODY_MARK not in str(error)
        assert "hush" not in str(error)
        assert len(server.received) == 1
        twin = pickle.loads(pickle.dumps(error))
        assert (type(twin), twin.message, twin._details()) == (
            type(error),
            error.message,
            error._details(),
        )
        return error

    return ask


def test_a_token_is_read(serve, endpoint, credentials_for, wire):
    """The usual reply becomes a token whose lifetime counts from when the request began."""
    server = serve(answer=lambda _request: wire.json(document={**wire.token, "scope": "a b"}))
    token = endpoint().request_token(credentials_for(server.url))
    assert token.authorization == "Bearer s3cret-t0ken"
    assert (token.issued_at, token.expires_at) == (wire.now, wire.now + 3600)
    assert token.scope == "a b"


@pytest.mark.parametrize("content_type", ["text/html", "text/plain;charset=latin-1", ""])
def test_json_is_known_by_its_content(serve, endpoint, credentials_for, wire, content_type):
    """A wrong content type or charset on a JSON body does no harm."""
    body = '{"access_token": "abc", "expires_in": 60, "hint": "grün"}'.encode("latin-1")
    server = serve(answer=lambda _request: wire.reply(200, body, Content_Type=content_type))
    assert endpoint().request_token(credentials_for(server.url)).value.reveal() == "abc"


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (401, {"error": "invalid_client", "error_description": BODY_MARK}),
        (400, {"error": "invalid_client"}),
        (400, {"error": "unauthorized_client"}),
        (200, {"error": "invalid_client"}),
        (401, {"error": "access_denied"}),
        (401, None),
        (403, None),
        (403, {"error": "Forbidden", "message": BODY_MARK}),
    ],
)
def test_a_refused_client_is_named(refused, wire, status, document):
    """Every way to refuse the client becomes one error that names the client, the endpoint and the
    next step."""
    error = refused(wire.json(status, document))
    assert isinstance(error, InvalidClientError)
    assert not error.retryable
    assert error.status_code == status
    for text in ("'the-client'", "http://localhost:", "client secret", "they come from"):
        assert text in error.message
    assert "/token" not in error.message.replace("zeebe-auth", "")


def test_an_empty_403_refuses_the_client(refused, wire):
    """Some servers refuse a wrong secret with a bare 403."""
    assert isinstance(refused(wire.reply(403)), InvalidClientError)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("environment", "CAMUNDA_CLIENT_SECRET"),
        ("keychain profile prod", "zeebe-auth login"),
        ("login file /home/me/prod.json", "zeebe-auth login"),
        ("profile prod in config.toml", "profile prod in config.toml"),
    ],
)
def test_the_next_step_depends_on_where_the_secret_came_from(refused, wire, origin, expected):
    """The error points to the place where the secret can be corrected."""
    error = refused(wire.json(401, {"error": "invalid_client"}), origin=origin)
    assert expected in error.message


def test_the_proof_is_named_by_its_kind(refused, wire):
    """A client without a secret isn't advised to check one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    error = refused(wire.reply(401), authentication=PrivateKey(Secret(pem.decode())))
    assert "its private key" in error.message
    assert "key id" in error.message


def test_what_an_assertion_has_to_be_is_told(refused, wire, tmp_path):
    """The error lists audience, times and reuse, since a right secret or file doesn't help where
    these are wrong."""
    signed = ClientSecret(Secret("hush" * 10), "client_secret_jwt")
    error = refused(wire.json(400, {"error": "invalid_client"}), authentication=signed)
    assert "the client secret" in error.message
    assert "audience" in error.message
    file = tmp_path / "assertion"
    file.write_text("a.b.c")
    error = refused(wire.json(400, {"error": "invalid_client"}), authentication=AssertionFile(file))
    for text in ("its assertion file", "audience", "expires", "once"):
        assert text in error.message


@pytest.mark.parametrize("origin", ["code", "environment"])
def test_a_public_client_is_told_that_it_proves_nothing(refused, wire, origin):
    """The error doesn't advise to check a secret that a public client hasn't."""
    answer = wire.json(401, {"error": "unauthorized_client"})
    error = refused(answer, authentication=Public(), origin=origin)
    assert "Check the id" in error.message
    assert "without a secret, a key or a certificate" in error.message
    assert "client credentials grant" in error.message


def test_a_wrong_secret_may_be_called_an_unauthorized_client(refused, wire):
    """Keycloak does so: the advice is to check the secret first, then the grant that RFC 6749
    means."""
    error = refused(wire.json(401, {"error": "unauthorized_client"}))
    secret, grant = "Check the client secret", "client credentials grant"
    assert 0 < error.message.index(secret) < error.message.index(grant)


@pytest.mark.parametrize("status", [400, 403])
def test_an_empty_answer_to_json_may_be_for_want_of_a_form(refused, wire, status):
    """A server that replies with nothing may not have read JSON."""
    advice = 'set request_format to "form"'
    assert advice in refused(wire.reply(status), request_format="json").message
    assert advice not in refused(wire.reply(status)).message


@pytest.mark.parametrize("status", [400, 404])
def test_an_empty_400_may_be_all_that_a_token_endpoint_says(refused, wire, status):
    """The error doesn't deny that it is one, since some reply with no more to a request that they
    don't support."""
    message = refused(wire.reply(status)).message
    assert ("or does not take this request" in message) is (status == 400)


@pytest.mark.parametrize(("status", "scopes"), [(403, ()), (403, ("a",)), (401, ())])
def test_an_empty_403_may_be_for_want_of_a_scope(refused, wire, status, scopes):
    """Without a scope in the request, the error suggests one after secret and id."""
    message = refused(wire.reply(status), scopes=scopes).message
    advice = "refuse a request without a scope"
    assert (advice in message) is ((status, scopes) == (403, ()))
    assert message.find("client secret") < message.find(advice) or advice not in message


def test_an_exchange_that_gets_no_answer_may_be_unknown_there(refused, wire, tmp_path):
    """For an empty 400 to a token exchange the error names the grant beside the URL."""
    subject = tmp_path / "subject.jwt"
    subject.write_text("s3cret-subject")
    advice = "Not every server exchanges tokens"
    assert advice in refused(wire.reply(400), subject_token=SubjectToken(subject)).message
    assert advice not in refused(wire.reply(400)).message


@pytest.mark.parametrize("code", ["invalid_request", "unsupported_grant_type"])
def test_a_body_that_was_not_read_may_have_to_be_a_form(refused, wire, code):
    """A client that sent JSON is advised to send a form first; one that sent a form isn't."""
    answer = wire.json(400, {"error": code})
    advice = 'set request_format to "form"'
    assert advice in refused(answer, request_format="json").message
    assert advice not in refused(answer).message
    subject = SubjectToken(lambda: Secret("a.b.c"), subject="ann")
    assert advice in refused(answer, request_format="json", subject_token=subject).message


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (403, "access_denied", "audience"),
        (400, "access_denied", "audience"),
        (400, "invalid_scope", "scope"),
        (400, "invalid_target", "resource"),
        (400, "invalid_request", "audience, scope and resource"),
        (400, "unsupported_grant_type", "client credentials grant"),
        (400, "something_else", "audience"),
    ],
)
def test_each_oauth_error_says_what_to_check(refused, wire, status, code, advice):
    """The error has the code and what was requested, but not the description."""
    document = {"error": code, "error_description": BODY_MARK}
    error = refused(wire.json(status, document), audience="wrong.example", scopes=("a", "b"))
    assert isinstance(error, TokenResponseError)
    assert (error.error, error.status_code, error.retryable) == (code, status, False)
    for text in (code, advice, "'wrong.example'", "'a b'"):
        assert text in error.message


@pytest.mark.parametrize("code", [BODY_MARK, "a" * 41, "", 7, ["invalid_client"]])
def test_an_odd_error_code_is_not_quoted(refused, wire, code):
    """A code is quoted only if it is a short word as OAuth defines them."""
    error = refused(wire.json(400, {"error": code}))
    assert isinstance(error, TokenResponseError)
    assert error.error is None


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 408])
def test_trouble_inside_is_worth_a_retry(refused, wire, status):
    """A server error is retryable and blames no configuration, whatever the body says."""
    error = refused(wire.reply(status, f"<html>{BODY_MARK}</html>".encode()))
    assert isinstance(error, TokenEndpointUnreachable)
    assert (error.retryable, error.status_code) == (True, status)


@pytest.mark.parametrize("code", ["server_error", "temporarily_unavailable"])
def test_trouble_told_as_an_oauth_error_is_worth_a_retry(refused, wire, code):
    """Some servers report their own errors with status 400."""
    error = refused(wire.json(400, {"error": code}))
    assert isinstance(error, TokenEndpointUnreachable)
    assert error.retryable


@pytest.mark.parametrize("code", ["server_error", "temporarily_unavailable"])
def test_trouble_told_as_an_oauth_error_may_name_a_time(refused, wire, code):
    """Retry-After counts with any status."""
    error = refused(wire.json(400, {"error": code}, Retry_After="120"))
    assert isinstance(error, RateLimitedError)
    assert (error.error, error.status_code) == (code, 400)
    assert error.retry_at == wire.now + 120


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, None),
        (429, {"Retry_After": "30"}, 30),
        (429, {"Retry_After": "0.5"}, 0.5),
        (503, {"Retry_After": "7"}, 7),
        (503, {"Retry_After": "0"}, 0),
        (500, {"Retry_After": "120"}, 120),
        (502, {"Retry_After": "120"}, 120),
        (504, {"Retry_After": "7"}, 7),
        (408, {"Retry_After": "7"}, 7),
        (429, {"Retry_After": "99999999"}, 86400),
        (429, {"Retry_After": "-5"}, None),
        (429, {"Retry_After": "soon"}, None),
        # 1800000000 is Fri, 15 Jan 2027 08:00:00 GMT.
        (429, {"Retry_After": "Fri, 15 Jan 2027 08:01:00 GMT"}, 60),
        (429, {"Retry_After": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0),
        (429, {"Retry_After": "Fri, 15 Jan 2077 07:00:00 GMT"}, 86400),
        (429, {"Retry_After": "Friday, 15-Jan-27 08:01:00 GMT"}, 60),
        (429, {"Retry_After": "Fri, 15 Jan 2027 08:01:00 -0000"}, 60),
        (
            429,
            {
                "Retry_After": "Fri, 15 Jan 2027 09:00:20 GMT",
                "Date": "Fri, 15 Jan 2027 09:00:00 GMT",
            },
            20,
        ),
    ],
)
def test_patience_is_asked_for_until_then(refused, wire, status, headers, wait):
    """Retry-After counts in seconds or as a date, never in the past and never beyond a day."""
    error = refused(wire.reply(status, **headers))
    assert isinstance(error, RateLimitedError)
    assert error.retryable
    assert error.retry_at == (None if wait is None else wire.now + wait)
    said = "ask again later" if not wait else f"until {local_time(wire.now + wait)}"
    assert said in error.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(serve, refused, wire, status):
    """A redirect's target gets nothing; the error says where the configuration should point."""
    target = serve()
    location = f"http://user:{BODY_MARK}@localhost:{target.port}/final?code={BODY_MARK}#x"
    error = refused(wire.reply(status, Location=location))
    assert isinstance(error, TokenResponseError)
    assert f"to http://localhost:{target.port}/final," in error.message
    assert target.received == []


@pytest.mark.parametrize(
    "location", ["https://login.example/" + "a" * 30_000, "https://" + "a." * 15_000 + "example/"]
)
def test_a_location_is_quoted_to_a_length(refused, wire, location):
    """A long Location is cut, so that a server can't fill a log with it."""
    error = refused(wire.reply(302, Location=location))
    assert isinstance(error, TokenResponseError)
    assert " to https://" in error.message
    assert len(error.message) < 1000


@pytest.mark.parametrize("location", ["/final", "", "http://[", "mailto:x"])
def test_any_location_is_survived(refused, wire, location):
    """A relative or malformed Location is a typed error too."""
    assert isinstance(refused(wire.reply(302, Location=location)), TokenResponseError)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (f"<!DOCTYPE html><p>{BODY_MARK}".encode(), "an HTML page instead of JSON"),
        (b"", "an empty body"),
        (b'["a", "list"]', "not a JSON object"),
        (BODY_MARK.encode(), "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
    ],
)
@pytest.mark.parametrize("status", [200, 404, 405])
def test_what_is_no_token_endpoint_is_named(refused, wire, status, body, what):
    """A page, an empty body or other JSON: the URL is not that of a token endpoint."""
    error = refused(wire.reply(status, body))
    assert isinstance(error, TokenResponseError)
    assert what in error.message
    assert "not a token endpoint" in error.message


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"access_token": None}, "without an access_token"),
        ({"access_token": ""}, "without an access_token"),
        ({"access_token": 12345}, "without an access_token"),
        ({"access_token": f"{BODY_MARK}\r\nX-Injected: 1"}, "is not valid in an HTTP header"),
        ({"access_token": f"{BODY_MARK} two"}, "is not valid in an HTTP header"),
        ({"access_token": f"{BODY_MARK}é"}, "is not valid in an HTTP header"),
        ({"token_type": "mac"}, "another type than Bearer"),
        ({"token_type": "DPoP"}, "another type than Bearer"),
        ({"token_type": ["Bearer"]}, "another type than Bearer"),
    ],
)
def test_an_unusable_token_is_named(refused, wire, change, what):
    """A token that can't be sent as a Bearer token is an error, and isn't quoted."""
    error = refused(wire.json(document={**wire.token, **change}))
    assert isinstance(error, TokenResponseError)
    assert what in error.message


@pytest.mark.parametrize("token_type", ["Bearer", "bearer", "BEARER", None, ""])
def test_any_spelling_of_bearer_is_kept_as_bearer(
    serve, endpoint, credentials_for, wire, token_type
):
    """Gateways compare the scheme case-sensitively, so it has one spelling."""
    document = {**wire.token, "token_type": token_type, "error": None}
    server = serve(answer=lambda _request: wire.json(document=document))
    token = endpoint().request_token(credentials_for(server.url))
    assert token.authorization == "Bearer s3cret-t0ken"


def test_nobody_listens(endpoint, credentials_for):
    """A refused connection is an unreachable endpoint with the system's own words as cause."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TokenEndpointUnreachable, match="refused") as caught:
        endpoint().request_token(credentials_for(f"http://127.0.0.1:{port}/token"))
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)
    assert caught.value.retryable


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"access_token": "cut',
    ],
    ids=["nothing", "ssh", "cut-off"],
)
def test_what_is_not_http_is_unreachable(refused, answer):
    """A server that closes the connection or speaks another protocol is no token endpoint."""
    error = refused(answer)
    assert isinstance(error, TokenEndpointUnreachable)
    assert "HTTP" in error.message


def test_an_unknown_name_is_unreachable(endpoint, credentials_for):
    """A name that DNS doesn't know is named."""
    with pytest.raises(TokenEndpointUnreachable, match=r"name login\.invalid is not known"):
        endpoint().request_token(credentials_for("https://login.invalid/token"))
