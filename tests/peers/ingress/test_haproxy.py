"""haproxy as the documentation shows it, which verifies the sandbox's tokens itself."""

from __future__ import annotations

import grpc
import pytest
from ingress.clients import OK, Answer
from ingress.token_check import token_identifier


def test_a_revoked_token_costs_one_repeat(start_haproxy, open_client, provider, sandbox) -> None:
    """As with nginx, our channels repeat with another token, and composite credentials don't."""
    revoked = token_identifier(provider.get_token(), sandbox)
    client = open_client(start_haproxy(revoked=(revoked,)).destination())
    if not client.repeats:
        assert client.topology() == Answer(
            grpc.StatusCode.UNAUTHENTICATED, "Received http2 header with status: 401"
        )
        provider.invalidate(provider.get_token())
    assert client.topology() == OK
    assert sandbox.token_requests == 2
    assert sandbox.calls == {("Topology", "OK"): 1}


def test_403_is_no_matter_of_the_token(start_haproxy, open_client, sandbox) -> None:
    """A token for another audience is a 403, and no other one is fetched."""
    client = open_client(start_haproxy(audience="another").destination())
    assert client.topology() == Answer(
        grpc.StatusCode.PERMISSION_DENIED, "Received http2 header with status: 403"
    )
    assert sandbox.token_requests == 1
    assert not sandbox.calls


def test_a_gateway_that_is_down(start_haproxy, open_client, fault_proxy, sandbox) -> None:
    """It is UNAVAILABLE until the gateway is back, all with the same token."""
    client = open_client(start_haproxy(gateway=fault_proxy.address).destination())
    assert client.topology() == Answer(
        grpc.StatusCode.UNAVAILABLE, "Received http2 header with status: 503"
    )
    fault_proxy.lead_to(int(sandbox.address.rpartition(":")[2]))
    assert client.topology() == OK
    assert sandbox.token_requests == 1


def test_a_call_without_a_token(start_haproxy, sandbox) -> None:
    """A call without a token is refused."""
    to = start_haproxy().destination()
    credentials = grpc.ssl_channel_credentials(to.root_certificates)
    with grpc.secure_channel(to.target, credentials) as channel:
        topology = channel.unary_unary("/gateway_protocol.Gateway/Topology")
        with pytest.raises(grpc.RpcError) as caught:
            topology(b"", timeout=30)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert not sandbox.calls
