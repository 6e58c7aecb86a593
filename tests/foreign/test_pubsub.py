"""A large gRPC client library that takes a channel: Google's Pub/Sub client."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.timeout(1800)

TOPIC = "projects/p/topics/payments"


@pytest.mark.parametrize(
    ("way", "after_a_refusal"),
    [("zeebe_grpc.secure_channel", TOPIC), ("grpc.secure_channel", "Unauthenticated")],
)
@pytest.mark.parametrize("order", ["ours-first", "theirs-first"])
def test_pubsub_publishes_and_pulls(
    foreign_environment, run_foreign, zeebe_sandbox, order, way, after_a_refusal
):
    """Batched publishing and a streaming pull work with our token. One that the service refuses is
    replaced on our channel; with composite credentials the caller gets the refusal."""
    python = foreign_environment("pubsub", "pubsub.txt", ".")
    variables = zeebe_sandbox.child_environment()
    report = json.loads(run_foreign(python, "pubsub_client.py", order, way, **variables))
    repeated = after_a_refusal == TOPIC
    assert report["published"] == ["id of one", "id of three", "id of two"]
    assert report["received"] == ["one", "three", "two"]
    assert {"Publish", "StreamingPull"} <= set(report["methods"])
    assert report["after a refusal"] == after_a_refusal
    assert report["topic"] == {"refused": 1, **({"taken": 1} if repeated else {})}
    assert report["refused"] == 1
    assert zeebe_sandbox.token_requests == (2 if repeated else 1)
