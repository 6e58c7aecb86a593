"""Which part is blamed for a failed call through a proxy."""

from __future__ import annotations

import pytest

from zeebe_auth.http_proxy import Proxy
from zeebe_grpc.connection.proxies import Route
from zeebe_grpc.diagnosis.proxy_failures import on_proxied_failure

TARGET = "zeebe.test:443"
THROUGH = Route(Proxy("http", b"proxy.test", 3128, named_by="HTTPS_PROXY"))
FAILED = "UNAVAILABLE: failed to connect to all addresses; last error: UNKNOWN: ipv4:10.0.0.1:3128:"


@pytest.mark.parametrize(
    ("details", "says"),
    [
        (
            f"{FAILED} HTTP proxy returned response code 407",
            "HTTPS_PROXY) would not connect to zeebe.test:443 (HTTP 407). Check the proxy's user",
        ),
        (
            f"{FAILED} Failed to connect to remote host: Connection refused",
            "No connection to zeebe.test:443 through the proxy http://proxy.test:3128 (HTTPS_",
        ),
        (
            "UNAVAILABLE: errors resolving proxy.test:3128: [field:hostname lookup error]",
            "Check that the proxy is up",
        ),
        (
            f"{FAILED} Tls handshake failed (TSI_PROTOCOL_FAILURE): CERTIFICATE_VERIFY_FAILED",
            "If the proxy signs certificates itself",
        ),
    ],
)
def test_no_connection_is_no_word_of_the_gateway(details, says):
    """The error names the proxy, where it was configured, and how to avoid it."""
    told = on_proxied_failure(details, TARGET, THROUGH)
    assert says in told
    assert "NO_PROXY" in told


def test_the_gateways_own_words():
    """A gateway that replies that it isn't available was reached."""
    assert on_proxied_failure("UNAVAILABLE: no leader", TARGET, THROUGH) is None


def test_without_a_proxy():
    """The error doesn't mention a proxy if there is none."""
    assert on_proxied_failure(f"{FAILED} Connection refused", TARGET, Route()) is None
