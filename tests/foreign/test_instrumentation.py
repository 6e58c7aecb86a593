"""OpenTelemetry's instrumentation of gRPC clients, which replaces gRPC's functions, around us."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.timeout(1800)

OK, PERMISSION_DENIED, UNAUTHENTICATED = 0, 7, 16


@pytest.mark.parametrize("way", ["connect", "secure_channel", "authorize"])
@pytest.mark.parametrize("world", ["sync", "aio"])
@pytest.mark.parametrize("order", ["ours-first", "theirs-first"])
def test_each_attempt_has_a_span_that_reaches_the_server(
    foreign_environment, run_foreign, zeebe_sandbox, order, world, way
):
    """Every kind of call makes a span with method and status under its caller's, the server gets
    that span's trace context beside the token, and a call that was repeated has two such spans."""
    python = foreign_environment("opentelemetry-grpc", "opentelemetry_grpc.txt", ".")
    variables = zeebe_sandbox.child_environment()
    output = run_foreign(python, "instrumented_client.py", order, world, way, **variables)
    seen = {}
    for rpc in json.loads(output):
        assert rpc["children of the caller"], rpc
        assert rpc["trace contexts arrived"], rpc
        assert all(rpc["authorizations"]), rpc
        assert len(rpc["authorizations"]) == len(rpc["spans"]), rpc
        seen[rpc["call"]] = [tuple(span) for span in rpc["spans"]]
    kinds = ["unary_unary", "unary_stream", "stream_unary", "stream_stream"]
    denied = ["unary_unary", "unary_stream"]
    repeated = list(denied)
    if world == "sync":
        kinds += ["unary_unary.with_call", "unary_unary.future", "stream_unary.future"]
        denied += ["unary_unary.future"]
        repeated += ["unary_unary.with_call", "unary_unary.future"]
    expected = {"Topology": [("/gateway_protocol.Gateway/Topology", OK, True)]}
    for kind in kinds:
        expected[kind] = [(f"/test.Kinds/{kind.partition('.')[0]}", OK, True)]
    for kind in denied:
        expected[f"{kind}, denied"] = [("/test.Kinds/Denied", PERMISSION_DENIED, False)]
    for kind in repeated:
        name = f"/test.Kinds/{kind.partition('.')[0]}"
        expected[f"{kind}, repeated"] = [(name, UNAUTHENTICATED, False), (name, OK, True)]
    assert seen == expected
