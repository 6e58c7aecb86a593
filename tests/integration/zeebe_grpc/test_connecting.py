"""`connect` and `aio.connect`: all settings are found, and everything is closed together."""

import asyncio
import os
import threading

import grpc
import grpc.aio
import pytest

from zeebe_auth import (
    ConfigurationError,
    CredentialsUnavailable,
    TokenEndpointUnreachable,
    load_profile,
)
from zeebe_grpc import connecting, gateway_pb2, gateway_pb2_grpc
from zeebe_grpc.aio import connecting as aio_connecting
from zeebe_grpc.connection import roots
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.sandbox import Sandbox


@pytest.fixture
def sandbox(zeebe_sandbox, zeebe_sandbox_environment):
    """The sandbox as it was at its start, and its variables in this process."""
    return zeebe_sandbox


class Provider:
    """A provider that knows whether it was closed."""

    def __init__(self, inner):
        self.inner = inner
        self.closed = 0

    def get_token(self):
        return self.inner.get_token()

    def close(self):
        self.closed += 1
        self.inner.close()

    async def aclose(self):
        self.close()


def test_the_documented_family_of_variables(zeebe_sandbox, monkeypatch, tmp_path):
    """The variables of Camunda's documentation, and the PEM of its SDKs, lead to a reply."""
    variables = {
        "CAMUNDA_CLIENT_MODE": "self-managed",
        "CAMUNDA_CLIENT_GRPCADDRESS": f"https://{zeebe_sandbox.address}",
        "CAMUNDA_CLIENT_RESTADDRESS": "http://localhost:8080",
        "CAMUNDA_CLIENT_AUTH_METHOD": "oidc",
        "CAMUNDA_CLIENT_AUTH_CLIENTID": zeebe_sandbox.client_id,
        "CAMUNDA_CLIENT_AUTH_CLIENTSECRET": zeebe_sandbox.client_secret,
        "CAMUNDA_CLIENT_AUTH_TOKENURL": zeebe_sandbox.token_url,
        "CAMUNDA_CLIENT_AUTH_AUDIENCE": zeebe_sandbox.audience,
        "CAMUNDA_CLIENT_KEEPALIVE": "PT45S",
        "CAMUNDA_CLIENT_MAXMESSAGESIZE": "5MB",
        "CAMUNDA_CLIENT_AUTH_READTIMEOUT": "PT5S",
        "CAMUNDA_OAUTH_CACHE_DIR": str(tmp_path / "tokens"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    authority = zeebe_sandbox.ca_certificate_path
    for name, value in (
        ("CAMUNDA_CLIENT_CACERTIFICATEPATH", str(authority)),
        ("CAMUNDA_MTLS_CA", authority.read_text(encoding="ascii").replace("\n", "\\n")),
    ):
        with monkeypatch.context() as trusting:
            trusting.setenv(name, value)
            with connecting.connect() as channel:
                stub = gateway_pb2_grpc.GatewayStub(channel)
                assert stub.Topology(gateway_pb2.TopologyRequest(), timeout=10).clusterSize == 3
    assert zeebe_sandbox.token_requests == 1
    assert list((tmp_path / "tokens").iterdir())


def test_two_lines_are_enough(sandbox):
    """The common case is two lines."""
    with connecting.connect() as channel:
        topology = gateway_pb2_grpc.GatewayStub(channel).Topology(gateway_pb2.TopologyRequest())
    assert topology.clusterSize == 3
    assert sandbox.token_requests == 1


def test_a_real_channel(sandbox):
    """It is a grpc.Channel: gRPC's own interceptors and readiness take it."""
    with connecting.connect(load_profile()) as channel:
        assert isinstance(channel, grpc.Channel)
        grpc.channel_ready_future(channel).result(timeout=30)
        jobs = gateway_pb2_grpc.GatewayStub(channel).ActivateJobs(
            gateway_pb2.ActivateJobsRequest(type="none", timeout=1, maxJobsToActivate=1),
            timeout=0.2,
        )
        with pytest.raises(grpc.RpcError):
            list(jobs)


def test_closing_closes_the_provider(sandbox):
    """The provider lives as long as the channel, also when the channel can't be made."""
    from zeebe_auth import default_provider

    settings = ConnectionSettings.from_texts(load_profile().settings, origin="a test")
    provider = Provider(default_provider())
    channel = connecting.open_channel(settings, provider)
    assert not provider.closed
    channel.close()
    assert provider.closed == 1
    outside = ConnectionSettings.from_texts({"address": "http://gateway:1"}, origin="a test")
    with pytest.raises(ConfigurationError, match="unencrypted"):
        connecting.open_channel(outside, provider)
    assert provider.closed == 2


def test_a_closed_channel_asks_for_nothing(sandbox):
    """After the channel was closed its methods fail, and no token is asked for."""
    with connecting.connect() as channel:
        stub = gateway_pb2_grpc.GatewayStub(channel)
    with pytest.raises((ValueError, grpc.RpcError)):
        stub.Topology(gateway_pb2.TopologyRequest())
    assert sandbox.token_requests == 0


def test_without_credentials_or_address(monkeypatch):
    """What is missing is reported at once."""
    with pytest.raises(CredentialsUnavailable):
        connecting.connect()
    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "NONE")
    with pytest.raises(ConfigurationError, match="No gateway address"):
        connecting.connect()


def test_no_authorization_may_go_anywhere(monkeypatch):
    """Plaintext to another machine is allowed where no token is sent."""
    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "NONE")
    monkeypatch.setenv("ZEEBE_ADDRESS", "http://gateway.example:26500")
    connecting.connect().close()

    async def main():
        async with aio_connecting.connect():
            pass

    asyncio.run(main())


def test_a_named_profile(sandbox, monkeypatch, tmp_path):
    """A named profile brings address, CA and credentials, whatever the environment says."""
    config = tmp_path / "config.toml"
    config.write_text(
        "[profiles.prod]\n"
        f'address = "https://{sandbox.address}"\n'
        f"ca_certificate = '{sandbox.ca_certificate_path}'\n"
        f'client_id = "{sandbox.client_id}"\n'
        'client_secret = { env = "MY_SECRET" }\n'
        f'token_url = "{sandbox.token_url}"\n'
        f'audience = "{sandbox.audience}"\n'
        'store = { use = "memory" }\n'
    )
    config.chmod(0o600)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    monkeypatch.setenv("MY_SECRET", sandbox.client_secret)
    monkeypatch.setenv("ZEEBE_ADDRESS", "elsewhere.example:443")
    with connecting.connect("prod") as channel:
        topology = gateway_pb2_grpc.GatewayStub(channel).Topology(gateway_pb2.TopologyRequest())
    assert topology.clusterSize == 3


def test_asyncio(sandbox):
    """The same works in asyncio, with all call kinds of the gateway."""

    async def main():
        async with aio_connecting.connect() as channel:
            assert isinstance(channel, grpc.aio.Channel)
            await channel.channel_ready()
            assert channel.get_state() is grpc.ChannelConnectivity.READY
            stub = gateway_pb2_grpc.GatewayStub(channel)
            sandbox.add_job("payment")
            request = gateway_pb2.ActivateJobsRequest(
                type="payment", timeout=1000, maxJobsToActivate=1
            )
            jobs = [job.type async for each in stub.ActivateJobs(request) for job in each.jobs]
            return await stub.Topology(gateway_pb2.TopologyRequest()), jobs

    topology, jobs = asyncio.run(main())
    assert topology.clusterSize == 3
    assert jobs == ["payment"]


def test_asyncio_without_a_block(sandbox):
    """A channel without the block connects at the first method, and can be closed."""

    async def main():
        channel = aio_connecting.connect()
        topology = await gateway_pb2_grpc.GatewayStub(channel).Topology(
            gateway_pb2.TopologyRequest()
        )
        await channel.close()
        with pytest.raises(grpc.aio.UsageError, match="closed"):
            gateway_pb2_grpc.GatewayStub(channel)
        return topology

    assert asyncio.run(main()).clusterSize == 3


def test_asyncio_reads_files_elsewhere(sandbox, monkeypatch):
    """Profile and credentials are looked up on another thread than the event loop's."""
    threads = []

    def spy(name):
        threads.append(threading.current_thread())
        return load_profile(name)

    monkeypatch.setattr(aio_connecting, "load_profile", spy)

    async def main():
        async with aio_connecting.connect():
            pass

    asyncio.run(main())
    assert threads != [threading.current_thread()]
    assert len(threads) == 1


def test_asyncio_without_a_thread_to_read_on(sandbox):
    """In an atexit function it raises the typed error that everything raises at the interpreter's
    end."""

    async def enter():
        def refuse(*_):
            raise RuntimeError("can't register atexit after shutdown")

        asyncio.get_running_loop().run_in_executor = refuse
        with pytest.raises(TokenEndpointUnreachable, match="after shutdown") as caught:
            await aio_connecting.connect().__aenter__()
        assert caught.value.retryable

    asyncio.run(enter())


def test_asyncio_reads_the_authorities_elsewhere(sandbox, monkeypatch, tmp_path):
    """Authorities are read on another thread, also gRPC's default ones: a named pipe may be written
    late."""
    threads = []

    def spy(path, what):
        threads.append(threading.current_thread())
        return read_roots(path, what)

    read_roots = roots.read_roots
    monkeypatch.setattr(roots, "read_roots", spy)
    for name in list(os.environ):
        if "CA_CERTIFICATE" in name or "CA_PATH" in name:
            monkeypatch.delenv(name)
    monkeypatch.setenv(roots.ROOTS_VARIABLE, str(sandbox.ca_certificate_path))
    monkeypatch.setenv("SSL_CERT_FILE", str(sandbox.ca_certificate_path))

    async def main():
        async with aio_connecting.connect() as channel:
            stub = gateway_pb2_grpc.GatewayStub(channel)
            return await stub.Topology(gateway_pb2.TopologyRequest())

    assert asyncio.run(main()).clusterSize == 3
    assert len(threads) == 1
    assert threads != [threading.current_thread()]


def test_asyncio_closes_the_provider(sandbox, monkeypatch):
    """Leaving the block closes the provider; never entering it opens none."""
    from zeebe_auth import default_provider

    providers = []

    def spy(profile, **given):
        providers.append(Provider(default_provider(profile, **given)))
        return providers[-1]

    monkeypatch.setattr(aio_connecting, "default_provider", spy)

    async def main():
        await aio_connecting.connect().close()
        assert not providers
        async with aio_connecting.connect():
            assert [provider.closed for provider in providers] == [0]

    asyncio.run(main())
    assert [provider.closed for provider in providers] == [1]


@pytest.fixture
def plaintext(monkeypatch):
    """A sandbox whose gateway speaks without TLS, and its variables in this process."""
    with Sandbox(gateway_tls=False) as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield sandbox


def test_plaintext_on_this_machine(plaintext):
    """A plaintext gateway on this machine gets its token, with and without asyncio."""
    with connecting.connect() as channel:
        gateway_pb2_grpc.GatewayStub(channel).Topology(gateway_pb2.TopologyRequest())

    async def main():
        async with aio_connecting.connect() as channel:
            await gateway_pb2_grpc.GatewayStub(channel).Topology(gateway_pb2.TopologyRequest())

    asyncio.run(main())
    assert plaintext.calls["Topology", "OK"] == 2


def test_plaintext_elsewhere(plaintext, monkeypatch):
    """A token does not go to another machine in plaintext, with and without asyncio."""
    monkeypatch.setenv("ZEEBE_ADDRESS", "http://gateway.example:26500")
    monkeypatch.delenv("ZEEBE_INSECURE_CONNECTION")
    with pytest.raises(ConfigurationError, match="ZEEBE_INSECURE_CONNECTION"):
        connecting.connect()

    async def main():
        async with aio_connecting.connect():
            pass

    with pytest.raises(ConfigurationError, match="ZEEBE_INSECURE_CONNECTION"):
        asyncio.run(main())


def later(channel, kind):
    """A method with a stream of requests, which no gateway has yet."""
    return getattr(channel, kind)(
        "/gateway_protocol.Gateway/Later",
        request_serializer=gateway_pb2.TopologyRequest.SerializeToString,
        response_deserializer=gateway_pb2.TopologyResponse.FromString,
    )


def test_streams_of_requests_pass_through(sandbox):
    """Methods that no gateway has yet can be called too."""
    requests = [gateway_pb2.TopologyRequest()]
    with connecting.connect() as channel:
        with pytest.raises(grpc.RpcError) as unary:
            later(channel, "stream_unary")(iter(requests))
        with pytest.raises(grpc.RpcError) as stream:
            list(later(channel, "stream_stream")(iter(requests)))
    for caught in (unary, stream):
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_asyncio_streams_of_requests_pass_through(sandbox):
    """The same works in asyncio, and the channel's states too."""
    requests = [gateway_pb2.TopologyRequest()]

    async def main():
        async with aio_connecting.connect() as channel:
            idle = channel.get_state(try_to_connect=True)
            await channel.wait_for_state_change(idle)
            with pytest.raises(grpc.aio.AioRpcError) as unary:
                await later(channel, "stream_unary")(iter(requests))
            with pytest.raises(grpc.aio.AioRpcError) as stream:
                await later(channel, "stream_stream")(iter(requests)).read()
        return unary, stream

    # Older grpcio reports INTERNAL when the server ends a call whose request is still being sent.
    ended = {grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL}
    for caught in asyncio.run(main()):
        assert caught.value.code() in ended


def test_asyncio_without_credentials(monkeypatch):
    """What is missing is reported when the block is entered."""

    async def main():
        async with aio_connecting.connect():
            pass

    with pytest.raises(CredentialsUnavailable):
        asyncio.run(main())
