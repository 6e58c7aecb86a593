"""Connections that die, gateways that restart and certificates that are renewed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import grpc
import pytest
from ingress import nginx
from ingress.certificates import write_server_certificate
from ingress.clients import OK, PATIENCE_SECONDS, Answer, Destination, SyncClient

import zeebe_grpc
from zeebe_grpc import GatewayStub, StreamActivatedJobsRequest, TopologyRequest
from zeebe_grpc.connection import settings
from zeebe_grpc.sandbox.certificates import ServerCertificate
from zeebe_grpc.sandbox.counters import Counters
from zeebe_grpc.sandbox.gateway.cluster import Cluster
from zeebe_grpc.sandbox.gateway.gateway import Gateway
from zeebe_grpc.sandbox.gateway.other_services import OtherServices
from zeebe_grpc.sandbox.gateway.replies import Replies
from zeebe_grpc.sandbox.switches import Switches

SOON_ASKED = (
    ("grpc.keepalive_time_ms", 200),
    ("grpc.keepalive_timeout_ms", 2000),
    ("grpc.http2.ping_timeout_ms", 2000),
    ("grpc.http2.max_pings_without_data", 0),
)
SOON_RECONNECTED = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1000),
    ("grpc.max_reconnect_backoff_ms", 200),
)


def until_ok(topology: Callable[[], Answer]) -> None:
    """Call until it succeeds: for a moment, calls still use the connection that was given up."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while (answer := topology()) != OK:
        assert answer.code is grpc.StatusCode.UNAVAILABLE
        assert time.monotonic() < limit


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


@pytest.fixture
def through_faults(start_nginx, fault_proxy) -> Callable[..., Destination]:
    """An nginx that is reached through the fault proxy."""
    ingress = start_nginx()
    fault_proxy.lead_to(port_of(ingress.target))

    def destination(**arguments: object) -> Destination:
        return Destination(fault_proxy.address, ingress.ca_file.read_bytes(), **arguments)

    return destination


@pytest.fixture
def start_gateway(sandbox) -> Iterator[Callable[..., Gateway]]:
    """Starts one more gateway that takes the sandbox's tokens."""
    started: list[Gateway] = []

    def start(certificate: ServerCertificate | None = None) -> Gateway:
        gateway = Gateway(
            tokens=sandbox._running.tokens,
            audience=sandbox.audience,
            cluster=Cluster(),
            replies=Replies(),
            others=OtherServices([]),
            switches=Switches(),
            counters=Counters(),
            certificate=certificate,
        )
        started.append(gateway)
        return gateway

    yield start
    for gateway in started:
        gateway.close()


def test_keepalive_notices_a_dead_connection(
    through_faults, fault_proxy, open_client, sandbox
) -> None:
    """The call on it fails, and the next one goes over a new connection, with the same token."""
    client = open_client(through_faults(options=SOON_ASKED))
    assert client.topology() == OK
    fault_proxy.black_hole()
    assert client.topology().code is grpc.StatusCode.UNAVAILABLE
    until_ok(client.topology)
    assert fault_proxy.connections == 2
    assert sandbox.token_requests == 1


def test_without_keepalive_a_dead_connection_stays(
    through_faults, fault_proxy, open_client
) -> None:
    """Every call waits until its deadline, and none of them makes a new connection."""
    client = open_client(through_faults())
    assert client.topology() == OK
    fault_proxy.black_hole()
    for _ in range(2):
        assert client.topology(timeout=0.3).code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert fault_proxy.connections == 1


def test_a_gateway_restarts_behind_an_ingress(
    start_nginx, start_gateway, fault_proxy, open_client, sandbox
) -> None:
    """Calls are UNAVAILABLE until it is back; the connection and the token outlast it."""
    gateway = start_gateway()
    fault_proxy.lead_to(port_of(gateway.address))
    client = open_client(start_nginx(gateway=fault_proxy.address).destination())
    assert client.topology() == OK
    fault_proxy.lead_to(None)
    gateway.close()
    assert client.topology().code is grpc.StatusCode.UNAVAILABLE
    fault_proxy.lead_to(port_of(start_gateway().address))
    assert client.topology() == OK
    assert sandbox.token_requests == 1


def test_a_gateway_restarts(
    start_gateway, fault_proxy, open_client, certificate, ca_file, sandbox
) -> None:
    """A call may wait for the new connection; the token outlasts the old one."""
    gateway = start_gateway(certificate)
    fault_proxy.lead_to(port_of(gateway.address))
    client = open_client(
        Destination(fault_proxy.address, ca_file.read_bytes(), options=SOON_RECONNECTED)
    )
    assert client.topology() == OK
    fault_proxy.lead_to(None)
    gateway.close()
    assert client.topology().code is grpc.StatusCode.UNAVAILABLE
    fault_proxy.lead_to(port_of(start_gateway(certificate).address))
    assert client.topology(wait_for_ready=True) == OK
    assert sandbox.token_requests == 1


def renew(ingress, certificate: ServerCertificate) -> None:
    """Replace the files as certbot and cert-manager do, and have nginx read them."""
    write_server_certificate(
        certificate, ingress.folder / "ingress.pem", ingress.folder / "ingress.key"
    )
    ingress.process.reload()
    ingress.process.wait_for_line(nginx.STARTED, count=2)


def test_a_renewed_certificate_costs_no_call(
    start_nginx, open_client, certificate, renewed_certificate, sandbox
) -> None:
    """A channel that calls all the while fails no call, and new connections show the new one."""
    ingress = start_nginx()
    client = open_client(ingress.destination())
    answers, renewed = [client.topology()], threading.Event()

    def call_all_the_while() -> None:
        while not renewed.is_set():
            answers.append(client.topology())
        answers.append(client.topology())

    caller = threading.Thread(target=call_all_the_while)
    caller.start()
    try:
        renew(ingress, renewed_certificate)
        ingress.process.wait_for_line("exited with code 0")
    finally:
        renewed.set()
        caller.join()
    assert set(answers) == {OK}
    assert sandbox.token_requests == 1
    trusts_new = open_client(Destination(ingress.target, renewed_certificate.authority))
    assert trusts_new.topology() == OK
    trusts_old = open_client(Destination(ingress.target, certificate.authority))
    assert trusts_old.topology().code is grpc.StatusCode.UNAVAILABLE


def job_stream(job_type, ingress, provider, until_the_end):
    """A stream of jobs of a type of its own: another test's stream could otherwise take its
    jobs."""
    client = SyncClient(ingress.destination(), provider)
    until_the_end.callback(client.close)
    return GatewayStub(client.channel).StreamActivatedJobs(
        StreamActivatedJobsRequest(type=job_type, worker="w", timeout=60_000), timeout=60
    )


def test_a_job_stream_whose_gateway_crashes(
    start_nginx, fault_proxy, provider, sandbox, until_the_end
) -> None:
    """nginx can only end it, which is INTERNAL; the same call opens it again."""
    fault_proxy.lead_to(port_of(sandbox.address))
    ingress = start_nginx(gateway=fault_proxy.address)
    jobs = job_stream("before", ingress, provider, until_the_end)
    first = sandbox.add_job("before")
    assert next(jobs).key == first
    fault_proxy.cut()
    with pytest.raises(grpc.RpcError) as caught:
        next(jobs)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    again = job_stream("after", ingress, provider, until_the_end)
    second = sandbox.add_job("after")
    assert next(again).key == second
    again.cancel()


def test_a_job_stream_outlasts_a_renewed_certificate(
    start_nginx, provider, renewed_certificate, sandbox, until_the_end
) -> None:
    """A stream goes on over its old connection."""
    ingress = start_nginx()
    jobs = job_stream("renewal", ingress, provider, until_the_end)
    first = sandbox.add_job("renewal")
    assert next(jobs).key == first
    renew(ingress, renewed_certificate)
    second = sandbox.add_job("renewal")
    assert next(jobs).key == second
    jobs.cancel()


@pytest.fixture
def through_faults_by_environment(start_nginx, fault_proxy, sandbox, monkeypatch) -> None:
    """The same for `connect`, with short keepalive times."""
    ingress = start_nginx()
    fault_proxy.lead_to(port_of(ingress.target))
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ZEEBE_INSECURE_CONNECTION")
    monkeypatch.setenv("ZEEBE_ADDRESS", fault_proxy.address)
    monkeypatch.setenv("CAMUNDA_CA_CERTIFICATE_PATH", str(ingress.ca_file))
    monkeypatch.setenv("ZEEBE_KEEP_ALIVE", "200")
    monkeypatch.setattr(settings, "_PING_TIMEOUT_MS", 300)


@pytest.mark.usefixtures("through_faults_by_environment")
def test_connect_notices_a_dead_connection_by_itself(fault_proxy) -> None:
    """It pings after the configured time, and gives the connection up."""
    with zeebe_grpc.connect() as channel:
        topology = GatewayStub(channel).Topology
        topology(TopologyRequest(), timeout=30)
        fault_proxy.black_hole()
        with pytest.raises(grpc.RpcError) as caught:
            topology(TopologyRequest(), timeout=30)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.usefixtures("through_faults_by_environment")
def test_connect_notices_a_dead_connection_in_asyncio_too(fault_proxy) -> None:
    """The same holds for asyncio."""

    async def scenario() -> grpc.StatusCode:
        async with zeebe_grpc.aio.connect() as channel:
            topology = GatewayStub(channel).Topology
            await topology(TopologyRequest(), timeout=30)
            fault_proxy.black_hole()
            return await topology(TopologyRequest(), timeout=30).code()

    assert asyncio.run(scenario()) is grpc.StatusCode.UNAVAILABLE
