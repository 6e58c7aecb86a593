"""grpcio-testing's channel, with which users test their code, inside of ours."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.timeout(600)


def test_each_kind_of_call_is_answered(foreign_environment, run_foreign):
    """Every call gets its answer, with our token, and a refused one its repeat, although nothing
    calls our channel back; afterwards it is over and has a code."""
    python = foreign_environment("grpc-testing", "grpc_testing.txt", ".")
    report = json.loads(run_foreign(python, "grpc_testing_client.py"))
    both, first = ["Bearer token-1", "Bearer token-2"], ["Bearer token-1"]
    assert report == {
        "UnaryUnary call": [both, ["response", None]],
        "UnaryUnary with_call": [both, ["response", "OK"]],
        "UnaryUnary future": [both, ["response", "OK"]],
        "StreamUnary call": [first, ["response", None]],
        "StreamUnary with_call": [first, ["response", "OK"]],
        "StreamUnary future": [first, ["response", "OK"]],
        "UnaryStream iterate": [both, [["response"], "OK"]],
        "StreamStream iterate": [first, [["response"], "OK"]],
    }
