from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth.configuration.addresses import parse_address
from zeebe_auth.configuration.equivalence import host_of, normalised, unquoted
from zeebe_auth.errors import ConfigurationError

HOSTS = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,6}){1,3}", fullmatch=True)
PATHS = st.from_regex(r"(/[a-zA-Z0-9._~-]{1,8}){0,3}", fullmatch=True)


@given(HOSTS, PATHS, st.booleans(), st.booleans(), st.booleans())
def test_ways_to_write_one_url(host, path, upper, port, slash):
    """Case of scheme and host, the default port and a last slash don't make another URL."""
    written = f"{'HTTPS' if upper else 'https'}://{host.upper() if upper else host}"
    written += (":443" if port else "") + path + ("/" if slash else "")
    assert normalised("token_url", written) == normalised("token_url", f"https://{host}{path}")


@given(HOSTS, PATHS, PATHS)
def test_different_paths_are_different_urls(host, path, other):
    """What differs in its path is another URL."""
    same = normalised("issuer", f"https://{host}{path}") == normalised(
        "issuer", f"https://{host}{other}"
    )
    assert same == (path == other)


@given(HOSTS, st.integers(1, 65535))
def test_ways_to_write_one_address(host, port):
    """A gateway address is the same with a TLS scheme, without one and with a last slash."""
    plain = normalised("address", f"{host}:{port}")
    for written in (f"grpcs://{host}:{port}", f"https://{host.upper()}:{port}/"):
        assert normalised("address", written) == plain


@pytest.mark.parametrize("insecure", [False, True])
@pytest.mark.parametrize(
    "written",
    [
        "gateway",
        "http://gateway",
        "https://gateway",
        "abc.bru-2.zeebe.camunda.io",
        "abc.bru-2.zeebe.camunda.io.",
        "https://abc.bru-2.zeebe.camunda.io.",
        "grpc://abc.bru-2.zeebe.camunda.io.",
        "[::1]",
        "[::1%x.zeebe.camunda.io]",
        "dns:///gateway",
        " gateway ",
    ],
)
def test_an_address_is_compared_as_it_is_dialled(written, insecure):
    """An address equals itself with its default port written out, and no other."""
    try:
        address = parse_address(written, insecure=insecure or None)
    except ConfigurationError:
        address = parse_address(written)
    meaning = normalised("address", written, insecure=insecure)
    assert meaning == normalised("address", str(address))
    other = {443: 26500, 26500: 443}[address.port]
    assert meaning != normalised("address", str(address).replace(str(address.port), str(other)))


@pytest.mark.parametrize("scheme", ["http", "grpc"])
def test_plaintext_is_another_address_unless_meant(scheme):
    """A plaintext address equals one without a scheme only where plaintext is switched on."""
    written = f"{scheme}://localhost:26500"
    assert normalised("address", written) != normalised("address", "localhost:26500")
    assert normalised("address", written, insecure=True) == normalised(
        "address", "localhost:26500", insecure=True
    )


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("scope", "a b", " b  a "),
        (
            "resource",
            "https://a.example/ https://b.example",
            "https://a.example https://b.example/",
        ),
        ("insecure", "TRUE", "1"),
        ("keep_alive_ms", "045000", "45000"),
        ("max_message_bytes", "5MB", "5242880"),
        ("max_metadata_bytes", "16 kb", "16KiB"),
        ("authority", "Gateway.Example", "gateway.example"),
    ],
)
def test_other_fields_with_one_meaning(field, one, other):
    """Order of scopes, words for true, leading zeros and case of a name don't matter."""
    assert normalised(field, one) == normalised(field, other)


@pytest.mark.parametrize("field", ["client_id", "client_secret", "audience", "ca_certificate"])
def test_exact_fields(field):
    """Ids, secrets, audiences and paths are compared character by character."""
    assert normalised(field, "a") != normalised(field, "A")
    assert normalised(field, "a") != normalised(field, "a/")


def test_a_size_that_is_none_equals_itself_alone():
    """A value that can't be parsed is compared character by character."""
    assert normalised("max_message_bytes", "much") == normalised("max_message_bytes", "much")
    assert normalised("max_message_bytes", "much") != normalised("max_message_bytes", "more")


@pytest.mark.parametrize("text", ["https://[broken", "https://host:port/", "://", "", "h:99999"])
def test_an_unparsable_string_equals_itself_alone(text):
    """A broken URL raises nothing: it equals itself and nothing else."""
    for field in ("token_url", "address"):
        assert normalised(field, text) == normalised(field, text)
        assert normalised(field, text) != normalised(field, "https://host.example")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("c.bru-2.zeebe.camunda.io:443", "c.bru-2.zeebe.camunda.io"),
        ("GRPCS://C.Zeebe.Camunda.IO.:443/", "c.zeebe.camunda.io"),
        ("https://c.zeebe.camunda.io@evil.example:443", "evil.example"),
        ("c.zeebe.camunda.io@evil.example", "evil.example"),
        ("https://evil.example/c.zeebe.camunda.io", "evil.example"),
        ("[::1]:26500", "::1"),
        ("dns:///c.bru-2.zeebe.camunda.io:443", "c.bru-2.zeebe.camunda.io"),
        ("DNS:///c.zeebe.camunda.io@evil.example", "evil.example"),
        ("https://[broken", ""),
    ],
)
def test_host_of_an_address(address, host):
    """The host is what a connection goes to, without user, port or path."""
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ('"a"', "a"),
        (" a\r\n", "a"),
        ("''", ""),
        ("'", "'"),
        ("'a\"", "'a\""),
        ("", ""),
    ],
)
def test_quotes_around_a_value(text, value):
    """One matching pair of quotes and the white space around it are stripped, no more."""
    assert unquoted(text) == value
