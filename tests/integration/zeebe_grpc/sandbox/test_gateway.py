"""The gateway, called through plain grpcio with tokens that the test makes."""

import grpc
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from zeebe_grpc import gateway_pb2, gateway_pb2_grpc
from zeebe_grpc.sandbox import Sandbox


def refusal_of(stub, metadata):
    with pytest.raises(grpc.RpcError) as refusal:
        stub.Topology(gateway_pb2.TopologyRequest(), metadata=metadata)
    return refusal.value


def test_topology(stub, sandbox, bearer):
    """A good token gets a cluster of three: each broker leads one partition and follows the
    others."""
    topology = stub.Topology(gateway_pb2.TopologyRequest(), metadata=bearer(sandbox.issue_token()))

    assert topology.clusterSize == len(topology.brokers) == 3
    assert topology.partitionsCount == topology.replicationFactor == 3
    assert topology.gatewayVersion.startswith("8.8.")
    assert topology.clusterId
    leader = gateway_pb2.Partition.PartitionBrokerRole.Value("LEADER")
    led = [
        [partition.partitionId for partition in broker.partitions if partition.role == leader]
        for broker in topology.brokers
    ]
    assert led == [[1], [2], [3]]


def test_headers_and_trailers(stub, sandbox, bearer):
    """A reply has a response header and a trailer, which says whose token it was."""
    _, call = stub.Topology.with_call(
        gateway_pb2.TopologyRequest(), metadata=bearer(sandbox.issue_token(client_id="someone"))
    )

    assert "date" in dict(call.initial_metadata())
    assert dict(call.trailing_metadata())["x-sandbox-client-id"] == "someone"


def test_a_token_of_the_endpoint(stub, ask, bearer):
    """A token from the token endpoint is a good one."""
    token = ask().json["access_token"]

    assert stub.Topology(gateway_pb2.TopologyRequest(), metadata=bearer(token)).brokers


def test_no_token(stub):
    """A call without a token gets the sentence of a real gateway."""
    error = refusal_of(stub, [])

    assert error.code() == grpc.StatusCode.UNAUTHENTICATED
    assert error.details() == (
        "Expected bearer token at header with key [authorization], but found nothing"
    )


def test_two_tokens(stub, sandbox, bearer):
    """Two headers are refused, even if each holds a good token."""
    error = refusal_of(stub, bearer(sandbox.issue_token()) * 2)

    assert error.code() == grpc.StatusCode.UNAUTHENTICATED
    assert "found 2" in error.details()


@pytest.mark.parametrize(
    "value", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer not.a.token", "Bearer x"]
)
def test_what_is_no_bearer_token(stub, value):
    """Another scheme, a scheme alone and a string that is no JWT are refused."""
    error = refusal_of(stub, [("authorization", value)])

    assert error.code() == grpc.StatusCode.UNAUTHENTICATED
    assert "but this one was refused" in error.details()


def test_an_expired_token(stub, sandbox, bearer):
    """A token is good until its expiry and not a moment longer."""
    error = refusal_of(stub, bearer(sandbox.issue_token(lifetime_seconds=0)))

    assert error.code() == grpc.StatusCode.UNAUTHENTICATED
    assert error.details().endswith("it has expired")


def test_expiry_by_the_clock(bearer):
    """The sandbox's own clock decides, so a test can let a token expire at once."""
    now = [1_800_000_000.0]
    with Sandbox(wall_clock=lambda: now[0], token_lifetime_seconds=60) as sandbox:
        authority = sandbox.ca_certificate_path.read_bytes()
        credentials = grpc.ssl_channel_credentials(authority)
        with grpc.secure_channel(sandbox.address, credentials) as channel:
            stub = gateway_pb2_grpc.GatewayStub(channel)
            metadata = bearer(sandbox.issue_token())
            now[0] += 59
            assert stub.Topology(gateway_pb2.TopologyRequest(), metadata=metadata).brokers
            now[0] += 1
            assert refusal_of(stub, metadata).details().endswith("it has expired")


@pytest.mark.parametrize("changed", ["key", "signature", "algorithm"])
def test_a_forged_token(stub, sandbox, bearer, changed):
    """Another key, a changed signature and no signature are all refused."""
    good = sandbox.issue_token()
    header, payload, signature = good.split(".")
    forged = {
        "key": jwt.encode(
            {"alg": "ES256"},
            {"aud": sandbox.audience, "exp": 1 << 40, "client_id": "x", "jti": "0.x"},
            ECKey.generate_key("P-256"),
        ),
        "signature": f"{header}.{payload}.{signature[::-1]}",
        "algorithm": f"eyJhbGciOiJub25lIn0.{payload}.",
    }[changed]

    error = refusal_of(stub, bearer(forged))

    assert error.code() == grpc.StatusCode.UNAUTHENTICATED
    assert "signature" in error.details()


def test_another_audience(stub, sandbox, bearer):
    """A token for another audience is refused."""
    error = refusal_of(stub, bearer(sandbox.issue_token(audience="somebody-else")))

    assert error.code() == grpc.StatusCode.UNAUTHENTICATED
    assert "audience" in error.details()


def test_revoked_tokens(stub, sandbox, bearer):
    """Revoking ends every token there is, and none that comes after."""
    metadata = bearer(sandbox.issue_token())
    assert stub.Topology(gateway_pb2.TopologyRequest(), metadata=metadata).brokers

    sandbox.revoke_tokens()

    assert refusal_of(stub, metadata).details().endswith("it was revoked")
    fresh = bearer(sandbox.issue_token())
    assert stub.Topology(gateway_pb2.TopologyRequest(), metadata=fresh).brokers


def test_a_gateway_that_refuses_everything(stub, sandbox, bearer):
    """The switch refuses good tokens, and lets them pass again when it is off."""
    metadata = bearer(sandbox.issue_token())
    sandbox.gateway_refuses_tokens = True
    assert refusal_of(stub, metadata).code() == grpc.StatusCode.UNAUTHENTICATED

    sandbox.gateway_refuses_tokens = False
    assert stub.Topology(gateway_pb2.TopologyRequest(), metadata=metadata).brokers


def test_methods_that_it_does_not_know(sandbox, bearer):
    """An unknown method is UNIMPLEMENTED and names the known ones; without a token it isn't."""
    authority = grpc.ssl_channel_credentials(sandbox.ca_certificate_path.read_bytes())
    with grpc.secure_channel(sandbox.address, authority) as channel:
        call = channel.unary_unary("/gateway_protocol.Gateway/PurgeCluster")
        with pytest.raises(grpc.RpcError) as unknown:
            call(b"", metadata=bearer(sandbox.issue_token()))
        with pytest.raises(grpc.RpcError) as unauthenticated:
            call(b"")
    assert unknown.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert "Topology" in unknown.value.details()
    assert unauthenticated.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_calls_are_counted(stub, sandbox, bearer):
    """Each call counts once, by method and status."""
    stub.Topology(gateway_pb2.TopologyRequest(), metadata=bearer(sandbox.issue_token()))
    refusal_of(stub, [])
    refusal_of(stub, [])

    assert sandbox.calls == {("Topology", "OK"): 1, ("Topology", "UNAUTHENTICATED"): 2}
    assert sandbox.token_requests == 0


def test_bytes_that_are_no_message(sandbox, bearer):
    """A request that can't be parsed is refused and disturbs no other call."""
    authority = sandbox.ca_certificate_path.read_bytes()
    with grpc.secure_channel(sandbox.address, grpc.ssl_channel_credentials(authority)) as channel:
        call = channel.unary_unary("/gateway_protocol.Gateway/Topology")
        with pytest.raises(grpc.RpcError) as error:
            call(b"\x07\xff", metadata=bearer(sandbox.issue_token()))

    assert error.value.code() == grpc.StatusCode.INTERNAL


def test_a_stream_without_a_request(sandbox, bearer):
    """A call that ends before its request is refused and disturbs no other call."""
    authority = sandbox.ca_certificate_path.read_bytes()
    with grpc.secure_channel(sandbox.address, grpc.ssl_channel_credentials(authority)) as channel:
        call = channel.stream_unary("/gateway_protocol.Gateway/Topology")
        with pytest.raises(grpc.RpcError) as error:
            call(iter([]), metadata=bearer(sandbox.issue_token()))

    assert error.value.code() == grpc.StatusCode.INTERNAL


def test_plaintext(bearer):
    """A plaintext gateway checks tokens too, and its environment says how to reach it."""
    with Sandbox(gateway_tls=False) as sandbox:
        assert sandbox.environment["ZEEBE_INSECURE_CONNECTION"] == "true"
        with grpc.insecure_channel(sandbox.address) as channel:
            stub = gateway_pb2_grpc.GatewayStub(channel)
            assert refusal_of(stub, []).code() == grpc.StatusCode.UNAUTHENTICATED
            metadata = bearer(sandbox.issue_token())
            assert stub.Topology(gateway_pb2.TopologyRequest(), metadata=metadata).brokers
