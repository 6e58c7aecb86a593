"""The parser of replies, against anything that a server can send."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth.credentials.authentication import ClientSecret
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import AuthError, InvalidClientError, TokenEndpointError
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint.http.json_object import json_object
from zeebe_auth.token_endpoint.http.response import retry_at
from zeebe_auth.token_endpoint.http.sending import HttpReply
from zeebe_auth.token_endpoint.http.url import EndpointUrl
from zeebe_auth.token_endpoint.reply import read_token

NOW = 1_800_000_000.0
CREDENTIALS = ClientCredentials(
    client_id="the-client",
    authentication=ClientSecret(Secret("hush")),
    token_url="https://login.example/token",
)
URL = EndpointUrl.parse(CREDENTIALS.token_url, called="The token URL", allow_plaintext=False)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=6,
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "access_token": json_values | st.just("abc"),
        "token_type": json_values | st.just("bearer"),
        "expires_in": json_values,
        "expires_at": json_values,
        "scope": json_values,
        "error": json_values | st.sampled_from(["invalid_client", "invalid_scope"]),
        "error_description": json_values,
    },
)
header_texts = st.text(st.characters(max_codepoint=255), max_size=40)


def _judge(status: int, headers: dict[str, str], body: bytes) -> None:
    reply = HttpReply(status, headers, body, NOW)
    try:
        outcome = read_token(reply, URL, CREDENTIALS, issued_at=NOW)
    except (TokenEndpointError, InvalidClientError) as error:
        outcome = error
    if isinstance(outcome, AuthError):
        assert outcome.status_code == status
    else:
        assert 200 <= status < 300
        assert outcome.authorization.startswith("Bearer ")
        assert outcome.expires_at >= NOW


@given(st.integers(100, 599), st.binary(max_size=200))
def test_any_bytes_are_a_token_or_a_typed_error(status, body):
    """No body causes another exception."""
    _judge(status, {}, body)


@given(st.sampled_from([200, 400, 401, 403, 500]), documents, header_texts)
def test_any_object_is_a_token_or_a_typed_error(status, document, date):
    """No JSON object causes another exception, whatever its fields."""
    _judge(status, {"date": date}, json.dumps(document).encode())


@given(st.sampled_from([302, 429, 503]), header_texts, header_texts, header_texts)
def test_any_headers_are_survived(status, retry_after, date, location):
    """No headers cause another exception."""
    headers = {"retry-after": retry_after, "date": date, "location": location}
    _judge(status, headers, b"")


@given(header_texts | st.integers().map(str) | st.floats().map(str), header_texts)
def test_a_retry_is_never_past_nor_beyond_a_day(retry_after, date):
    """Whatever Retry-After is, the time is between now and a day later, or None."""
    moment = retry_at(HttpReply(429, {"retry-after": retry_after, "date": date}, b"", NOW))
    assert moment is None or NOW <= moment <= NOW + 86400


@given(st.dictionaries(st.text(), st.integers()), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_objects_are_read_in_every_unicode(document, charset):
    """A byte order mark or UTF-16 is accepted."""
    body = json.dumps(document, ensure_ascii=True).encode(charset)
    assert json_object(body) == document
