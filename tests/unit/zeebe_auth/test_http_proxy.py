"""Which proxy the environment names, and for which hosts."""

from __future__ import annotations

import os
import sys

import pytest

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.http_proxy import is_excluded, named_proxy


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """Remove the proxies of the machine that runs the tests."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "REQUEST_METHOD":
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("entries", "host", "excluded"),
    [
        ("", "a.test", False),
        (" , ,", "a.test", False),
        ("*", "a.test", True),
        ("b.test, *", "a.test", True),
        ("a.test", "a.test", True),
        ("a.test", "A.Test.", True),
        ("A.TEST.", "a.test", True),
        ("a.test", "x.a.test", True),
        (".a.test", "x.a.test", True),
        (".a.test", "a.test", True),
        ("*.a.test", "x.a.test", True),
        ("a.test", "xa.test", False),
        ("b.test a.test", "a.test", True),
        ("a.test:443", "a.test", True),
        ("a.test:444", "a.test", False),
        ("a.test:x", "a.test", False),
        ("münchen.test", "xn--mnchen-3ya.test", True),
        ("xn--mnchen-3ya.test", "münchen.test", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3/8", "10.9.9.9", True),
        ("10.0.0.0/40", "10.1.2.3", False),
        ("10.0.0.0/8", "ten.test", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3:443", "10.1.2.3", True),
        ("10.1.2.3:80", "10.1.2.3", False),
        ("2.3", "10.1.2.3", False),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("fd00::/8", "fd00::1", True),
        ("[fd00::]/8", "fd00::1", True),
        ("fd00::/8", "fe80::1", False),
        ("fd00::1", "fd00:0:0::1", True),
        ("[fd00::1]", "fd00::1", True),
        ("[fd00::1]:443", "fd00::1", True),
        ("[fd00::1]:80", "fd00::1", False),
        ("fe80::/10", "fe80::1%eth0", True),
        ("https://a.test", "a.test", False),
        ("[", "a.test", False),
    ],
)
def test_who_is_reached_directly(entries, host, excluded):
    """Domains, addresses, networks and ports are read as curl, Go and gRPC read them."""
    assert is_excluded(entries, host, 443) is excluded


@pytest.mark.parametrize(
    ("variables", "kinds", "found"),
    [
        ({}, ["https"], None),
        ({"HTTPS_PROXY": "http://up"}, ["https"], "HTTPS_PROXY"),
        ({"https_proxy": "http://low"}, ["https"], "https_proxy"),
        ({"HTTPS_PROXY": "http://up", "https_proxy": "http://low"}, ["https"], "https_proxy"),
        ({"https_proxy": "http://low", "HTTPS_PROXY": "http://up"}, ["https"], "https_proxy"),
        ({"Https_Proxy": "http://mixed"}, ["https"], "Https_Proxy"),
        ({"HTTPS_PROXY": "http://up", "https_proxy": ""}, ["https"], None),
        ({"ALL_PROXY": "http://all", "https_proxy": ""}, ["https"], None),
        ({"HTTPS_PROXY": "", "ALL_PROXY": "http://all"}, ["https"], "ALL_PROXY"),
        ({"ALL_PROXY": "http://all"}, ["https"], "ALL_PROXY"),
        ({"HTTP_PROXY": "http://up"}, ["https"], None),
        ({"HTTP_PROXY": "http://up"}, ["http"], "HTTP_PROXY"),
        ({"HTTP_PROXY": "http://up", "REQUEST_METHOD": "GET"}, ["http"], None),
        ({"http_proxy": "http://low", "REQUEST_METHOD": "GET"}, ["http"], "http_proxy"),
        ({"GRPC_PROXY": "http://g", "https_proxy": "http://h"}, ["grpc", "https"], "GRPC_PROXY"),
        ({"https_proxy": "http://h", "NO_PROXY": "gateway.test"}, ["https"], None),
        ({"https_proxy": "http://h", "no_proxy": "", "NO_PROXY": "*"}, ["https"], "https_proxy"),
        ({"https_proxy": "http://h", "no_grpc_proxy": "*"}, ["https"], "https_proxy"),
        ({"https_proxy": "http://h", "no_grpc_proxy": "*"}, ["grpc", "https"], None),
        (
            {"https_proxy": "http://h", "no_grpc_proxy": "x", "no_proxy": "*"},
            ["grpc", "https"],
            "https_proxy",
        ),
    ],
)
def test_the_variable_that_counts(monkeypatch, variables, kinds, found):
    """Lower case takes precedence; set but empty it means none; upper case is used where it is
    unset."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    proxy = named_proxy(kinds, "gateway.test", 443)
    assert (proxy and proxy.named_by) == found


def test_a_proxy_is_shown_without_its_login(monkeypatch):
    """Neither str nor repr has the password."""
    monkeypatch.setenv("HTTPS_PROXY", "http://us%40er:pass-word@[fd00::2]:3128/")
    proxy = named_proxy(["https"], "gateway.test", 443)
    assert str(proxy) == "http://[fd00::2]:3128"
    assert [each.reveal() for each in proxy.login] == ["us@er", "pass-word"]
    assert "pass-word" not in repr(proxy)


def test_an_unusable_proxy_is_not_quoted_in_its_error(monkeypatch):
    """The error names the variable and doesn't quote it, since it may have a password."""
    monkeypatch.setenv("ALL_PROXY", "socks5://u:pass-word@h:1")
    with pytest.raises(ConfigurationError, match=r"environment \(ALL_PROXY\)") as caught:
        named_proxy(["https"], "gateway.test", 443)
    assert "pass-word" not in caught.value.message


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_the_systems_settings_count_where_no_variable_is_set(monkeypatch, platform):
    """macOS and Windows have settings of their own, with exceptions of their own."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"https": "http://system.test:8080"})
    monkeypatch.setattr("urllib.request.proxy_bypass", lambda host: host == "inside.test")
    proxy = named_proxy(["https"], "gateway.test", 443)
    assert (str(proxy), proxy.named_by) == ("http://system.test:8080", "the system's settings")
    assert named_proxy(["https"], "inside.test", 443) is None
    # Neither is a proxy for these connections.
    monkeypatch.setenv("ZEEBE_AUTH_PROXY", "http://token.test:1")
    monkeypatch.setenv("FTP_PROXY", "http://files.test:1")
    assert str(named_proxy(["https"], "gateway.test", 443)) == "http://system.test:8080"
    monkeypatch.setenv("NO_PROXY", "x")
    assert named_proxy(["https"], "gateway.test", 443) is None
