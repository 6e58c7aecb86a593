"""What a type checker says of the gateway modules: mypy reads this file, nothing runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, assert_type

import grpc
import grpc.aio

from zeebe_grpc import gateway_pb2, gateway_pb2_grpc
from zeebe_grpc.gateway_pb2 import (
    ActivatedJob,
    ActivateJobsRequest,
    ActivateJobsResponse,
    Deployment,
    JobResult,
    ModifyProcessInstanceRequest,
    Partition,
    ProcessMetadata,
    TopologyRequest,
    TopologyResponse,
)
from zeebe_grpc.gateway_pb2_grpc import GatewayServicer, GatewayStub


class RenamedChannel(grpc.Channel):
    """Someone's own channel, which is one of grpc's kind."""


def blocking(channel: grpc.Channel, own: RenamedChannel) -> None:
    stub = GatewayStub(channel)
    assert_type(stub, GatewayStub[grpc.Channel])
    assert_type(GatewayStub(own), GatewayStub[grpc.Channel])
    assert_type(stub.Topology, grpc.UnaryUnaryMultiCallable[TopologyRequest, TopologyResponse])
    assert_type(stub.Topology(TopologyRequest(), timeout=5), TopologyResponse)
    assert_type(stub.Topology.future(TopologyRequest()).result(), TopologyResponse)
    for response in stub.ActivateJobs(ActivateJobsRequest(type="pay", maxJobsToActivate=1)):
        assert_type(response, ActivateJobsResponse)
        for job in response.jobs:
            assert_type(job, ActivatedJob)
    stub.Topology(ActivateJobsRequest())  # type: ignore[arg-type]


async def asynchronous(channel: grpc.aio.Channel) -> None:
    stub = GatewayStub(channel)
    assert_type(stub, GatewayStub[grpc.aio.Channel])
    call = stub.Topology(TopologyRequest(), timeout=5)
    assert_type(call, grpc.aio.UnaryUnaryCall[TopologyRequest, TopologyResponse])
    assert_type(await call, TopologyResponse)
    async for response in stub.ActivateJobs(ActivateJobsRequest()):
        assert_type(response, ActivateJobsResponse)
    stub.Topology.future(TopologyRequest())  # type: ignore[attr-defined]


def annotated(stub: GatewayStub) -> TopologyResponse:
    """A stub that is named without its kind of channel is the blocking one."""
    return stub.Topology(TopologyRequest())


class BlockingServicer(GatewayServicer):
    def Topology(self, request: TopologyRequest, context: grpc.ServicerContext) -> TopologyResponse:
        return TopologyResponse(clusterSize=3)

    def ActivateJobs(
        self, request: ActivateJobsRequest, context: grpc.ServicerContext
    ) -> Iterator[ActivateJobsResponse]:
        yield ActivateJobsResponse(jobs=[ActivatedJob(key=1), {"key": 2}])


class AsynchronousServicer(GatewayServicer):
    async def Topology(
        self,
        request: TopologyRequest,
        context: grpc.aio.ServicerContext[TopologyRequest, TopologyResponse],
    ) -> TopologyResponse:
        return TopologyResponse(clusterSize=3)

    async def ActivateJobs(
        self, request: ActivateJobsRequest, context: Any
    ) -> AsyncIterator[ActivateJobsResponse]:
        yield ActivateJobsResponse()


def serve(server: grpc.Server, async_server: grpc.aio.Server) -> None:
    gateway_pb2_grpc.add_GatewayServicer_to_server(BlockingServicer(), server)
    gateway_pb2_grpc.add_GatewayServicer_to_server(AsynchronousServicer(), async_server)
    assert_type(
        gateway_pb2_grpc.Gateway.Topology(TopologyRequest(), "localhost:26500", insecure=True),
        TopologyResponse,
    )


def messages(job: ActivatedJob, deployment: Deployment, partition: Partition) -> None:
    assert_type(job.key, int)
    assert_type(job.variables, str)
    assert_type(job.HasField("userTask"), bool)
    job.HasField("key")  # type: ignore[arg-type]
    job.userTask = gateway_pb2.UserTaskProperties()  # type: ignore[misc]
    job.unknown  # type: ignore[attr-defined]
    ActivatedJob(key="1")  # type: ignore[arg-type]
    assert_type(job.kind, ActivatedJob.JobKind.ValueType)
    assert_type(ActivatedJob.TASK_LISTENER, ActivatedJob.JobKind.ValueType)
    assert_type(ActivatedJob.JobKind.TASK_LISTENER, ActivatedJob.JobKind.ValueType)
    assert_type(ActivatedJob.JobKind.Name(job.kind), str)
    assert_type(ActivatedJob.JobKind.Value("TASK_LISTENER"), ActivatedJob.JobKind.ValueType)
    partition.role = Partition.LEADER
    partition.role = Partition.DEAD  # type: ignore[assignment]
    assert_type(deployment.process, ProcessMetadata)
    if deployment.WhichOneof("Metadata") == "process":
        deployment.ClearField("process")
    JobResult(denied=True, corrections={"assignee": "ada"})
    instruction = ModifyProcessInstanceRequest.ActivateInstruction(elementId="pay")
    assert_type(
        ModifyProcessInstanceRequest(activateInstructions=[instruction]).SerializeToString(), bytes
    )
    assert_type(TopologyResponse.FromString(b""), TopologyResponse)
