"""nginx that speaks HTTP/2 without TLS on this machine, as a proxy beside a client does."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from ingress import nginx

import zeebe_grpc
import zeebe_grpc.aio
from zeebe_grpc import GatewayStub, TopologyRequest

SECONDS = 30
SITE = """
server {{
    listen {listen} http2;
    location / {{ grpc_pass grpc://{gateway}; }}
}}
"""


def tcp(host: str) -> Callable[[Path], tuple[socket.socket, str, str]]:
    """A listener of this family, how nginx names it, and how clients do."""

    def listen(_folder: Path) -> tuple[socket.socket, str, str]:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, 0), family=family)
        port = listener.getsockname()[1]
        target = f"[{host}]:{port}" if ":" in host else f"localhost:{port}"
        return listener, target.replace("localhost", host), target

    return listen


def unix(folder: Path) -> tuple[socket.socket, str, str]:
    """The same for a Unix socket."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "h2c"))
    listener.listen()
    return listener, f"unix:{folder / 'h2c'}", f"unix:{folder / 'h2c'}"


@pytest.fixture(params={"IPv4": tcp("127.0.0.1"), "IPv6": tcp("::1"), "Unix socket": unix}.items())
def target(request, tmp_path: Path, sandbox, until_the_end: ExitStack) -> str:
    """Where such an nginx listens, in front of the sandbox's gateway."""
    _, listen = request.param
    listener, address, target = listen(tmp_path)
    until_the_end.enter_context(listener)
    site = SITE.format(listen=address, gateway=sandbox.address)
    process = until_the_end.enter_context(nginx.start_nginx(tmp_path / "nginx", site, listener))
    process.wait_for_line(nginx.STARTED)
    return target


def test_a_token_goes_to_a_plaintext_nginx_on_this_machine(target, provider, sandbox) -> None:
    """All kinds of calls work, since gRPC's local credentials speak HTTP/2 as an insecure channel
    does."""
    with zeebe_grpc.insecure_channel(target, provider) as channel:
        stub = GatewayStub(channel)
        assert stub.Topology(TopologyRequest(), timeout=SECONDS).clusterSize
        request = zeebe_grpc.ActivateJobsRequest(type="none", timeout=1, maxJobsToActivate=1)
        request.requestTimeout = -1
        assert not [
            job for reply in stub.ActivateJobs(request, timeout=SECONDS) for job in reply.jobs
        ]
    assert sandbox.calls == {("Topology", "OK"): 1, ("ActivateJobs", "OK"): 1}


def test_the_same_for_asyncio(target, provider, sandbox) -> None:
    """The asyncio channel gets through as well."""

    async def scenario() -> None:
        async with zeebe_grpc.aio.insecure_channel(target, provider) as channel:
            await GatewayStub(channel).Topology(TopologyRequest(), timeout=SECONDS)

    asyncio.run(scenario())
    assert sandbox.calls == {("Topology", "OK"): 1}
