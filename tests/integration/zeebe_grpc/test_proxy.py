"""Connecting to a gateway through a real proxy that the environment names."""

from __future__ import annotations

import asyncio
import os
import socket

import grpc
import pytest
from connect_proxy import ConnectProxy

import zeebe_grpc
from zeebe_grpc import TopologyRequest, aio
from zeebe_grpc.cli.main import main

SECONDS = 20
BEHIND = "gateway.test:443"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """No proxy of the machine that runs the tests."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(params=["127.0.0.1", "::1"])
def proxy(request, zeebe_sandbox):
    """A proxy that knows the sandbox's gateway by every name."""
    host = request.param
    if ":" in host:
        try:
            socket.create_server((host, 0), family=socket.AF_INET6).close()
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
    _, _, port = zeebe_sandbox.address.rpartition(":")
    proxy = ConnectProxy(int(port), host=host)
    proxy.url = f"http://{f'[{host}]' if ':' in host else host}:{proxy.port}"
    yield proxy
    proxy.close()


@pytest.fixture(params=["sync", "aio"])
def topology(request, zeebe_sandbox, monkeypatch):
    """Gives a function that calls a gateway which only the proxy can resolve."""
    for name, value in zeebe_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("CAMUNDA_GRPC_ADDRESS", "ZEEBE_GRPC_ADDRESS", "ZEEBE_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ZEEBE_OVERRIDE_AUTHORITY", "localhost")

    def ask(address):
        monkeypatch.setenv("ZEEBE_ADDRESS", address)
        with zeebe_grpc.connect() as channel:
            return zeebe_grpc.GatewayStub(channel).Topology(TopologyRequest(), timeout=SECONDS)

    async def ask_async(address):
        monkeypatch.setenv("ZEEBE_ADDRESS", address)
        async with aio.connect() as channel:
            stub = zeebe_grpc.GatewayStub(channel)
            return await stub.Topology(TopologyRequest(), timeout=SECONDS)

    if request.param == "sync":
        return ask
    return lambda address: asyncio.run(ask_async(address))


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "grpc_proxy"])
def test_the_gateway_is_reached_through_the_proxy(topology, proxy, monkeypatch, variable):
    """Upper and lower case work: the same names as for the token endpoint."""
    monkeypatch.setenv(variable, proxy.url)
    assert topology(BEHIND).clusterSize
    assert proxy.heads[0].startswith(f"CONNECT {BEHIND} HTTP/1.1\r\n")


def test_an_ipv6_gateway_is_in_brackets_for_the_proxy(topology, proxy, monkeypatch):
    """The address is in brackets, as the token endpoint's is."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    assert topology("[2001:db8::1]:443").clusterSize
    assert proxy.heads[0].startswith("CONNECT [2001:db8::1]:443 HTTP/1.1\r\n")


def test_a_password_with_an_at_sign_gets_through(topology, proxy, monkeypatch):
    """The proxy is used, which grpcio 1.66 would not do."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", "http://user:p%40ss@"))
    assert topology(BEHIND).clusterSize
    assert "Proxy-Authorization: Basic dXNlcjpwQHNz\r\n" in proxy.heads[0]


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("entries", [".invalid", "*", "gateway.invalid:443"])
def test_an_excluded_gateway_is_asked_directly(topology, proxy, monkeypatch, variable, entries):
    """NO_PROXY in capitals, or in a form that gRPC doesn't know, counts as well."""
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.setenv(variable, entries)
    with pytest.raises(grpc.RpcError):
        topology("gateway.invalid:443")
    assert proxy.heads == []


@pytest.mark.parametrize("topology", ["sync"], indirect=True)
@pytest.mark.parametrize("proxy", ["127.0.0.1"], indirect=True)
def test_the_doctor_tells_which_way_is_for_which(topology, proxy, monkeypatch, capfd):
    """It lists the gateway's proxy and the token endpoint's, each with its variable."""
    monkeypatch.setenv("ZEEBE_ADDRESS", BEHIND)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    assert main(["doctor"]) == 0
    told = {line.split()[1]: line for line in capfd.readouterr().out.splitlines()}
    assert f"through the proxy {proxy.url} (HTTPS_PROXY)" in told["address"]
    assert f"through the proxy {proxy.url} (HTTPS_PROXY)" in told["dns"]
    assert "asked directly" in told["token"]


@pytest.mark.parametrize("topology", ["sync"], indirect=True)
def test_a_proxy_that_refuses_is_not_the_gateway(topology, zeebe_sandbox, monkeypatch, capfd):
    """The error names the proxy that would not connect, and what to do about it."""
    refusing = ConnectProxy(1, answer=b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
    try:
        monkeypatch.setenv("ZEEBE_ADDRESS", BEHIND)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{refusing.port}")
        assert main(["topology"]) == 4
    finally:
        refusing.close()
    told = capfd.readouterr().err
    assert f"The proxy http://127.0.0.1:{refusing.port} (HTTPS_PROXY) would not connect" in told
    assert "(HTTP 407)" in told
    assert "not available" not in told


@pytest.mark.parametrize("topology", ["sync"], indirect=True)
def test_a_proxy_that_says_nothing_is_no_gateway_that_can_be_reached(topology, monkeypatch, capfd):
    """Nothing is claimed about what is behind a proxy."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("ZEEBE_ADDRESS", BEHIND)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert main(["topology", "--timeout", "1"]) == 4
    told = capfd.readouterr().err
    assert f"No answer from {BEHIND} through the proxy" in told
    assert "can be reached" not in told
