from zeebe_grpc import gateway_pb2
from zeebe_grpc.cli.grpc_method import to_json
from zeebe_grpc.cli.topology import _cluster_lines


def test_a_cluster_in_trouble():
    """Brokers are sorted, and whatever is not healthy is marked."""
    partition = gateway_pb2.Partition
    response = gateway_pb2.TopologyResponse(
        brokers=[
            {"nodeId": 10, "host": "broker-10", "port": 26501},
            {
                "nodeId": 2,
                "host": "b\x1b[31m",
                "port": 26501,
                "version": "8.8.0",
                "partitions": [
                    {"partitionId": 2, "role": partition.INACTIVE, "health": partition.DEAD},
                    {"partitionId": 1, "role": partition.LEADER, "health": partition.UNHEALTHY},
                ],
            },
        ],
        clusterSize=3,
    )
    assert _cluster_lines(to_json(response))[-3:] == [
        "BROKER  ADDRESS          VERSION  PARTITIONS",
        "2       b [31m:26501     8.8.0    1 leader (unhealthy), 2 inactive (dead)",
        "10      broker-10:26501  unknown  none",
    ]


def test_a_gateway_that_says_nothing():
    """An empty response is shown as such."""
    lines = _cluster_lines(to_json(gateway_pb2.TopologyResponse()))
    assert "Gateway version     unknown" in lines
    assert lines[-1].startswith("BROKER")
