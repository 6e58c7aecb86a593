import threading
from concurrent import futures

import grpc
import pytest

from zeebe_auth import RateLimitedError, StaticCredentialsProvider
from zeebe_grpc import gateway_pb2, gateway_pb2_grpc
from zeebe_grpc.connecting import open_channel
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.rpc_failures import failure_of


class Gateway(gateway_pb2_grpc.GatewayServicer):
    """Answers with the status that it is told, or not before it is told."""

    def __init__(self):
        self.status = grpc.StatusCode.OK
        self.details = "said the \x1b[31mgateway"
        self.answers = threading.Event()
        self.answers.set()

    def Topology(self, request, context):
        self.answers.wait(30)
        context.abort(self.status, self.details)


@pytest.fixture
def gateway():
    """A plaintext gateway that fails on demand, and its settings."""
    with futures.ThreadPoolExecutor(2) as pool:
        server = grpc.server(pool)
        servicer = Gateway()
        gateway_pb2_grpc.add_GatewayServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servicer.settings = ConnectionSettings.from_texts(
            {"address": f"http://127.0.0.1:{port}"}, origin="a test"
        )
        yield servicer
        servicer.answers.set()
        server.stop(None).wait()


class Provider:
    """A provider whose endpoint limits its rate."""

    def get_token(self):
        raise RateLimitedError("Too many token requests. Wait a minute.")


def failed(gateway, provider=None, timeout=30):
    with open_channel(gateway.settings, provider) as channel:
        stub = gateway_pb2_grpc.GatewayStub(channel)
        with pytest.raises(grpc.RpcError) as caught:
            stub.Topology(gateway_pb2.TopologyRequest(), timeout=timeout)
    return failure_of(caught.value, gateway.settings, has_credentials=provider is not None)


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (grpc.StatusCode.UNAVAILABLE, "unreachable", "is not available: UNAVAILABLE"),
        (grpc.StatusCode.UNAUTHENTICATED, "refused", "none are configured"),
        (grpc.StatusCode.PERMISSION_DENIED, "other", "PERMISSION_DENIED"),
        (grpc.StatusCode.INVALID_ARGUMENT, "other", "INVALID_ARGUMENT"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "other", "RESOURCE_EXHAUSTED"),
    ],
)
def test_what_the_gateway_says(gateway, status, kind, says):
    """Each status has its kind and sentence, with details that can't control the terminal."""
    gateway.status = status
    failure = failed(gateway)
    assert failure.kind == kind
    assert says in failure.message
    assert "said the  [31mgateway" in failure.message


def test_details_that_this_client_refused(gateway):
    """Metadata beyond the limit is reported as refused by this client, with the setting."""
    gateway.status = grpc.StatusCode.INVALID_ARGUMENT
    gateway.details = "d" * 20_000
    failure = failed(gateway)
    assert failure.kind == "other"
    assert "This client refused the gateway's answer" in failure.message
    assert 'max_metadata_bytes = "32KB"' in failure.message


def test_a_token_that_the_gateway_finds_too_large(gateway):
    """Request metadata beyond the gateway's limit is reported with the token as its reason."""
    failure = failed(gateway, provider=StaticCredentialsProvider("t" * 20_000))
    assert failure.kind == "other"
    assert "refused the request" in failure.message
    assert "The token is most of them" in failure.message


def test_a_gateway_that_takes_too_long(gateway):
    """A gateway that doesn't answer is distinguished from one that can't be reached."""
    gateway.answers.clear()
    failure = failed(gateway, timeout=1.0)
    assert failure.kind == "other"
    assert "can be reached, but did not answer in time" in failure.message


def test_no_token_is_no_matter_of_the_gateway(gateway):
    """The reason why there is no token is reported instead of gRPC's status for it."""
    failure = failed(gateway, Provider())
    assert failure.kind == "unreachable"
    assert failure.message == "Too many token requests. Wait a minute."


def test_an_error_without_a_status(gateway):
    """An error of an interceptor that has no status is reported by its type."""
    failure = failure_of(grpc.RpcError(), gateway.settings, has_credentials=False)
    assert (failure.message, failure.kind) == ("The call failed: RpcError.", "other")
