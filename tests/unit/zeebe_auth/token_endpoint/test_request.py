"""The encoding of the token request, for any string."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qsl, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth.clock import SYSTEM_CLOCK
from zeebe_auth.credentials.authentication import ClientSecret, Public
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint.client_authentication.methods import METHODS, NoAuthentication
from zeebe_auth.token_endpoint.discovery import TokenAddress
from zeebe_auth.token_endpoint.http.url import EndpointUrl
from zeebe_auth.token_endpoint.request import token_request

TOKEN_URL = "https://login.example/token"
ADDRESS = TokenAddress(EndpointUrl.parse(TOKEN_URL, called="The token URL", allow_plaintext=False))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def _request(**settings):
    credentials = ClientCredentials(token_url=TOKEN_URL, **settings)
    return token_request(credentials, ADDRESS, SYSTEM_CLOCK)


@given(client_id=texts, secret=texts)
def test_basic_reads_back_as_it_was(client_id, secret):
    """Decoded as RFC 6749, 2.3.1 says, the header gives id and secret of any characters."""
    proof = ClientSecret(Secret(secret), "client_secret_basic")
    request = _request(client_id=client_id, authentication=proof)
    encoded = request.headers["Authorization"].removeprefix("Basic ")
    first, colon, second = base64.b64decode(encoded, validate=True).decode("ascii").partition(":")
    assert (unquote_plus(first), colon, unquote_plus(second)) == (client_id, ":", secret)


@given(client_id=texts, secret=texts, audience=texts, resources=st.lists(texts, max_size=3))
@pytest.mark.parametrize("request_format", ["form", "json"])
def test_the_body_reads_back_as_it_was(request_format, client_id, secret, audience, resources):
    """Decoded by its format, the body gives every field of any characters, and no other."""
    request = _request(
        client_id=client_id,
        authentication=ClientSecret(Secret(secret)),
        audience=audience,
        resources=tuple(resources),
        request_format=request_format,
    )
    expected = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": secret,
        "audience": audience,
    }
    if request_format == "form":
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True)
        assert [value for name, value in pairs if name == "resource"] == resources
        assert {name: value for name, value in pairs if name != "resource"} == expected
    else:
        if resources:
            expected["resource"] = resources[0] if len(resources) == 1 else resources
        assert json.loads(request.body) == expected


@given(st.text())
def test_nothing_shows_the_request(secret):
    """The repr of a prepared request holds neither headers nor body."""
    marked = f"<mark>{secret.encode(errors='replace').decode()}"
    for method in ("client_secret_post", "client_secret_basic"):
        proof = ClientSecret(Secret(marked), method)
        request = _request(client_id="a", authentication=proof)
        assert "mark" not in repr(request)
        assert "Basic" not in repr(request)


def test_a_method_can_be_replaced_in_one_place(monkeypatch):
    """The table of methods accepts a class that returns a function in authlib's own form."""

    def prepare(client, method, uri, headers, body):
        return uri, {**headers, "X-Proof": client.client_id}, f"{body}&proof={method}"

    class Replaced(NoAuthentication):
        def prepare(self, credentials, address, clock):
            return prepare

    monkeypatch.setitem(METHODS, "none", Replaced())
    request = _request(client_id="me", authentication=Public())
    assert request.headers["X-Proof"] == "me"
    assert request.body == b"grant_type=client_credentials&proof=POST"


def test_an_unknown_method_is_named(monkeypatch):
    """A method that nobody registered is a configuration error."""
    monkeypatch.delitem(METHODS, "none")
    with pytest.raises(ConfigurationError, match="'none'"):
        _request(client_id="me", authentication=Public())
