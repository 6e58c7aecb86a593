"""gRPC targets: what may be dialled, and which are this machine."""

import pytest

from zeebe_auth import ConfigurationError
from zeebe_auth.adapters import parse_address
from zeebe_grpc.connection.targets import as_target, check_target, is_local, is_unix_socket


@pytest.mark.parametrize(
    "target",
    [
        "localhost:26500",
        "LOCALHOST",
        "gateway.localhost:1",
        "127.0.0.1:1",
        "127.8.9.1",
        "[::1]:1",
        "::1",
        "dns:localhost:1",
        "dns:///localhost:1",
        "dns://8.8.8.8/127.0.0.1:1",
        "ipv4:127.0.0.1:1,127.0.0.2:1",
        "ipv6:[::1]:1",
        "ipv6:%5B::1%5D:1",
        "unix:socket",
        "unix:///run/gateway.socket",
        "unix-abstract:gateway",
    ],
)
def test_loopback_and_sockets_are_local(target):
    """Loopback addresses, localhost and Unix sockets never leave the machine."""
    check_target(target)
    assert is_local(target)


@pytest.mark.parametrize(
    "target",
    [
        "gateway.example:443",
        "10.0.0.1:1",
        "[2001:db8::1]:1",
        "127.0.0.1.example:1",
        "localhost.:1",
        "127.0.0.1%anything:1",
        "[::1%lo]:1",
        "[::1%25lo]:1",
        "ipv4:127.0.0.1%lo:1",
        "127.1:1",
        "0x7f.1:1",
        "0.0.0.0:1",
        "[::ffff:127.0.0.1]:1",
        "ipv6:[::ffff:127.0.0.1]:1",
        "vm:1",
        "l\N{CYRILLIC SMALL LETTER O}calhost:1",
        "dns://8.8.8.8/gateway.localhost:1",
        "localhost.example:1",
        "localhost:1@gateway.example:1",
        "dns://8.8.8.8/localhost:1",
        "ipv4:127.0.0.1:1,10.0.0.1:1",
        "vsock:2:1",
        "xds:///localhost",
    ],
)
def test_everything_else_is_not(target):
    """Other machines, mixed lists and names that a foreign resolver resolves are not local."""
    check_target(target)
    assert not is_local(target)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("", "names no host"),
        ("dns:///", "names no host"),
        ("http://gateway.example", "'http'"),
        ("HTTPS://gateway.example", "'https'"),
        ("grpcs://gateway.example", "'grpcs'"),
        ("gateway.example:443/v1", "path"),
        ("dns:///gateway.example/v1", "path"),
        ("UNIX:/run/gateway.socket", "lower case"),
        ("Unix-Abstract:gateway", "lower case"),
        ("DNS:///localhost:1", "lower case"),
        ("a.example:1,b.example:1", "is a list"),
        ("dns:///a.example:1,b.example:1", "is a list"),
        ("127.0.0.1:1,127.0.0.2:1", "is a list"),
    ],
)
def test_what_grpc_can_not_dial_is_named(target, why):
    """The error says what is wrong with the target and what to pass instead."""
    with pytest.raises(ConfigurationError, match=why) as caught:
        check_target(target)
    assert "host:port" in str(caught.value)


@pytest.mark.parametrize(
    ("target", "is_socket"),
    [
        ("unix:socket", True),
        ("unix:///run/gateway.socket", True),
        ("unix-abstract:gateway", True),
        ("UNIX:socket", False),
        ("localhost:1", False),
        ("dns:///unix:1", False),
    ],
)
def test_unix_sockets_are_told_apart(target, is_socket):
    """gRPC has special credentials for Unix sockets, in the schemes that it knows."""
    assert is_unix_socket(target) is is_socket


def test_a_password_in_an_address_is_not_shown():
    """User information in a URL is not in the error."""
    with pytest.raises(ConfigurationError) as caught:
        check_target("https://user:hunter2@gateway.example")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("gateway:1", "gateway:1"),
        ("dns:///gateway:1", "gateway:1"),
        ("http://[::1]:1", "[::1]:1"),
        ("unix:1", "dns:///unix:1"),
        ("https://xds:1", "dns:///xds:1"),
    ],
)
def test_the_target_of_an_address_is_its_host(address, target):
    """A host named like a scheme of gRPC's is resolved by DNS, not taken for a socket."""
    assert as_target(parse_address(address)) == target
    assert not is_unix_socket(target)
