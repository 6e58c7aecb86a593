"""Over which transports a token may be sent."""

import grpc
import pytest

from zeebe_auth import ConfigurationError
from zeebe_grpc.connection.transport import (
    plaintext_transport,
    routed_options,
    transport_credentials,
)


def test_base_is_taken_as_it_is():
    """Ready channel credentials are used unchanged."""
    base = grpc.local_channel_credentials()
    assert transport_credentials(None, None, None, base) is base


def test_base_and_certificates_exclude_each_other():
    """The error names what contradicts."""
    with pytest.raises(ConfigurationError, match="base and root_certificates"):
        transport_credentials(b"pem", None, None, grpc.local_channel_credentials())


@pytest.mark.parametrize(
    ("key", "chain", "missing"),
    [(b"key", None, "certificate_chain"), (None, b"chain", "private_key")],
)
def test_half_a_client_certificate_is_refused(key, chain, missing):
    """gRPC's core would abort the process; here the error names the missing half."""
    with pytest.raises(ConfigurationError, match=f"{missing} is missing"):
        transport_credentials(None, key, chain, None)


def test_a_pem_is_bytes():
    """A path or string given for PEM is an error that says what to pass."""
    with pytest.raises(ConfigurationError, match="root_certificates is str"):
        transport_credentials("ca.pem", None, None, None)


WITHOUT_PROXY = (
    ("grpc.enable_http_proxy", 0),
    ("grpc.address_http_proxy_enabled_addresses", ""),
)
OTHER = ("grpc.max_receive_message_length", 5)


@pytest.mark.parametrize("target", ["localhost:1", "127.0.0.1:1", "unix:socket"])
@pytest.mark.parametrize("allow_plaintext", [False, True])
def test_loopback_has_local_credentials_and_no_proxy(target, allow_plaintext):
    """gRPC checks the connected address, and uses no proxy, whatever the switch is."""
    credentials, options = plaintext_transport(target, (OTHER,), allow_plaintext=allow_plaintext)
    assert isinstance(credentials, grpc.ChannelCredentials)
    assert options == (OTHER, *WITHOUT_PROXY)


@pytest.mark.parametrize("target", ["localhost:1", "unix:socket"])
def test_the_kind_of_local_credentials_fits(monkeypatch, target):
    """Unix sockets need credentials of their own: gRPC refuses the others there."""
    made = []
    monkeypatch.setattr(grpc, "local_channel_credentials", made.append)
    plaintext_transport(target, (), allow_plaintext=False)
    kinds = grpc.LocalConnectionType
    assert made == [kinds.UDS if target.startswith("unix") else kinds.LOCAL_TCP]


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        "grpc.enable_http_proxy",
        "grpc.http_proxy",
        "grpc.address_http_proxy",
        "grpc.address_http_proxy_enabled_addresses",
    ],
)
def test_a_proxy_that_was_asked_for_is_left_out_in_plaintext(name, as_bytes):
    """Options for a proxy don't reach gRPC, which would take them before ours."""
    given = (name.encode() if as_bytes else name, "127.0.0.0/8")
    _, options = plaintext_transport("localhost:1", (given, OTHER), allow_plaintext=False)
    assert options == (OTHER, *WITHOUT_PROXY)


def test_a_proxy_that_was_asked_for_stays_with_tls():
    """Over TLS the caller's own options for a proxy are kept, and the rest is direct."""
    asked = ("grpc.enable_http_proxy", 1)
    assert routed_options("localhost:1", [asked]) == (asked, WITHOUT_PROXY[1])
    assert routed_options("localhost:1", [OTHER]) == (OTHER, *WITHOUT_PROXY)


def test_other_machines_may_be_behind_a_proxy():
    """For other hosts the options are kept, and plaintext uses an insecure channel."""
    assert routed_options("gateway.example:443", [OTHER]) == (OTHER,)
    with pytest.warns(RuntimeWarning, match="unencrypted"):
        carried = plaintext_transport("proxied.example:1", [OTHER], allow_plaintext=True)
    assert carried == (None, (OTHER,))
