"""Programs written for PyPI's zeebe-grpc, whose import paths our gateway modules have."""

from collections.abc import Iterator
from concurrent import futures

import grpc
import pytest

from zeebe_grpc import gateway_pb2, gateway_pb2_grpc

pytestmark = pytest.mark.timeout(1800)


class Gateway(gateway_pb2_grpc.GatewayServicer):
    """Answers what the program asks, with fields that its Zeebe 8.4 knows."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def Topology(self, request, context):
        self.seen.append("Topology")
        partition = gateway_pb2.Partition
        return gateway_pb2.TopologyResponse(
            brokers=[
                {
                    "nodeId": node,
                    "host": f"broker-{node}",
                    "port": 26501,
                    "partitions": [
                        {
                            "partitionId": 1,
                            "role": partition.FOLLOWER if node else partition.LEADER,
                            "health": partition.UNHEALTHY if node else partition.HEALTHY,
                        }
                    ],
                    "version": "8.4.0",
                }
                for node in range(2)
            ],
            clusterSize=2,
            partitionsCount=1,
            replicationFactor=2,
            gatewayVersion="8.4.0",
        )

    def DeployResource(self, request, context):
        (resource,) = request.resources
        self.seen.append(f"DeployResource {resource.name} {resource.content!r}")
        return gateway_pb2.DeployResourceResponse(
            key=2**53,
            deployments=[{"process": {"bpmnProcessId": "pay", "version": 1}}],
            tenantId="<default>",
        )

    def CreateProcessInstance(self, request, context):
        self.seen.append(
            f"CreateProcessInstance {request.bpmnProcessId} {request.version} {request.variables}"
        )
        return gateway_pb2.CreateProcessInstanceResponse(
            bpmnProcessId=request.bpmnProcessId, version=1, processInstanceKey=2**52
        )

    def ActivateJobs(self, request, context):
        self.seen.append(f"ActivateJobs {request.type} {request.timeout}")
        for key in range(request.maxJobsToActivate):
            job = gateway_pb2.ActivatedJob(
                key=key, type=request.type, variables='{"amount": 7}', retries=3, deadline=10**12
            )
            yield gateway_pb2.ActivateJobsResponse(jobs=[job])

    def CompleteJob(self, request, context):
        self.seen.append(f"CompleteJob {request.jobKey} {request.variables}")
        return gateway_pb2.CompleteJobResponse()

    def FailJob(self, request, context):
        self.seen.append(f"FailJob {request.jobKey} {request.retries}")
        return gateway_pb2.FailJobResponse()

    def PublishMessage(self, request, context):
        self.seen.append(f"PublishMessage {request.name} {request.correlationKey}")
        return gateway_pb2.PublishMessageResponse(key=request.timeToLive)


@pytest.fixture
def gateway() -> Iterator[tuple[str, Gateway]]:
    with futures.ThreadPoolExecutor(4) as executor:
        server = grpc.server(executor)
        servicer = Gateway()
        gateway_pb2_grpc.add_GatewayServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}", servicer
        server.stop(grace=None).wait()


def test_a_program_for_pypi_zeebe_grpc_runs_unchanged(foreign_environment, run_foreign, gateway):
    """One program, run with PyPI's zeebe-grpc and with ours, prints the same and asks the gateway
    for the same."""
    target, servicer = gateway
    theirs = foreign_environment("zeebe-grpc", "zeebe_grpc.txt")
    with_theirs = run_foreign(theirs, "for_pypi_zeebe_grpc.py", target)
    asked_by_theirs = servicer.seen.copy()
    servicer.seen.clear()
    ours = foreign_environment("zeebe-credentials", "zeebe_credentials.txt", ".")
    with_ours = run_foreign(ours, "for_pypi_zeebe_grpc.py", target)
    assert with_ours == with_theirs
    assert servicer.seen == asked_by_theirs
    assert with_ours.splitlines()[-2] == "gateway_protocol.Gateway"
    assert len(asked_by_theirs) == 11
