"""Which messages, metadata and options a channel accepts, with and without asyncio."""

from __future__ import annotations

import asyncio
from concurrent import futures

import grpc
import grpc.aio
import pytest

import zeebe_grpc
import zeebe_grpc.aio
from zeebe_grpc import gateway_pb2, gateway_pb2_grpc
from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.certificates import issue_server_certificate

MIB = 1024 * 1024
KIB = 1024


class Gateway(gateway_pb2_grpc.GatewayServicer):
    """Returns jobs as large, and errors as long, as the request says, and has its port."""

    port = 0

    def ActivateJobs(self, request, context):
        variables = "v" * int(request.type)
        yield gateway_pb2.ActivateJobsResponse(
            jobs=[gateway_pb2.ActivatedJob(key=1, variables=variables)]
        )

    def ThrowError(self, request, context):
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "d" * int(request.errorCode))

    def SetVariables(self, request, context):
        return gateway_pb2.SetVariablesResponse(key=len(request.variables))

    def Topology(self, request, context):
        return gateway_pb2.TopologyResponse(clusterSize=self.port)


class Authority(grpc.GenericRpcHandler):
    """Answers to the method /test/Authority with the authority that was sent."""

    def service(self, details):
        if details.method == "/test/Authority":
            # grpcio has no public place for it, and none at all with registered methods.
            return grpc.unary_unary_rpc_method_handler(
                lambda _, context: context._rpc_event.call_details.host
            )
        return None


@pytest.fixture(scope="module")
def certificate():
    """For localhost and 127.0.0.1."""
    return issue_server_certificate()


@pytest.fixture
def serve(certificate):
    """Start a gateway of the test's own with TLS at an address, and return its port."""
    servers = []
    with futures.ThreadPoolExecutor(8) as pool:

        def serve(listen="127.0.0.1:0"):
            options = [("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1)]
            server = grpc.server(pool, [Authority()], options=options)
            gateway = Gateway()
            gateway_pb2_grpc.add_GatewayServicer_to_server(gateway, server)
            pair = (certificate.private_key, certificate.chain)
            gateway.port = server.add_secure_port(listen, grpc.ssl_server_credentials([pair]))
            server.start()
            servers.append(server)
            return gateway.port

        yield serve
        for server in servers:
            server.stop(None).wait()


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """No credentials, and a config file of the test's own."""
    config = tmp_path / "config.toml"
    config.write_text("")
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "NONE")
    return monkeypatch


@pytest.fixture
def gateway(serve, environment, certificate, tmp_path):
    """A gateway of the test's own that the environment names, without credentials."""
    (tmp_path / "ca.pem").write_bytes(certificate.authority)
    environment.setenv("ZEEBE_CA_CERTIFICATE_PATH", str(tmp_path / "ca.pem"))
    port = serve()
    environment.setenv("ZEEBE_ADDRESS", f"localhost:{port}")
    return port


def call_blocking(method, request, options):
    with zeebe_grpc.connect(options=options) as channel:
        answer = getattr(zeebe_grpc.GatewayStub(channel), method)(request, timeout=60)
        return list(answer) if method == "ActivateJobs" else answer


def call_asyncio(method, request, options):
    async def main():
        async with zeebe_grpc.aio.connect(options=options) as channel:
            call = getattr(zeebe_grpc.GatewayStub(channel), method)(request, timeout=60)
            if method == "ActivateJobs":
                return [response async for response in call]
            return await call

    return asyncio.run(main())


@pytest.fixture(params=[call_blocking, call_asyncio])
def call(request):
    """Call a method of the gateway over a channel of ``connect`` or ``aio.connect``."""

    def call(method, message, options=()):
        try:
            return request.param(method, message, options)
        except grpc.RpcError as error:
            return error.code(), error.details()

    return call


def job(size):
    return gateway_pb2.ActivateJobsRequest(type=str(size))


def variables_of(answer):
    return len(answer[0].jobs[0].variables)


def long_error(size):
    return gateway_pb2.ThrowErrorRequest(errorCode=str(size))


def test_a_job_beyond_grpc_s_own_limit(gateway, call):
    """A job with more than 4 MiB of variables arrives, and one with more than 5 MiB does not."""
    size = 4 * MIB + MIB // 2
    assert variables_of(call("ActivateJobs", job(size))) == size
    code, details = call("ActivateJobs", job(5 * MIB))
    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert f"vs. {5 * MIB}" in details


@pytest.mark.parametrize("name", ["ZEEBE_AUTH_MAX_MESSAGE_BYTES", "CAMUNDA_CLIENT_MAXMESSAGESIZE"])
def test_the_environment_sets_the_size_of_messages(gateway, call, environment, name):
    """The limit can be larger or smaller, in Spring's units."""
    environment.setenv(name, "7MB")
    assert variables_of(call("ActivateJobs", job(6 * MIB))) == 6 * MIB
    environment.setenv(name, "16KB")
    assert call("ActivateJobs", job(17 * KIB))[0] is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_profile_sets_the_sizes(gateway, call, environment, tmp_path):
    """In a config file a size is a number or a string."""
    (tmp_path / "config.toml").write_text(
        "[profiles.large]\n"
        f'address = "dns:///localhost:{gateway}"\n'
        'ca_certificate = "ca.pem"\n'
        'auth_strategy = "NONE"\n'
        "max_message_bytes = 7340032\n"
        'max_metadata_bytes = "64KB"\n'
    )
    environment.setenv("ZEEBE_AUTH_PROFILE", "large")
    assert variables_of(call("ActivateJobs", job(6 * MIB))) == 6 * MIB
    assert call("ThrowError", long_error(60 * KIB)) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "d" * 60 * KIB,
    )


def test_what_is_sent_has_no_limit(gateway, call):
    """A request of any size is sent; the gateway decides how much it accepts."""
    request = gateway_pb2.SetVariablesRequest(variables="v" * 8 * MIB)
    assert call("SetVariables", request).key == 8 * MIB


def test_details_of_9_kilobytes_keep_the_status(gateway):
    """An error with long details arrives each time: above 8 KiB gRPC drops some at random."""
    stub_call = gateway_pb2.ThrowErrorRequest(errorCode=str(9 * KIB))
    codes = set()
    with zeebe_grpc.connect() as channel:
        stub = zeebe_grpc.GatewayStub(channel)
        for _ in range(100):
            with pytest.raises(grpc.RpcError) as caught:
                stub.ThrowError(stub_call, timeout=60)
            codes.add(caught.value.code())
    assert codes == {grpc.StatusCode.INVALID_ARGUMENT}


def test_details_of_9_kilobytes_keep_the_status_in_asyncio(gateway):
    """The same holds for asyncio."""

    async def main():
        codes = set()
        async with zeebe_grpc.aio.connect() as channel:
            stub = zeebe_grpc.GatewayStub(channel)
            for _ in range(100):
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await stub.ThrowError(long_error(9 * KIB), timeout=60)
                codes.add(caught.value.code())
        return codes

    assert asyncio.run(main()) == {grpc.StatusCode.INVALID_ARGUMENT}


@pytest.mark.parametrize(
    "name", ["ZEEBE_AUTH_MAX_METADATA_BYTES", "CAMUNDA_CLIENT_MAXMETADATASIZE"]
)
def test_the_environment_sets_the_size_of_metadata(gateway, call, environment, name):
    """gRPC refuses metadata above this one limit, and none below it."""
    assert call("ThrowError", long_error(15 * KIB))[0] is grpc.StatusCode.INVALID_ARGUMENT
    assert call("ThrowError", long_error(17 * KIB))[0] is grpc.StatusCode.RESOURCE_EXHAUSTED
    environment.setenv(name, "32KB")
    assert call("ThrowError", long_error(31 * KIB))[0] is grpc.StatusCode.INVALID_ARGUMENT
    environment.setenv(name, "1KB")
    assert call("ThrowError", long_error(2 * KIB))[0] is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_the_caller_s_options_win(gateway, call, environment):
    """They take precedence over the defaults and the environment."""
    environment.setenv("ZEEBE_AUTH_MAX_MESSAGE_BYTES", "1MB")
    options = [("grpc.max_receive_message_length", 7 * MIB), ("grpc.max_metadata_size", 64 * KIB)]
    assert variables_of(call("ActivateJobs", job(6 * MIB), options)) == 6 * MIB
    assert call("ThrowError", long_error(60 * KIB), options)[0] is (
        grpc.StatusCode.INVALID_ARGUMENT
    )
    small = [("grpc.max_receive_message_length", KIB)]
    assert call("ActivateJobs", job(2 * KIB), small)[0] is grpc.StatusCode.RESOURCE_EXHAUSTED
    sending = [("grpc.max_send_message_length", KIB)]
    request = gateway_pb2.SetVariablesRequest(variables="v" * 2 * KIB)
    assert "Sent message larger" in call("SetVariables", request, sending)[1]


def test_with_a_token(environment):
    """The sandbox's gateway hands out a large job, over a channel that carries tokens."""
    environment.delenv("CAMUNDA_AUTH_STRATEGY")
    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            environment.setenv(name, value)
        for call in (call_blocking, call_asyncio):
            sandbox.add_job("large", {"text": "v" * (4 * MIB + MIB // 2)})
            request = gateway_pb2.ActivateJobsRequest(
                type="large", timeout=60_000, maxJobsToActivate=1
            )
            assert variables_of(call("ActivateJobs", request, ())) > 4 * MIB
        assert sandbox.calls["ActivateJobs", "OK"] == 2


def test_grpc_s_own_form_for_dns(gateway, call, environment):
    """``dns:///host:port`` is an address in the environment, with that host's name for TLS."""
    environment.setenv("ZEEBE_ADDRESS", f"dns:///localhost:{gateway}")
    assert call("Topology", gateway_pb2.TopologyRequest()).clusterSize == gateway


def test_a_load_balancing_policy(gateway, call, environment):
    """A policy is an option; gRPC's message for an unavailable gateway shows which one is used."""
    environment.setenv("ZEEBE_ADDRESS", "dns:///localhost:1")
    request = gateway_pb2.TopologyRequest()
    assert "failed to connect to all addresses" in call("Topology", request)[1]
    options = [("grpc.lb_policy_name", "round_robin")]
    assert "connections to all backends failing" in call("Topology", request, options)[1]


ROUND_ROBIN = ("grpc.lb_policy_name", "round_robin")


@pytest.fixture
def authority(serve, certificate, tmp_path):
    """The authority that a call to a target sends, or its status if it failed."""
    socket = tmp_path / "s"
    serve(f"unix:{socket}")
    places = {"one": serve(), "two": serve(), "socket": socket}

    def authority(target, *options):
        with zeebe_grpc.secure_channel(
            target.format(**places), None, root_certificates=certificate.authority, options=options
        ) as channel:
            try:
                sent = channel.unary_unary("/test/Authority")(b"", timeout=30).decode()
            except grpc.RpcError as error:
                return error.code()
        return sent.replace(str(places["one"]), "one")

    return authority


@pytest.mark.parametrize(
    ("target", "options", "expected"),
    [
        ("localhost:{one}", (), "localhost:one"),
        ("dns:///localhost:{one}", (), "localhost:one"),
        ("ipv4:127.0.0.1:{one}", (), "127.0.0.1:one"),
        ("ipv4:127.0.0.1:{one},127.0.0.1:{two}", (), grpc.StatusCode.UNAVAILABLE),
        (
            "ipv4:127.0.0.1:{one},127.0.0.1:{two}",
            (("grpc.ssl_target_name_override", "localhost"), ROUND_ROBIN),
            "localhost",
        ),
        (
            "ipv4:127.0.0.1:{one},127.0.0.1:{two}",
            (("grpc.default_authority", "localhost"), ROUND_ROBIN),
            "localhost",
        ),
        ("unix:{socket}", (), grpc.StatusCode.UNAVAILABLE),
        ("unix:{socket}", (("grpc.ssl_target_name_override", "localhost"),), "localhost"),
    ],
)
def test_the_authority_of_each_target(authority, target, options, expected):
    """The reference is right: lists and sockets have no name that a certificate could hold."""
    assert authority(target, *options) == expected


def test_a_list_of_addresses_uses_all_of_them(serve, certificate):
    """With a policy that spreads calls each gateway of the list gets some."""
    ports = {serve(), serve()}
    target = "ipv4:" + ",".join(f"127.0.0.1:{port}" for port in ports)
    options = [("grpc.ssl_target_name_override", "localhost"), ROUND_ROBIN]
    reached = set()
    with zeebe_grpc.secure_channel(
        target, None, root_certificates=certificate.authority, options=options
    ) as channel:
        topology = zeebe_grpc.GatewayStub(channel).Topology
        # Both have to be connected before a call is sent to the other.
        while len(reached) < len(ports):
            reached.add(topology(gateway_pb2.TopologyRequest(), timeout=30).clusterSize)
    assert reached == ports
