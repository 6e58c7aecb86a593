"""How URLs are shown: without password, key or query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth.shown_url import shown_host, shown_text, shown_url

UNREADABLE = "an unreadable address"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://login.example/token", "https://login.example/token"),
        ("https://login.example:8443", "https://login.example:8443"),
        ("https://user:s3cr3t@login.example/token", "https://login.example/token"),
        ("https://user:s3%2Fcr3t@login.example/token", "https://login.example/token"),
        ("https://user:p@s3cr3t@login.example/token", "https://login.example/token"),
        ("https://login.example/token?subscription-key=s3cr3t", "https://login.example/token"),
        ("https://login.example/token#s3cr3t", "https://login.example/token"),
        ("https://user:s3cr3t@[2001:db8::1]:8443/token", "https://[2001:db8::1]:8443/token"),
        ("api://some-id/.default", "api://some-id/.default"),
        ("https://user:s3/cr3t@login.example/token", UNREADABLE),
        ("https://user:12/s3cr3t@login.example/token", UNREADABLE),
        ("https://user:12#s3cr3t@login.example/token", UNREADABLE),
        ("https://user:12?s3cr3t@login.example/token", UNREADABLE),
        ("https://user:s3cr3t\\@login.example/token", UNREADABLE),
        ("https://user:s3cr3t@login.example/to ken", UNREADABLE),
        ("https://user:s3\ncr3t@login.example/token", UNREADABLE),
        ("https://[s3cr3t/token", UNREADABLE),
        ("login.example/s3cr3t", UNREADABLE),
        ("user:s3cr3t@login.example", UNREADABLE),
        ("", UNREADABLE),
    ],
)
def test_scheme_host_port_and_path_alone(url, shown):
    """Anything else is removed; an ambiguous URL is not shown at all."""
    assert shown_url(url) == shown
    assert "s3cr3t" not in shown_host(url)
    if "://" in url:
        assert "s3cr3t" not in shown_text(f"<{url}>")


secrets = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF), max_size=8).map(
    lambda text: f"s3cr3t{text}s3cr3t"
)


@given(secrets, secrets)
def test_no_password_or_query_is_ever_shown(password, query):
    """They may have any characters, percent-encoded or not: only what precedes a / may be a
    path."""
    for url in (
        f"https://user:{password}@login.example/token?key={query.replace('@', '')}",
        f"https://login.example/token?key={query}",
        f"https://login.example/token#{query}",
    ):
        assert "s3cr3t" not in shown_url(url)


def test_the_host_is_shown_in_lower_case():
    """This applies to labels and findings."""
    assert shown_host("https://user:pw@Login.Example:8443/token?key=1") == "login.example"
    assert shown_host("user:pw@login.example") == UNREADABLE


def test_addresses_in_a_string_are_shown_so():
    """The rest of the string is unchanged."""
    text = "Store('redis://:pw@redis.example/0?x=1', ttl=5) and urn:a:b"
    assert shown_text(text) == "Store('redis://redis.example/0', ttl=5) and urn:a:b"
    assert shown_text("scope1 scope2") == "scope1 scope2"
