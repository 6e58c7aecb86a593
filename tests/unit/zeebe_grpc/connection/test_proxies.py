"""Which proxy gRPC uses, and how that is set."""

from __future__ import annotations

import base64
import os

import pytest

from zeebe_grpc.connection.proxies import proxy_options, route_to

TARGET = "zeebe.example.com:443"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """Remove the proxies of the machine that runs the tests."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, None),
        ({"http_proxy": "http://proxy:3128"}, "http_proxy"),
        ({"http_proxy": "http://a", "https_proxy": "http://b"}, "https_proxy"),
        ({"https_proxy": "http://b", "grpc_proxy": "http://c"}, "grpc_proxy"),
        ({"grpc_proxy": "http://c", "no_proxy": "localhost, example.com"}, None),
        ({"grpc_proxy": "http://c", "no_grpc_proxy": "other", "no_proxy": "com"}, "grpc_proxy"),
        ({"HTTPS_PROXY": "http://b"}, "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "http://b", "NO_PROXY": "example.com"}, None),
        ({"https_proxy": "http://b", "NO_PROXY": "example.com"}, None),
        ({"https_proxy": "http://b", "no_proxy": "*"}, None),
        ({"ALL_PROXY": "http://d"}, "ALL_PROXY"),
        ({"grpc_proxy": "", "https_proxy": "http://b"}, None),
    ],
)
def test_the_proxy_that_grpc_takes(monkeypatch, variables, found):
    """The variables are read in gRPC's order, with its exceptions, and in upper case too."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    route = route_to("zeebe.example.com", 443)
    assert (route.proxy and route.proxy.named_by) == found
    told = dict(proxy_options(TARGET, ()))
    if found is not None:
        assert told == {"grpc.http_proxy": f"http://{route.proxy.authority}"}
    elif any(name.islower() and value for name, value in variables.items()):
        assert told == {"grpc.enable_http_proxy": 0}
    else:
        assert told == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://proxy.test:3128", "gRPC speaks to http:// proxies alone"),
        ("socks5://u:pass-word@h:1", "is a SOCKS proxy"),
    ],
)
def test_a_proxy_that_grpc_cannot_speak_to_is_passed_by(monkeypatch, text, said):
    """gRPC itself ignores and only logs it; doctor reports the problem."""
    monkeypatch.setenv("HTTPS_PROXY", text)
    route = route_to("zeebe.example.com", 443)
    assert route.proxy is None
    assert said in route.problem
    assert "HTTPS_PROXY" in route.problem
    assert "pass-word" not in route.problem
    assert proxy_options(TARGET, ()) == ()


def test_the_login_is_decoded_and_told_by_itself(monkeypatch):
    """Older gRPC bypasses a proxy whose password has an @ in it."""
    monkeypatch.setenv("HTTPS_PROXY", "us%40er:p%40ss@proxy.test")
    told = dict(proxy_options(TARGET, ()))
    login = base64.b64encode(b"us@er:p@ss").decode()
    assert told == {
        "grpc.http_proxy": "http://proxy.test:80",
        "grpc.http_connect_headers": f"Proxy-Authorization:Basic {login}",
    }
    mine = ("grpc.http_connect_headers", "X-Mine:1")
    assert dict(proxy_options(TARGET, [mine])) == {"grpc.http_proxy": "http://proxy.test:80"}


@pytest.mark.parametrize("name", ["grpc.http_proxy", b"grpc.http_proxy", "grpc.enable_http_proxy"])
def test_what_the_caller_says_of_proxies_stays(monkeypatch, name):
    """Nothing is added to an option that decides it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    assert proxy_options(TARGET, [(name, 0)]) == ()


@pytest.mark.parametrize(
    ("target", "excluded"),
    [
        ("zeebe.test", "zeebe.test:443"),
        ("zeebe.test:26500", "zeebe.test:26500"),
        ("dns:///zeebe.test:1", "zeebe.test:1"),
        ("dns://192.0.2.1/zeebe.test:1", "zeebe.test:1"),
        ("[2001:db8::1]:1", "[2001:db8::1]:1"),
        ("ipv6:[2001:db8::1]:1", "2001:db8::/32"),
        ("ipv4:192.0.2.1:1", "192.0.2.0/24"),
    ],
)
def test_the_host_of_a_target(monkeypatch, target, excluded):
    """Every form that names one host and port is excluded by them."""
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    assert dict(proxy_options(target, ())) == {"grpc.http_proxy": "http://proxy.test:3128"}
    monkeypatch.setenv("NO_PROXY", excluded)
    assert proxy_options(target, ()) == (("grpc.enable_http_proxy", 0),)


@pytest.mark.parametrize("target", ["ipv4:192.0.2.1:1,192.0.2.2:1", "xds:///zeebe", "unix:socket"])
def test_other_targets_are_left_to_grpc(monkeypatch, target):
    """They have no single host to check."""
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    assert proxy_options(target, ()) == ()
