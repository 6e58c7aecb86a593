"""nginx as the documentation shows it, and nginx that answers with HTML: what clients see."""

from __future__ import annotations

import json

import grpc
import pytest
from ingress.clients import OK, Answer

import zeebe_grpc
from zeebe_grpc import CompleteJobRequest, GatewayStub

REFUSED = {
    "html": Answer(grpc.StatusCode.UNAUTHENTICATED, "Received http2 header with status: 401"),
    "grpc": Answer(grpc.StatusCode.UNAUTHENTICATED, "The ingress refused the token"),
}
FORBIDDEN = {
    "html": Answer(grpc.StatusCode.PERMISSION_DENIED, "Received http2 header with status: 403"),
    "grpc": Answer(grpc.StatusCode.PERMISSION_DENIED, "The ingress does not let this client in"),
}
NO_GATEWAY = {
    "html": Answer(grpc.StatusCode.UNAVAILABLE, "Received http2 header with status: 502"),
    "grpc": Answer(grpc.StatusCode.UNAVAILABLE, "The ingress gets no answer from the gateway"),
}
NO_CHECK = NO_GATEWAY | {
    "html": Answer(grpc.StatusCode.UNKNOWN, "Received http2 header with status: 500")
}
NO_CERTIFICATE = {
    "html": Answer(grpc.StatusCode.INTERNAL, "Received http2 header with status: 400"),
    "grpc": Answer(grpc.StatusCode.PERMISSION_DENIED, "The ingress wants a client certificate"),
}

both_ways = pytest.mark.parametrize("way", ["html", "grpc"])


@both_ways
def test_a_revoked_token_costs_one_repeat(
    way, start_nginx, open_client, check, sandbox, provider
) -> None:
    """Our channels send the call once more with another token; with composite credentials the
    caller sees the refusal, and the call after ``invalidate`` goes well."""
    client = open_client(start_nginx(html=way == "html").destination())
    assert client.topology() == OK
    check.revoke_seen_tokens()
    if not client.repeats:
        assert client.topology() == REFUSED[way]
        provider.invalidate(provider.get_token())
    assert client.topology() == OK
    assert sandbox.token_requests == 2
    assert check.answers == {200: 2, 401: 1}
    assert sandbox.calls == {("Topology", "OK"): 2}


@both_ways
def test_a_token_that_is_refused_for_good(way, start_nginx, open_client, check, sandbox) -> None:
    """There is one repeat and no more, then the refusal goes to the caller."""
    check.refuses_every_token = True
    client = open_client(start_nginx(html=way == "html").destination())
    assert client.topology() == REFUSED[way]
    attempts = 2 if client.repeats else 1
    assert sandbox.token_requests == attempts
    assert check.answers == {401: attempts}
    assert not sandbox.calls


@both_ways
def test_403_is_no_matter_of_the_token(
    way, start_nginx, open_client, check, sandbox, provider
) -> None:
    """Nothing is repeated, and the token is kept."""
    check.forbids = True
    client = open_client(start_nginx(html=way == "html").destination())
    assert client.topology() == FORBIDDEN[way]
    assert check.answers == {403: 1}
    check.forbids = False
    assert client.topology() == OK
    assert sandbox.token_requests == 1


@both_ways
def test_a_gateway_that_is_down(way, start_nginx, open_client, fault_proxy, sandbox) -> None:
    """It is UNAVAILABLE, which retry policies repeat, and the token is kept."""
    ingress = start_nginx(html=way == "html", gateway=fault_proxy.address)
    client = open_client(ingress.destination())
    assert client.topology() == NO_GATEWAY[way]
    fault_proxy.lead_to(int(sandbox.address.rpartition(":")[2]))
    assert client.topology() == OK
    assert sandbox.token_requests == 1


@both_ways
def test_a_check_that_is_down(way, start_nginx, open_client, check, sandbox) -> None:
    """The token wasn't checked, so it is kept; only the documented site replies UNAVAILABLE."""
    client = open_client(start_nginx(html=way == "html").destination())
    check.close()
    assert client.topology() == NO_CHECK[way]
    assert sandbox.token_requests == 1


@both_ways
def test_a_client_certificate_is_wanted(
    way, start_nginx, open_client, client_pair, sandbox
) -> None:
    """Without one no token is invalidated; with one the call succeeds."""
    ingress = start_nginx(html=way == "html", client_certificate=True)
    assert open_client(ingress.destination()).topology() == NO_CERTIFICATE[way]
    chain, key = client_pair
    client = open_client(ingress.destination(certificate_chain=chain, private_key=key))
    assert client.topology() == OK
    assert sandbox.token_requests == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "INTERNAL"),
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "UNIMPLEMENTED"),
        (413, "UNKNOWN"),
        (429, "UNAVAILABLE"),
        (500, "UNKNOWN"),
        (502, "UNAVAILABLE"),
        (503, "UNAVAILABLE"),
        (504, "UNAVAILABLE"),
    ],
)
def test_what_grpc_makes_of_a_status(status, code, start_nginx, open_client) -> None:
    """Each HTTP status becomes the gRPC status in the documentation's table."""
    ingress = start_nginx(html=True, instead_of_gateway=f"return {status};")
    answer = open_client(ingress.destination()).topology()
    assert answer == Answer(grpc.StatusCode[code], f"Received http2 header with status: {status}")


def test_a_large_request(start_nginx, provider) -> None:
    """What nginx alone would end with 413 reaches the gateway, which has no such job."""
    to = start_nginx().destination()
    with zeebe_grpc.secure_channel(
        to.target, provider, root_certificates=to.root_certificates
    ) as channel:
        request = CompleteJobRequest(jobKey=1, variables=json.dumps({"text": "x" * (3 << 20)}))
        with pytest.raises(grpc.RpcError) as caught:
            GatewayStub(channel).CompleteJob(request, timeout=30)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
