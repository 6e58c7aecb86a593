"""The gateway's messages, stub and servicer: what code written for generated modules relies on."""

import asyncio
import pickle
import re
from collections.abc import Iterator
from concurrent import futures
from importlib import resources
from itertools import pairwise
from pathlib import Path

import grpc
import grpc.aio
import pytest
from python_programs import run_python

from zeebe_grpc import gateway_pb2, gateway_pb2_grpc

ROOT = Path(__file__).parents[3]
PROTO = resources.files("zeebe_grpc").joinpath("gateway.proto").read_text(encoding="utf-8")
RPCS = re.findall(r"^  rpc (\w+)\(", PROTO, flags=re.MULTILINE)
MESSAGES = re.findall(r"^ *message (\w+) \{", PROTO, flags=re.MULTILINE)


class Servicer(gateway_pb2_grpc.GatewayServicer):
    def Topology(self, request, context):
        return gateway_pb2.TopologyResponse(clusterSize=3)

    def ActivateJobs(self, request, context):
        for key in range(request.maxJobsToActivate):
            yield gateway_pb2.ActivateJobsResponse(jobs=[{"key": key, "type": request.type}])


class AsyncServicer(gateway_pb2_grpc.GatewayServicer):
    async def Topology(self, request, context):
        return gateway_pb2.TopologyResponse(clusterSize=3)

    async def ActivateJobs(self, request, context):
        for key in range(request.maxJobsToActivate):
            yield gateway_pb2.ActivateJobsResponse(jobs=[{"key": key, "type": request.type}])


@pytest.fixture
def target() -> Iterator[str]:
    with futures.ThreadPoolExecutor(4) as executor:
        server = grpc.server(executor)
        gateway_pb2_grpc.add_GatewayServicer_to_server(Servicer(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(grace=None).wait()


def check_blocking(channel: grpc.Channel) -> None:
    stub = gateway_pb2_grpc.GatewayStub(channel)
    assert stub.Topology(gateway_pb2.TopologyRequest(), timeout=20).clusterSize == 3
    request = gateway_pb2.ActivateJobsRequest(type="pay", maxJobsToActivate=2)
    responses = list(stub.ActivateJobs(request, timeout=20))
    assert [(job.key, job.type) for r in responses for job in r.jobs] == [(0, "pay"), (1, "pay")]
    with pytest.raises(grpc.RpcError) as caught:
        stub.CompleteJob(gateway_pb2.CompleteJobRequest(jobKey=1), timeout=20)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def check_async(target: str) -> None:
    async with grpc.aio.insecure_channel(target) as channel:
        stub = gateway_pb2_grpc.GatewayStub(channel)
        topology = await stub.Topology(gateway_pb2.TopologyRequest(), timeout=20)
        assert topology.clusterSize == 3
        request = gateway_pb2.ActivateJobsRequest(type="pay", maxJobsToActivate=2)
        keys = [job.key async for r in stub.ActivateJobs(request, timeout=20) for job in r.jobs]
        assert keys == [0, 1]
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.CompleteJob(gateway_pb2.CompleteJobRequest(jobKey=1), timeout=20)
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_blocking_channel_reaches_a_blocking_server(target):
    """The stub makes unary and streaming calls on a grpc.Channel, and what a servicer leaves out
    is UNIMPLEMENTED."""
    with grpc.insecure_channel(target) as channel:
        check_blocking(channel)


def test_an_asyncio_channel_reaches_a_blocking_server(target):
    """The same stub class makes awaitable calls on a grpc.aio.Channel."""
    asyncio.run(check_async(target))


def test_an_asyncio_server_takes_async_methods():
    """The servicer serves grpc.aio with async methods and async generators."""

    async def serve_and_check() -> None:
        server = grpc.aio.server()
        gateway_pb2_grpc.add_GatewayServicer_to_server(AsyncServicer(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        await check_async(f"127.0.0.1:{port}")
        await server.stop(None)

    asyncio.run(serve_and_check())


def test_a_channel_needs_nothing_but_the_public_interface(target):
    """A foreign channel, without the private arguments of grpcio's generated code, works with the
    stub."""

    class PlainChannel:
        def __init__(self, channel):
            self._channel = channel

        def unary_unary(self, method, request_serializer=None, response_deserializer=None):
            return self._channel.unary_unary(method, request_serializer, response_deserializer)

        def unary_stream(self, method, request_serializer=None, response_deserializer=None):
            return self._channel.unary_stream(method, request_serializer, response_deserializer)

    with grpc.insecure_channel(target) as channel:
        check_blocking(PlainChannel(channel))


def test_calls_without_a_channel_go_through_grpcs_experimental_interface(target):
    """The Gateway class makes calls given a target only, as grpcio-tools' does."""
    from grpc.experimental import ExperimentalApiWarning

    request = gateway_pb2.ActivateJobsRequest(type="pay", maxJobsToActivate=2)
    with pytest.warns(ExperimentalApiWarning):
        topology = gateway_pb2_grpc.Gateway.Topology(
            gateway_pb2.TopologyRequest(), target, insecure=True, timeout=20
        )
    assert topology.clusterSize == 3
    with pytest.warns(ExperimentalApiWarning):
        responses = gateway_pb2_grpc.Gateway.ActivateJobs(
            request, target, insecure=True, timeout=20
        )
    assert len(list(responses)) == 2


def test_every_rpc_is_in_stub_servicer_and_functions():
    """Each rpc of gateway.proto is in all three classes, and nothing else is."""
    with grpc.insecure_channel("127.0.0.1:1") as channel:
        stub = vars(gateway_pb2_grpc.GatewayStub(channel))
    assert len(RPCS) == 22
    assert list(stub) == RPCS
    for owner in (gateway_pb2_grpc.GatewayServicer, gateway_pb2_grpc.Gateway):
        assert [name for name in vars(owner) if not name.startswith("_")] == RPCS


def test_every_rpc_and_message_says_what_it_is():
    """Everything in gateway.proto has a sentence above it, and the servicer's methods have
    theirs."""
    lines = PROTO.splitlines()
    bare = [
        line
        for before, line in pairwise(lines)
        if re.match(r" *(message|enum|rpc|service) ", line) and not before.strip().startswith("//")
    ]
    assert bare == []
    for name in RPCS:
        assert getattr(gateway_pb2_grpc.GatewayServicer, name).__doc__


@pytest.mark.parametrize("implementation", ["upb", "python"])
def test_every_message_is_as_good_as_a_generated_one(implementation):
    """With either protobuf implementation each message class, nested ones too, round-trips, copies
    and pickles, has its constants, and keeps out of the default descriptor pool."""
    script = str(Path(__file__).with_name("check_every_message.py"))
    output = run_python(script, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=implementation)
    assert output.split() == [implementation, str(len(MESSAGES))]


def test_a_nested_message_unpickles_in_a_process_that_has_not_imported_it():
    """Unpickling imports the class in the process that reads it."""
    instruction = gateway_pb2.ModifyProcessInstanceRequest.ActivateInstruction(elementId="pay")
    script = f"import pickle; print(pickle.loads({pickle.dumps(instruction)!r}).elementId)"
    assert run_python("-c", script) == "pay\n"


def test_messages_come_without_grpc():
    """Importing the messages imports protobuf, and no gRPC."""
    script = "import sys, zeebe_grpc.gateway_pb2; print('grpc' in sys.modules)"
    assert run_python("-c", script) == "False\n"
