"""Services of other people in the sandbox, behind its TLS and token checks."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue

import zeebe_grpc
from zeebe_grpc.sandbox import Sandbox

WIRE = {
    "request_deserializer": StringValue.FromString,
    "response_serializer": StringValue.SerializeToString,
}


class Greeter:
    """One method of each kind."""

    def say(self, request, context):
        if not request.value:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no name")
        if request.value == "code":
            context.set_code(grpc.StatusCode.ABORTED)
        return StringValue(value=f"hello {request.value}")

    def many(self, request, _):
        yield from (StringValue(value=each) for each in request.value)

    def collect(self, requests, _):
        return StringValue(value="".join(each.value for each in requests))

    def echo(self, requests, _):
        yield from requests

    async def later(self, _, __):
        return StringValue()


def add_greeter(servicer, server):
    """Add it as generated code does."""
    handlers = {
        "Say": grpc.unary_unary_rpc_method_handler(servicer.say, **WIRE),
        "Many": grpc.unary_stream_rpc_method_handler(servicer.many, **WIRE),
        "Collect": grpc.stream_unary_rpc_method_handler(servicer.collect, **WIRE),
        "Echo": grpc.stream_stream_rpc_method_handler(servicer.echo, **WIRE),
        "Later": grpc.unary_unary_rpc_method_handler(servicer.later, **WIRE),
    }
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("hello.Greeter", handlers),)
    )
    server.add_registered_method_handlers("hello.Greeter", handlers)


@pytest.fixture(scope="module")
def greeter():
    with Sandbox(services=[lambda server: add_greeter(Greeter(), server)]) as running:
        yield running


@pytest.fixture
def channel(greeter, monkeypatch):
    for name, value in greeter.environment.items():
        monkeypatch.setenv(name, value)
    greeter.reset()
    with zeebe_grpc.connect() as channel:
        yield channel


def multi_callable(channel, kind, method):
    return getattr(channel, kind)(
        f"/hello.Greeter/{method}",
        request_serializer=StringValue.SerializeToString,
        response_deserializer=StringValue.FromString,
    )


def test_each_kind_of_call(greeter, channel):
    """Each kind is authorized, and counted by its method."""
    names = [StringValue(value=each) for each in "ab"]
    assert multi_callable(channel, "unary_unary", "Say")(names[0]).value == "hello a"
    many = multi_callable(channel, "unary_stream", "Many")(StringValue(value="xy"))
    assert [each.value for each in many] == ["x", "y"]
    assert multi_callable(channel, "stream_unary", "Collect")(iter(names)).value == "ab"
    echo = multi_callable(channel, "stream_stream", "Echo")(iter(names))
    assert [each.value for each in echo] == ["a", "b"]
    assert greeter.calls == {(m, "OK"): 1 for m in ("Say", "Many", "Collect", "Echo")}
    assert greeter.token_requests == 1


def test_zeebe_is_there_too(channel):
    """Zeebe's own methods work beside other services."""
    assert zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest()).brokers


def test_without_a_token_no_servicer_is_called(greeter):
    """The sandbox checks the token first."""
    authority = grpc.ssl_channel_credentials(greeter.ca_certificate_path.read_bytes())
    with (
        grpc.secure_channel(greeter.address, authority) as channel,
        pytest.raises(grpc.RpcError) as error,
    ):
        multi_callable(channel, "unary_unary", "Say")(StringValue(value="a"))
    assert error.value.code() == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("name", "status", "details"),
    [("", "INVALID_ARGUMENT", "no name"), ("code", "ABORTED", "")],
)
def test_a_servicers_own_status(greeter, channel, name, status, details):
    """It reaches the client and is counted, whether aborted or set."""
    with pytest.raises(grpc.RpcError) as error:
        multi_callable(channel, "unary_unary", "Say")(StringValue(value=name))
    assert (error.value.code().name, error.value.details()) == (status, details)
    assert greeter.calls["Say", status] == 1


def test_a_coroutine_function_is_named(channel):
    """An async method is reported instead of hanging, since the sandbox's server is synchronous."""
    with pytest.raises(grpc.RpcError) as error:
        multi_callable(channel, "unary_unary", "Later")(StringValue(), timeout=30)
    assert "coroutine" in error.value.details()


@pytest.mark.parametrize("service", [Greeter(), "hello.Greeter"])
def test_what_is_no_function_is_told_at_once(service):
    """The error has an example of what to pass."""
    with pytest.raises(TypeError, match=r"lambda server: add_GreeterServicer_to_server"):
        Sandbox(services=[service])


def test_a_service_does_not_start_the_server():
    """A function that does more than add a servicer gets an error that says what the sandbox does
    itself."""
    for action in ("start", "wait_for_termination"):
        with pytest.raises(TypeError, match="only add the servicer"):
            Sandbox(services=[lambda server, action=action: getattr(server, action)()])
