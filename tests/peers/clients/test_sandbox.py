"""The sandbox replies as real clients expect: each gets the topology, with one token request."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import page_runner
import pytest
from foreign_clients import node, zbctl
from virtual_environments import run_apart

OTHER_CLIENTS = Path(__file__).parents[3] / "docs" / "how-to" / "other-clients.md"
pytestmark = pytest.mark.timeout(1800)


def test_zbctl_reads_the_status(zeebe_sandbox, tmp_path):
    """Its table shows the three brokers, and its second run uses the token of the first."""
    for _ in range(2):
        status = zbctl(zeebe_sandbox, tmp_path)
        assert status.code == 0, status.stderr
        assert "Cluster size: 3\nPartitions count: 3" in status.stdout
        assert status.stdout.count("Leader, Healthy") == 3
    assert zeebe_sandbox.calls["Topology", "OK"] == 2
    assert zeebe_sandbox.token_requests == 1


@pytest.mark.parametrize("program", ["camunda_sdk_topology.cjs", "zeebe_node_topology.cjs"])
def test_a_node_client_gets_the_topology(zeebe_sandbox, tmp_path, program):
    """Camunda's SDK and its forerunner need nothing but the sandbox's variables."""
    for _ in range(2):
        ended = node(zeebe_sandbox, tmp_path, program)
        assert ended.code == 0, ended.stderr
        topology = json.loads(ended.stdout.splitlines()[0])
        assert [broker["nodeId"] for broker in topology["brokers"]] == [0, 1, 2]
        assert topology["gatewayVersion"] == "8.8.3"
    assert zeebe_sandbox.calls["Topology", "OK"] == 2
    assert zeebe_sandbox.token_requests == 1
    # They keep it in the sandbox's directory, not in the home directory.
    assert list(tmp_path.iterdir()) == []


def test_a_reset_forgets_what_clients_kept(zeebe_sandbox, tmp_path):
    """A client that cached its token in the sandbox's directory requests another one after a
    reset."""
    kept = zeebe_sandbox.variables()["ZEEBE_CLIENT_CONFIG_PATH"]
    for _ in range(2):
        assert zbctl(zeebe_sandbox, tmp_path, "--clientCache", kept).code == 0
        assert Path(kept).exists()
        assert zeebe_sandbox.token_requests == 1
        zeebe_sandbox.reset()


def test_grpcurl_does_what_the_page_says(foreign_environment, zeebe_sandbox, tmp_path):
    """It works with the token of `zeebe-auth token`, which no process list shows, and the proto of
    `zeebe-grpc proto`."""
    grpcurl = foreign_environment("grpcurl", "grpcurl.txt").parent
    ours = Path(sys.executable).parent
    variables = zeebe_sandbox.child_environment()
    variables["PATH"] = os.pathsep.join([str(ours), str(grpcurl), variables["PATH"]])
    arguments = [sys.executable, page_runner.__file__, OTHER_CLIENTS, "grpcurl"]
    output = run_apart(*arguments, seconds=60, cwd=tmp_path, **variables)
    assert output == "1 blocks\n"
    assert zeebe_sandbox.calls["Topology", "OK"] == 1
    assert zeebe_sandbox.token_requests == 1
