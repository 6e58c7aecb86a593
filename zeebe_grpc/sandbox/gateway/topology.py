"""The cluster that the sandbox plays: three brokers that share three partitions."""

from __future__ import annotations

from zeebe_grpc import gateway_pb2
from zeebe_grpc.sandbox.environment import CLUSTER_ID

VERSION = "8.8.3"
BROKERS = 3
PARTITIONS = 3
BROKER_PORT = 26501


def topology() -> gateway_pb2.TopologyResponse:
    """Each partition on every broker, each broker leading one, all healthy."""
    roles = gateway_pb2.Partition.PartitionBrokerRole
    health = gateway_pb2.Partition.PartitionBrokerHealth
    return gateway_pb2.TopologyResponse(
        clusterId=CLUSTER_ID,
        clusterSize=BROKERS,
        partitionsCount=PARTITIONS,
        replicationFactor=BROKERS,
        gatewayVersion=VERSION,
        brokers=[
            gateway_pb2.BrokerInfo(
                nodeId=node,
                host=f"zeebe-{node}.zeebe-broker-service.sandbox",
                port=BROKER_PORT,
                version=VERSION,
                partitions=[
                    gateway_pb2.Partition(
                        partitionId=partition,
                        role=roles.Value("LEADER" if partition == node + 1 else "FOLLOWER"),
                        health=health.Value("HEALTHY"),
                    )
                    for partition in range(1, PARTITIONS + 1)
                ],
            )
            for node in range(BROKERS)
        ],
    )
