"""A failed call leaves no token anywhere an error reporter looks."""

from __future__ import annotations

import asyncio
import logging

import grpc
import pytest
from error_reports import everything_reachable

from zeebe_auth import default_provider
from zeebe_grpc import GatewayStub, TopologyRequest, aio, connect

pytestmark = pytest.mark.usefixtures("zeebe_sandbox_environment")


def _topology() -> None:
    with connect() as channel:
        GatewayStub(channel).Topology(TopologyRequest(), timeout=20)


def _topology_with_aio() -> None:
    async def ask() -> None:
        async with aio.connect() as channel:
            await GatewayStub(channel).Topology(TopologyRequest(), timeout=20)

    asyncio.run(ask())


def _topology_as_a_future() -> None:
    with connect() as channel:
        GatewayStub(channel).Topology.future(TopologyRequest(), timeout=20).result()


def _meet_another_name(_sandbox, monkeypatch):
    monkeypatch.setenv("CAMUNDA_OVERRIDE_AUTHORITY", "wrong.example")


def _refuse_every_token(sandbox, _monkeypatch):
    sandbox.gateway_refuses_tokens = True


@pytest.mark.parametrize("fail", [_meet_another_name, _refuse_every_token])
@pytest.mark.parametrize("call", [_topology, _topology_as_a_future, _topology_with_aio])
def test_no_error_or_log_line_shows_the_token(sandbox, monkeypatch, caplog, call, fail):
    """A call that the network or the gateway fails shows the token in no frame and no log."""
    caplog.set_level(logging.DEBUG)
    with default_provider() as provider:
        # All tokens of one sandbox begin with the same header.
        token_header = provider.get_token().value.reveal().split(".")[0]
    fail(sandbox, monkeypatch)
    with pytest.raises(grpc.RpcError) as caught:
        call()
    shown = everything_reachable(caught.value) + caplog.text
    assert token_header not in shown
    assert sandbox.client_secret not in shown
