"""Which URLs may receive a secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth.clock import SYSTEM_CLOCK
from zeebe_auth.credentials.authentication import ClientSecret
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport
from zeebe_auth.token_endpoint.http.url import EndpointUrl


def _parse(text: str, *, allow_plaintext: bool = False) -> EndpointUrl:
    return EndpointUrl.parse(text, called="The token URL", allow_plaintext=allow_plaintext)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("https://login.example/oauth/token", "login.example", None),
        ("https://login.example:443/t", "login.example", None),
        ("https://login.example:8443/t?p=1", "login.example", 8443),
        ("https://[2001:db8::1]:8443/t", "2001:db8::1", 8443),
        ("HTTPS://LOGIN.example/t", "login.example", None),
        ("http://127.0.0.1:18080/t", "127.0.0.1", 18080),
        ("http://127.8.9.10/t", "127.8.9.10", None),
        ("http://[::1]/t", "::1", None),
        ("http://localhost/t", "localhost", None),
        ("http://LOCALHOST/t", "localhost", None),
        ("http://login.localhost/t", "login.localhost", None),
        ("http://127\N{IDEOGRAPHIC FULL STOP}0\N{IDEOGRAPHIC FULL STOP}0.1/t", "127.0.0.1", None),
    ],
)
def test_https_and_loopback_are_good(text, host, port):
    """TLS is allowed everywhere, plaintext only to this machine."""
    url = _parse(text)
    assert (url.host, url.port) == (host, port)


@pytest.mark.parametrize(
    ("text", "authority", "wire_host"),
    [
        ("https://[::1]:8443/t", b"[::1]:8443", b"::1"),
        (
            "https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/t",
            b"xn--bcher-kva.example",
            b"xn--bcher-kva.example",
        ),
        ("https://login.example:443/t", b"login.example", b"login.example"),
    ],
)
def test_hosts_are_written_as_the_wire_wants_them(text, authority, wire_host):
    """IPv6 in brackets in the Host header and without for the look-up; names in IDNA."""
    url = _parse(text)
    assert (url.authority, url.wire_host) == (authority, wire_host)


@pytest.mark.parametrize(
    "text",
    [
        "http://login.example/t",
        "http://localhost.example/t",
        "http://127.0.0.1.example/t",
        "http://10.0.0.1/t",
        "http://127.1/t",
        "http://2130706433/t",
        "http://0.0.0.0/t",
        "http://[::ffff:10.0.0.1]/t",
        "http://[::ffff:127.0.0.1]/t",
        "http://localhost./t",
        "http://localhost%2e/t",
        "http://loc%61lhost/t",
        "http://0x7f.1/t",
        "http://127.0.0.1%25lo/t",
        "http://127.0.0.1%anything/t",
        "http://[::1%25lo]/t",
        "http://[::1%lo]/t",
        "http://vm/t",
    ],
)
def test_plain_text_beyond_loopback_needs_the_switch(text):
    """A secret is sent in plaintext only where that is allowed explicitly."""
    with pytest.raises(ConfigurationError, match="readable on the way"):
        _parse(text)
    assert _parse(text, allow_plaintext=True).scheme == "http"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "login.example/t",
        "//login.example/t",
        "https://",
        "https:///t",
        " https://login.example/t",
        "'https://login.example/t'",
        "https://login.example/t\n",
        "ftp://login.example/t",
        "file:///etc/passwd",
        "https://[::1/t",
        "https://h:port/t",
        "http://\N{FULLWIDTH LATIN SMALL LETTER L}ocalhost/t",
        "http://localho\N{LATIN SMALL LETTER LONG S}t/t",
        "http://\N{CIRCLED DIGIT ONE}27.0.0.1/t",
    ],
)
def test_what_is_no_https_url_is_refused(text):
    """Anything but an absolute http(s) URL is a configuration error with the right form in it."""
    with pytest.raises(ConfigurationError, match=r"not an absolute https:// URL"):
        _parse(text, allow_plaintext=True)


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_ports_have_a_range(port):
    """An impossible port is named."""
    with pytest.raises(ConfigurationError, match=f"port {port}"):
        _parse(f"https://login.example:{port}/t")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("https://user:hidden-word@login.example/t", "user or a password"),
        ("https://hidden-word@login.example/t", "user or a password"),
        ("https://login.example/t#hidden-word", "fragment"),
        ("http://login.example/t?key=hidden-word", "readable on the way"),
    ],
)
def test_refused_parts_are_named_but_not_quoted(text, what):
    """User, password, fragment and query may be secrets: the error shows none of them."""
    with pytest.raises(ConfigurationError, match=what) as caught:
        _parse(text)
    assert "hidden-word" not in str(caught.value)
    assert "login.example" in str(caught.value)


@given(st.text(max_size=60))
def test_any_string_is_a_url_or_an_error(text):
    """Any string is a URL or a configuration error."""
    for scheme in ("", "https://", "http://localhost/"):
        try:
            url = _parse(scheme + text)
        except ConfigurationError:
            continue
        assert url.scheme == "https" or url.names_loopback
        assert "?" not in str(url)


def test_a_refused_address_is_refused_before_anything_is_sent(monkeypatch):
    """The rule applies before the network is used."""
    import socket

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: pytest.fail("asked DNS"))
    credentials = ClientCredentials(
        client_id="a",
        authentication=ClientSecret(Secret("b")),
        token_url="http://login.example/token",
    )
    endpoint = TokenEndpoint(TokenTransport(), clock=SYSTEM_CLOCK)
    with pytest.raises(ConfigurationError, match="allow_plaintext"):
        endpoint.request_token(credentials)
