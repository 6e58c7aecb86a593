"""A program as users of PyPI's zeebe-grpc write them, against the gateway at the given address.

    python for_pypi_zeebe_grpc.py HOST:PORT

It knows nothing of zeebe-credentials; what it prints must not depend on who made zeebe_grpc.
"""

import asyncio
import copy
import json
import pickle
import sys
from concurrent import futures

import grpc
from google.protobuf import json_format, text_format

from zeebe_grpc import gateway_pb2, gateway_pb2_grpc
from zeebe_grpc.gateway_pb2 import (
    ActivateJobsRequest,
    CompleteJobRequest,
    CreateProcessInstanceRequest,
    DeployResourceRequest,
    FailJobRequest,
    Partition,
    PublishMessageRequest,
    Resource,
    TopologyRequest,
)
from zeebe_grpc.gateway_pb2_grpc import GatewayStub

TARGET = sys.argv[1]


def blocking() -> None:
    with grpc.insecure_channel(TARGET) as channel:
        stub = gateway_pb2_grpc.GatewayStub(channel)
        topology = stub.Topology(gateway_pb2.TopologyRequest(), timeout=20)
        print(topology)
        for broker in topology.brokers:
            for partition in broker.partitions:
                role = Partition.PartitionBrokerRole.Name(partition.role)
                health = Partition.PartitionBrokerHealth.Name(partition.health)
                print(broker.nodeId, partition.partitionId, role, health)
                print(partition.role == Partition.LEADER, partition.health == Partition.HEALTHY)

        deployed = stub.DeployResource(
            DeployResourceRequest(resources=[Resource(name="pay.bpmn", content=b"<bpmn/>")])
        )
        print(deployed.key, deployed.deployments[0].WhichOneof("Metadata"))
        print(json.dumps(json_format.MessageToDict(deployed), sort_keys=True))

        instance = stub.CreateProcessInstance(
            CreateProcessInstanceRequest(
                bpmnProcessId="pay", version=-1, variables=json.dumps({"amount": 7})
            )
        )
        print(text_format.MessageToString(instance, as_one_line=True))

        for response in stub.ActivateJobs(
            ActivateJobsRequest(
                type="pay", worker="w", timeout=60000, maxJobsToActivate=2, requestTimeout=1000
            )
        ):
            for job in response.jobs:
                print(job.key, job.type, json.loads(job.variables), job.retries, job.deadline)
                if job.key % 2:
                    stub.FailJob(FailJobRequest(jobKey=job.key, retries=job.retries - 1))
                else:
                    stub.CompleteJob(CompleteJobRequest(jobKey=job.key, variables="{}"))
                    stub.CompleteJob.with_call(CompleteJobRequest(jobKey=job.key))

        message = PublishMessageRequest(name="paid", correlationKey="7", timeToLive=1000)
        copies = [copy.deepcopy(message), pickle.loads(pickle.dumps(message))]
        print([stub.PublishMessage.future(each).result().key for each in copies])
        try:
            stub.CancelProcessInstance(gateway_pb2.CancelProcessInstanceRequest())
        except grpc.RpcError as error:
            print(error.code(), error.details())


async def asynchronous() -> None:
    async with grpc.aio.insecure_channel(TARGET) as channel:
        stub = GatewayStub(channel)
        print((await stub.Topology(TopologyRequest())).gatewayVersion)
        async for response in stub.ActivateJobs(ActivateJobsRequest(type="pay")):
            print(len(response.jobs))


class FakeGateway(gateway_pb2_grpc.GatewayServicer):
    """A fake gateway as users put it into their own tests."""

    def Topology(self, request, context):
        return gateway_pb2.TopologyResponse(gatewayVersion="fake")


def serving() -> None:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    gateway_pb2_grpc.add_GatewayServicer_to_server(FakeGateway(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = GatewayStub(channel)
        print(stub.Topology(TopologyRequest()).gatewayVersion)
        try:
            stub.ResolveIncident(gateway_pb2.ResolveIncidentRequest(incidentKey=1))
        except grpc.RpcError as error:
            print(error.code(), error.details())
    server.stop(None)


blocking()
asyncio.run(asynchronous())
serving()
print(gateway_pb2.DESCRIPTOR.services_by_name["Gateway"].full_name)
print(gateway_pb2.ActivatedJob.DESCRIPTOR.full_name, gateway_pb2.ActivatedJob.TYPE_FIELD_NUMBER)
