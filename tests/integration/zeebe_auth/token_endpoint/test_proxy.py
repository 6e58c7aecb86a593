"""Through which proxy a token endpoint is reached."""

from __future__ import annotations

import base64
import socket

import pytest
from connect_proxy import ConnectProxy
from error_reports import everything_reachable

from zeebe_auth import TokenTransport, default_provider
from zeebe_auth.errors import AuthError, ConfigurationError, TokenEndpointUnreachable
from zeebe_auth.token_endpoint.http.proxies import proxy_for
from zeebe_auth.token_endpoint.http.url import EndpointUrl


@pytest.fixture
def proxy_to():
    """Starts proxies that end with the test."""
    proxies = []

    def start(*args, **options):
        proxies.append(ConnectProxy(*args, **options))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.close()


URL = "https://login.test/token"


@pytest.fixture
def server(serve, authority):
    """A token endpoint that is only known by its name to the proxy."""
    return serve(tls=authority.server_context("login.test"))


def test_a_given_proxy_is_used(server, proxy_to, endpoint, credentials_for, authority):
    """The connection is tunnelled through the transport's proxy; TLS is the endpoint's own."""
    proxy = proxy_to(server.port)
    asking = endpoint(proxy=f"http://127.0.0.1:{proxy.port}", ca_certificate=authority.file)
    asking.request_token(credentials_for(URL))
    assert proxy.heads[0].startswith("CONNECT login.test:443 HTTP/1.1\r\n")
    assert len(server.received) == 1


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_the_environments_proxy_is_used(
    server, proxy_to, endpoint, credentials_for, authority, monkeypatch, variable
):
    """If none is given, the proxy comes from the environment."""
    proxy = proxy_to(server.port)
    monkeypatch.setenv(variable, f"127.0.0.1:{proxy.port}")
    endpoint(ca_certificate=authority.file).request_token(credentials_for(URL))
    assert len(proxy.heads) == 1


def test_no_proxy_is_honoured(proxy_to, endpoint, credentials_for, monkeypatch):
    """A host named in NO_PROXY is reached directly (and is not found here)."""
    proxy = proxy_to(1)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "login.invalid")

    with pytest.raises(TokenEndpointUnreachable, match=r"name login\.invalid is not known"):
        endpoint().request_token(credentials_for("https://login.invalid/token"))
    assert proxy.heads == []


def test_loopback_is_reached_directly(serve, proxy_to, endpoint, credentials_for, monkeypatch):
    """Plain text to loopback stays on the machine, whatever proxy is set."""
    server, proxy = serve(), proxy_to(1)
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
    endpoint(proxy=f"http://127.0.0.1:{proxy.port}").request_token(credentials_for(server.url))
    assert proxy.heads == []
    assert len(server.received) == 1


def test_the_proxys_login_is_sent_to_it_alone(
    server, proxy_to, endpoint, credentials_for, authority
):
    """User and password of the URL, percent-decoded, go to the proxy and not to the endpoint."""
    proxy = proxy_to(server.port)
    asking = endpoint(
        proxy=f"http://us%40er:p%3Ass@127.0.0.1:{proxy.port}", ca_certificate=authority.file
    )
    asking.request_token(credentials_for(URL))
    expected = base64.b64encode(b"us@er:p:ss").decode()
    assert f"Proxy-Authorization: Basic {expected}\r\n" in proxy.heads[0]
    assert "Proxy-Authorization" not in server.received[0].headers
    assert "hush" not in proxy.heads[0]


def test_an_https_proxy_works(server, proxy_to, endpoint, credentials_for, authority):
    """TLS to the proxy, and the endpoint's TLS inside it."""
    proxy = proxy_to(server.port, tls=authority.server_context("127.0.0.1"))
    asking = endpoint(proxy=f"https://127.0.0.1:{proxy.port}", ca_certificate=authority.file)
    asking.request_token(credentials_for(URL))
    assert len(proxy.heads) == len(server.received) == 1


@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "403 Forbidden", "502 No"])
def test_a_proxy_that_answers_for_a_plaintext_endpoint(proxy_to, endpoint, credentials_for, status):
    """A forwarding proxy may answer itself, so the error doesn't blame the secret alone."""
    proxy = proxy_to(1, answer=f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    url = f"http://127.0.0.1:{proxy.port}"
    with pytest.raises(AuthError, match=f"[tT]he proxy {url} ") as caught:
        endpoint(proxy=url, allow_plaintext=True).request_token(
            credentials_for("http://login.test/token")
        )
    assert "(ZEEBE_AUTH_PROXY, or proxy in a profile or in code)" in caught.value.message
    assert "remove the setting" in caught.value.message
    if status.startswith("407"):
        assert isinstance(caught.value, TokenEndpointUnreachable)
        assert not caught.value.retryable
        assert "would not connect to http://login.test (HTTP 407)" in caught.value.message


def test_a_reply_of_the_endpoint_is_not_the_proxys(proxy_to, endpoint, credentials_for, wire):
    """A JSON reply comes from the server behind the proxy."""
    proxy = proxy_to(1, answer=wire.json(401, {"error": "invalid_client"}))
    asking = endpoint(proxy=f"http://127.0.0.1:{proxy.port}", allow_plaintext=True)
    with pytest.raises(AuthError, match="refused the client") as caught:
        asking.request_token(credentials_for("http://login.test/token"))
    assert "proxy" not in caught.value.message


def test_the_warning_of_plaintext_names_the_proxy(proxy_to, endpoint, credentials_for, wire):
    """The proxy may be outside of the network that token_insecure trusts."""
    proxy = proxy_to(1, answer=wire.json(document=wire.token))
    url = f"http://127.0.0.1:{proxy.port}"
    asking = endpoint(proxy=url, allow_named_plaintext=True)
    with pytest.warns(RuntimeWarning, match=f"to forwarded.test through the proxy {url} unenc"):
        asking.request_token(credentials_for("http://forwarded.test/token"))


def test_allowed_plain_text_is_forwarded(proxy_to, endpoint, credentials_for, wire):
    """A http URL beyond loopback, where it is allowed, is asked of the proxy in full."""
    proxy = proxy_to(1, answer=wire.json(document=wire.token))
    asking = endpoint(proxy=f"http://127.0.0.1:{proxy.port}", allow_plaintext=True)
    asking.request_token(credentials_for("http://login.test/token"))
    assert proxy.heads[0].startswith("POST http://login.test/token HTTP/1.1\r\n")


@pytest.mark.parametrize(("status", "retryable"), [(407, False), (403, False), (502, True)])
def test_a_proxy_that_refuses_is_named(proxy_to, endpoint, credentials_for, status, retryable):
    """The error tells proxy and endpoint apart, without the proxy's password."""
    answer = b"HTTP/1.1 %d secret-reason\r\nContent-Length: 0\r\n\r\n" % status
    proxy = proxy_to(1, answer=answer)
    asking = endpoint(proxy=f"http://user:pass-word@127.0.0.1:{proxy.port}")
    with pytest.raises(TokenEndpointUnreachable, match=f"HTTP {status}") as caught:
        asking.request_token(credentials_for(URL))
    named = (
        f"The proxy http://127.0.0.1:{proxy.port} (ZEEBE_AUTH_PROXY, or proxy in a profile or in "
        "code) would not connect to "
    )
    assert caught.value.message.startswith(named)
    assert "pass-word" not in caught.value.message
    assert "secret-reason" not in caught.value.message
    assert caught.value.retryable is retryable


@pytest.mark.parametrize("text", ["socks5://u:pass-word@h:1", "http://", "http://h:pass-word"])
def test_an_unusable_proxy_is_named_and_not_quoted(endpoint, credentials_for, monkeypatch, text):
    """A proxy that can't be used is a configuration error that doesn't quote the password."""
    with pytest.raises(ConfigurationError, match="token transport") as caught:
        endpoint(proxy=text).request_token(credentials_for(URL))
    assert "pass-word" not in str(caught.value)
    monkeypatch.setenv("HTTPS_PROXY", text)
    with pytest.raises(ConfigurationError, match="in the environment") as caught:
        endpoint().request_token(credentials_for(URL))
    assert "pass-word" not in str(caught.value)


MALFORMED = [
    "http://user:pass-word#x@proxy.example:3128",
    "http://user:pass-word?x@proxy.example:3128",
    "http://user:pass-word/x@proxy.example:3128",
    "http://user:12#pass-word@proxy.example:3128",
    "http://user:12/pass-word@proxy.example:3128",
    "http://user:12?pass-word@proxy.example:3128",
    "http://pass-word#@proxy.example:3128",
    "http://pass-word/@proxy.example:3128",
    "pass-word?@proxy.example:3128",
    "http://proxy.example:3128/pass-word",
    "http://proxy.example:3128?pass-word",
    "http://proxy.example:3128#pass-word",
    "http://proxy.example:pass-word",
]


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_proxy_is_refused_unquoted(endpoint, credentials_for, monkeypatch, text):
    """What comes before a #, / or ? would be taken for the host, so nothing is looked up."""
    monkeypatch.setattr("socket.getaddrinfo", None)
    with pytest.raises(ConfigurationError, match=r"proxy of the token transport.*%23") as caught:
        endpoint(proxy=text)
    assert "pass-word" not in everything_reachable(caught.value)
    monkeypatch.setenv("HTTPS_PROXY", text)
    with pytest.raises(ConfigurationError, match=r"environment \(HTTPS_PROXY\).*%23") as caught:
        endpoint().request_token(credentials_for(URL))
    assert "pass-word" not in everything_reachable(caught.value)
    monkeypatch.setenv("ZEEBE_AUTH_PROXY", text)
    for name, value in {"ID": "me", "SECRET": "s"}.items():
        monkeypatch.setenv(f"CAMUNDA_CLIENT_{name}", value)
    monkeypatch.setenv("CAMUNDA_OAUTH_URL", URL)
    with pytest.raises(ConfigurationError, match=r"ZEEBE_AUTH_PROXY.*environment.*%23") as caught:
        default_provider()
    assert "pass-word" not in everything_reachable(caught.value)


@pytest.mark.parametrize(
    ("text", "host", "login"),
    [
        ("http://proxy.example:3128/", b"proxy.example", None),
        ("proxy.example:3128", b"proxy.example", None),
        ("HTTP://[::1]:3128", b"::1", None),
        ("http://us%40er:p%23%2F%3F%3Ass@proxy.example:3128", b"proxy.example", "us@er p#/?:ss"),
        ("http://user:p@ss w:rd@proxy.example:3128", b"proxy.example", "user p@ss w:rd"),
        ("user:pw@proxy.example:3128", b"proxy.example", "user pw"),
    ],
)
def test_a_well_formed_proxy_is_taken(text, host, login):
    """The password may have any characters, with those three percent-encoded."""
    url = EndpointUrl.parse(URL, called="It", allow_plaintext=False)
    proxy = proxy_for(url, TokenTransport(proxy=text))
    assert (proxy.host, proxy.port) == (host, 3128)
    assert login == (proxy.login and " ".join(each.reveal() for each in proxy.login))


def test_a_proxy_that_is_down_is_named(endpoint, credentials_for, monkeypatch):
    """If nobody listens at the proxy's address, the error names the proxy and where it was
    configured."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    proxy = f"http://127.0.0.1:{port}"
    with pytest.raises(TokenEndpointUnreachable) as caught:
        endpoint(proxy=proxy).request_token(credentials_for(URL))
    assert caught.value.message.startswith(
        f"The proxy {proxy} (ZEEBE_AUTH_PROXY, or proxy in a profile or in code) can't be reach"
    )
    assert "remove the setting" in caught.value.message
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(TokenEndpointUnreachable) as caught:
        endpoint().request_token(credentials_for(URL))
    assert caught.value.message.startswith(f"The proxy {proxy} (https_proxy) can't be reached: ")
    assert "name the host in NO_PROXY" in caught.value.message


def test_a_proxy_that_is_silent_is_named(endpoint, credentials_for, monkeypatch):
    """It is the one that was connected to, so it is the subject."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("https_proxy", proxy)
        with pytest.raises(TokenEndpointUnreachable) as caught:
            endpoint(total_timeout_seconds=0.2).request_token(credentials_for(URL))
    assert caught.value.message.startswith(
        f"The proxy {proxy} (https_proxy) brought no answer of {URL} in time. "
    )
    assert caught.value.timed_out


@pytest.mark.parametrize("scheme", ["socks5", "SOCKS4a", "socks5h"])
def test_a_socks_proxy_is_said_to_be_one(endpoint, monkeypatch, scheme):
    """The error says what can be used instead."""
    with pytest.raises(ConfigurationError, match="is a SOCKS proxy, and only http:// and https://"):
        endpoint(proxy=f"{scheme}://u:pass-word@proxy.example:1080")


def test_a_proxy_whose_name_is_not_known_is_named(endpoint, credentials_for, monkeypatch):
    """The error names the proxy's host, not the endpoint's."""
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")
    with pytest.raises(TokenEndpointUnreachable) as caught:
        endpoint().request_token(credentials_for(URL))
    told = "The proxy http://proxy.invalid:3128 (https_proxy) can't be reached: the name proxy.inv"
    assert caught.value.message.startswith(told)


@pytest.fixture
def ipv6() -> None:
    """Skips where this machine has no IPv6 loopback."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")


@pytest.mark.usefixtures("ipv6")
def test_an_ipv6_endpoint_is_in_brackets_for_the_proxy(
    serve, proxy_to, endpoint, credentials_for, authority
):
    """CONNECT and Host have brackets (RFC 9110, 9.3.6); the certificate's name has none."""
    server = serve(tls=authority.server_context("2001:db8::1"), host="::1")
    proxy = proxy_to(server.port, host="::1", target_host="::1")
    asking = endpoint(proxy=f"http://[::1]:{proxy.port}", ca_certificate=authority.file)
    asking.request_token(credentials_for("https://[2001:db8::1]:8443/token"))
    assert proxy.heads[0].startswith("CONNECT [2001:db8::1]:8443 HTTP/1.1\r\n")
    assert "Host: [2001:db8::1]:8443\r\n" in proxy.heads[0]
    assert server.received[0].headers["Host"] == "[2001:db8::1]:8443"


@pytest.mark.usefixtures("ipv6")
def test_an_ipv6_proxy_is_in_brackets_in_errors(endpoint, credentials_for):
    """The error shows host and port apart."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TokenEndpointUnreachable, match=rf"proxy http://\[::1\]:{port} "):
        endpoint(proxy=f"http://[::1]:{port}").request_token(credentials_for(URL))


def test_plain_text_to_ipv6_is_in_brackets_for_the_proxy(proxy_to, endpoint, credentials_for, wire):
    """The request line of a forwarded request is a whole URL (RFC 9112, 3.2.2)."""
    proxy = proxy_to(1, answer=wire.json(document=wire.token))
    asking = endpoint(proxy=f"http://127.0.0.1:{proxy.port}", allow_plaintext=True)
    asking.request_token(credentials_for("http://[2001:db8::1]:8080/token"))
    assert proxy.heads[0].startswith("POST http://[2001:db8::1]:8080/token HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("url", "entries"),
    [
        ("https://10.1.2.3/token", "10.0.0.0/8"),
        ("https://[fd00::1]/token", "[fd00::1]"),
        ("https://[fd00::1]/token", "fd00::/8"),
        ("https://[fd00::1]:8443/token", "[fd00::1]:8443"),
        ("https://login.test/token", ".test"),
        ("https://login.test/token", "*"),
    ],
)
def test_what_no_proxy_excludes_is_reached_directly(monkeypatch, url, entries):
    """Networks and bracketed addresses count as they do for gRPC."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    parsed = EndpointUrl.parse(url, called="It", allow_plaintext=False)
    assert str(proxy_for(parsed, TokenTransport())) == "http://proxy.test:3128"
    monkeypatch.setenv("NO_PROXY", f"other.test, {entries}")
    assert proxy_for(parsed, TokenTransport()) is None
