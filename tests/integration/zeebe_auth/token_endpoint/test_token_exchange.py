"""A token in exchange for another one, as the request arrives (RFC 8693)."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from zeebe_auth import ActorToken, EnvSource, OAuthCredentialsProvider, SubjectToken, TokenKey
from zeebe_auth.credentials.authentication import ClientSecret, Public
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import (
    ConfigurationError,
    InvalidClientError,
    TokenResponseError,
    TokenTimeout,
)
from zeebe_auth.secret import Secret

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
SUBJECT = "t0ken.of-ann"


def test_a_file_is_exchanged_as_it_stands_now(serve, endpoint, credentials_for, tmp_path):
    """A file that a sidecar renews is sent from the next request on, beside the client's own
    authentication."""
    server, asking, file = serve(), endpoint(), tmp_path / "subject"
    credentials = credentials_for(
        server.url,
        subject_token=SubjectToken(file),
        audience="zeebe-api",
        scopes=("a", "b"),
        resources=("https://r.example",),
    )
    for text in ("first\n", "second\n"):
        file.write_text(text)
        asking.request_token(credentials)
    forms = [parse_qs(request.body.decode()) for request in server.received]
    assert [form.pop("subject_token") for form in forms] == [["first"], ["second"]]
    assert forms[0] == {
        "grant_type": [GRANT],
        "subject_token_type": ["urn:ietf:params:oauth:token-type:access_token"],
        "audience": ["zeebe-api"],
        "scope": ["a b"],
        "resource": ["https://r.example"],
        "client_id": ["the-client"],
        "client_secret": ["hush~hush"],
    }


def test_somebody_may_act_for_the_subject(serve, endpoint, credentials_for, tmp_path):
    """The actor's token is sent beside the subject's and read as often, and the requested type is
    sent."""
    server, asking, actor = serve(), endpoint(), tmp_path / "actor"
    credentials = credentials_for(
        server.url,
        subject_token=SubjectToken(lambda: Secret(SUBJECT), subject="ann"),
        actor_token=ActorToken(actor, "jwt"),
        requested_token_type="access_token",
    )
    for text in ("first\n", "second\n"):
        actor.write_text(text)
        asking.request_token(credentials)
    forms = [parse_qs(request.body.decode()) for request in server.received]
    assert [form["actor_token"] for form in forms] == [["first"], ["second"]]
    prefix = "urn:ietf:params:oauth:token-type:"
    assert forms[0]["actor_token_type"] == [f"{prefix}jwt"]
    assert forms[0]["requested_token_type"] == [f"{prefix}access_token"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"token_type": "N_A"}, "token_type N_A"),
        ({"issued_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, "refresh token"),
        ({"issued_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "SAML 2.0"),
        (
            {
                "token_type": "N_A",
                "issued_token_type": "urn:ietf:params:oauth:token-type:saml1",
            },
            "SAML 1.1",
        ),
    ],
)
def test_a_token_that_opens_nothing_is_refused(
    serve, endpoint, credentials_for, wire, change, named
):
    """An issued token that is no access token is refused; the error says what to request."""
    server = serve(answer=lambda _request: wire.json(200, {**wire.token, **change}))
    subject = SubjectToken(lambda: Secret(SUBJECT), subject="ann")
    with pytest.raises(TokenResponseError, match=named) as caught:
        endpoint().request_token(credentials_for(server.url, subject_token=subject))
    assert "requested_token_type" in caught.value.message
    assert wire.token["access_token"] not in caught.value.message


@pytest.mark.parametrize("issued", ["access_token", "jwt", "id_token", None, 5])
def test_a_bearer_token_of_any_other_type_is_taken(serve, endpoint, credentials_for, wire, issued):
    """token_type says how it may be used."""
    issued = f"urn:ietf:params:oauth:token-type:{issued}" if isinstance(issued, str) else issued
    answer = {**wire.token, "issued_token_type": issued}
    server = serve(answer=lambda _request: wire.json(200, answer))
    subject = SubjectToken(lambda: Secret(SUBJECT), subject="ann")
    token = endpoint().request_token(credentials_for(server.url, subject_token=subject))
    assert token.authorization == "Bearer s3cret-t0ken"


@pytest.mark.parametrize(
    "alone", [{"actor_token": ActorToken(Path("a"))}, {"requested_token_type": "jwt"}]
)
def test_an_exchange_needs_a_subject_token(credentials_for, alone):
    """Without a subject token the client gets no token of its own instead."""
    with pytest.raises(ConfigurationError, match="without a subject token"):
        credentials_for("https://x", **alone)


@pytest.fixture
def two_files(tmp_path, monkeypatch):
    """Two tokens of two people, under relative paths."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).write_text(f"t0ken.of-{name}")
    return tmp_path


def test_tokens_of_different_actors_and_types_are_kept_apart(credentials_for, two_files):
    """They have different permissions."""
    subject = SubjectToken(Path("a"))
    others = [
        {},
        {"actor_token": ActorToken(Path("b"))},
        {"actor_token": ActorToken(Path("b"), "jwt")},
        {"actor_token": ActorToken(Path("b"), subject="bob")},
        {"requested_token_type": "jwt"},
        {"requested_token_type": "access_token"},
    ]
    keys = [
        TokenKey.of(credentials_for("https://x", subject_token=subject, **each)) for each in others
    ]
    assert len(set(keys)) == len(others)
    assert keys[3].label.endswith(f"on behalf of {two_files / 'a'} by bob")


def test_a_function_gives_the_token_for_each_request(serve, endpoint, credentials_for):
    """The function is called for each request."""
    server, asking = serve(), endpoint()
    tokens = iter(["first", "second"])
    subject = SubjectToken(lambda: Secret(next(tokens)), "jwt", "ann")
    for _ in range(2):
        asking.request_token(
            credentials_for(server.url, subject_token=subject, authentication=Public())
        )
    forms = [parse_qs(request.body.decode()) for request in server.received]
    assert [form["subject_token"] for form in forms] == [["first"], ["second"]]
    assert forms[0]["subject_token_type"] == ["urn:ietf:params:oauth:token-type:jwt"]


@pytest.mark.parametrize("request_format", ["form", "json"])
def test_a_type_may_be_a_uri(serve, endpoint, credentials_for, request_format):
    """Other types are sent as they are, in either format."""
    server = serve()
    subject = SubjectToken(lambda: Secret(SUBJECT), "urn:example:token", "ann")
    endpoint().request_token(
        credentials_for(server.url, subject_token=subject, request_format=request_format)
    )
    body = server.received[0].body.decode()
    sent = json.loads(body) if request_format == "json" else parse_qs(body)
    assert sent["subject_token_type"] in ("urn:example:token", ["urn:example:token"])


def _raising():
    raise RuntimeError(SUBJECT)


def _timing_out():
    raise TokenTimeout("The other provider was too slow.")


@pytest.mark.parametrize(
    ("function", "kind", "named"),
    [
        (_raising, ConfigurationError, "'ann' failed with RuntimeError"),
        (_timing_out, TokenTimeout, "other provider"),
        (lambda: SUBJECT, ConfigurationError, "gave str"),
        (lambda: Secret("two words"), ConfigurationError, "no token"),
        (lambda: Secret("é"), ConfigurationError, "no token"),
    ],
)
def test_a_function_that_gives_none_is_named(
    serve, endpoint, credentials_for, function, kind, named
):
    """Nothing is sent, and what it returned is not quoted."""
    server = serve()
    credentials = credentials_for(server.url, subject_token=SubjectToken(function, subject="ann"))
    with pytest.raises(kind, match=named) as caught:
        endpoint().request_token(credentials)
    assert SUBJECT not in str(caught.value)
    assert server.received == []


@pytest.mark.parametrize("content", [None, "", "two words"])
def test_a_file_without_a_token_is_named(serve, endpoint, credentials_for, tmp_path, content):
    """The error names the file, as for an assertion."""
    server, file = serve(), tmp_path / "subject"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match="subject token"):
        endpoint().request_token(credentials_for(server.url, subject_token=SubjectToken(file)))
    assert server.received == []


@pytest.mark.parametrize(
    ("status", "code", "kind", "advice"),
    [
        (400, "invalid_request", TokenResponseError, "subject token has not expired"),
        (400, "invalid_request", TokenResponseError, "may exchange it for that audience"),
        (403, "access_denied", TokenResponseError, "subject token is for this client"),
        (400, "unsupported_grant_type", TokenResponseError, "Allow token exchange"),
        (400, "invalid_target", TokenResponseError, "audience"),
        (400, "unauthorized_client", InvalidClientError, "may exchange tokens"),
        (401, "invalid_client", InvalidClientError, "client secret"),
        (400, "invalid_client", InvalidClientError, "audience 'an-api' is known there"),
    ],
)
def test_a_refusal_speaks_of_the_exchange(
    serve, endpoint, credentials_for, wire, status, code, kind, advice
):
    """The advice differs from that for client credentials; the token is shown nowhere."""
    server = serve(answer=lambda _request: wire.json(status, {"error": code}))
    subject = SubjectToken(lambda: Secret(SUBJECT), subject="ann")
    with pytest.raises(kind, match=advice) as caught:
        endpoint().request_token(
            credentials_for(server.url, subject_token=subject, audience="an-api")
        )
    shown = [str(caught.value), repr(caught.value.__context__)]
    for frame, _ in traceback.walk_tb(caught.value.__traceback__):
        if frame.f_code.co_filename != __file__:
            shown += [repr(value) for value in frame.f_locals.values()]
    assert SUBJECT not in "\n".join(shown)


def test_tokens_of_different_subjects_are_kept_apart(credentials_for, two_files):
    """One client may serve many people; none gets another's token, nor the client's own."""
    url = "https://login.example/token"
    keys = {
        TokenKey.of(credentials_for(url, subject_token=subject))
        for subject in (
            None,
            SubjectToken(Path("a")),
            SubjectToken(Path("b")),
            SubjectToken(Path("b"), "jwt"),
            SubjectToken(Path("b"), subject="ann"),
            SubjectToken(Path("b"), subject="bob"),
        )
    }
    assert len(keys) == 6
    same = [SubjectToken(Path(each), subject="ann") for each in ("a", "b")]
    first, second = (TokenKey.of(credentials_for(url, subject_token=each)) for each in same)
    assert first == second


def test_a_function_needs_a_subject():
    """Without a subject nobody could tell whose token is stored."""
    with pytest.raises(ConfigurationError, match="subject"):
        SubjectToken(lambda: Secret(SUBJECT))


def test_the_grant_goes_with_the_subject_token(credentials_for):
    """The subject token selects the grant, which can't be used without one."""
    credentials = credentials_for("https://x", subject_token=SubjectToken(Path("a")))
    assert credentials.grant == GRANT
    with pytest.raises(ConfigurationError, match="without a subject token"):
        credentials_for("https://x", grant=GRANT)


def test_a_new_file_is_another_proof(credentials_for, tmp_path):
    """A refusal of the old file doesn't hold up the new one."""
    file = tmp_path / "subject"
    credentials = credentials_for("https://x", subject_token=SubjectToken(file))
    before = credentials.fingerprint("salt")
    file.write_text(SUBJECT)
    assert credentials.fingerprint("salt") != before


def test_a_provider_exchanges_another_ones_token(serve):
    """The function runs on a worker thread, and may wait for another provider there."""
    server = serve()

    def provider(client: str, **more: object) -> OAuthCredentialsProvider:
        return OAuthCredentialsProvider(
            ClientCredentials(
                client_id=client,
                authentication=ClientSecret(Secret("hush")),
                token_url=server.url,
                **more,
            )
        )

    with provider("inner") as inner:
        subject = SubjectToken(lambda: inner.get_token().value, subject="inner")
        with provider("outer", subject_token=subject) as outer:
            assert outer.get_token().authorization == "Bearer s3cret-t0ken"
    assert parse_qs(server.received[1].body.decode())["subject_token"] == ["s3cret-t0ken"]


def test_the_environment_names_a_file():
    """The file has variables of its own."""
    credentials = EnvSource(
        {
            "CAMUNDA_CLIENT_ID": "c",
            "CAMUNDA_CLIENT_SECRET": "s",
            "CAMUNDA_OAUTH_URL": "https://login.example/token",
            "ZEEBE_AUTH_SUBJECT_TOKEN_FILE": "subject",
            "ZEEBE_AUTH_SUBJECT_TOKEN_TYPE": "id_token",
            "ZEEBE_AUTH_ACTOR_TOKEN_FILE": "actor",
            "ZEEBE_AUTH_ACTOR_TOKEN_TYPE": "jwt",
            "ZEEBE_AUTH_ACTOR_TOKEN_SUBJECT": "bob",
            "ZEEBE_AUTH_REQUESTED_TOKEN_TYPE": "jwt",
        }
    ).load()
    assert credentials.actor_token == ActorToken(Path("actor"), "jwt", "bob")
    assert credentials.requested_token_type == "jwt"
    assert credentials.subject_token == SubjectToken(Path("subject"), "id_token")
