"""Which names always mean this machine, and which addresses do."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth.loopback import is_loopback_address, is_loopback_name


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "LocalHost",
        "gateway.localhost",
        "a.b.LOCALHOST",
        "127.0.0.1",
        "127.8.9.10",
        "127.255.255.255",
        "::1",
        "0:0:0:0:0:0:0:1",
        "0::0001",
    ],
)
def test_names_of_this_machine(host):
    """localhost and what is under it, 127.0.0.0/8 and ::1, in any case and length."""
    assert is_loopback_name(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost.",
        "gateway.localhost.",
        "notlocalhost",
        "localhost.example",
        "localhost.localdomain",
        "localhost4",
        "ip6-localhost",
        "vm",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.0.0.01",
        "127.0.0.1.",
        "127.0.0.1%lo",
        "127.0.0.1%anything",
        "127.0.0.1 ",
        "127.0.0.1\n",
        "localhost ",
        "128.0.0.1",
        "126.255.255.255",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "::",
        "::1%lo",
        "::1%25lo",
        "[::1]",
        "::2",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "\N{FULLWIDTH LATIN SMALL LETTER L}ocalhost",
        "localho\N{LATIN SMALL LETTER LONG S}t",
        "l\N{CYRILLIC SMALL LETTER O}calhost",
        "127\N{IDEOGRAPHIC FULL STOP}0\N{IDEOGRAPHIC FULL STOP}0\N{IDEOGRAPHIC FULL STOP}1",
        "\N{CIRCLED DIGIT ONE}27.0.0.1",
        "\N{FULLWIDTH DIGIT ONE}27.0.0.1",
        "xn--localhost-",
        "gateway\N{IDEOGRAPHIC FULL STOP}localhost",
    ],
)
def test_everything_else_is_not(host):
    """Names that resolvers ask DNS for, spellings that are read in two ways, addresses with a zone,
    look-alikes, and names that merely resolve to loopback don't count."""
    assert not is_loopback_name(host)


@given(st.ip_addresses())
def test_an_address_is_judged_by_its_number(address):
    """Of all addresses only 127.0.0.0/8 and ::1 are names of this machine."""
    expected = str(address).startswith("127.") or address == ipaddress.ip_address("::1")
    assert is_loopback_name(str(address)) == expected


@given(st.text(max_size=30))
def test_any_string_is_judged(text):
    """Any string gives a result without an error, and none with a dot at its end is accepted."""
    for judged in (is_loopback_name, is_loopback_address):
        assert judged(text) in {True, False}
        assert not judged(f"{text}.")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1", "::1%lo"])
def test_addresses_of_the_loopback_interface(address):
    """The forms are those of sockets: IPv4, also on an IPv6 socket, and IPv6, also with a zone."""
    assert is_loopback_address(address)


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "fe80::1%lo", "::ffff:10.0.0.1", "128.0.0.1", "::", "", "localhost"]
)
def test_addresses_of_other_interfaces(address):
    """A connection to any other address may leave this machine."""
    assert not is_loopback_address(address)
