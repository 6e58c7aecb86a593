"""One certificate for both: the token endpoint and the gateway request it in TLS."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import queue
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from key_pairs import make_pair, pem_of
from key_stores import key_store

import zeebe_auth
import zeebe_grpc
import zeebe_grpc.aio
from zeebe_grpc import gateway_pb2, gateway_pb2_grpc
from zeebe_grpc.cli.main import main


def self_signed(name: str, folder):
    """Certificate and key in files of their own; such a certificate is its own authority."""
    key, certificate = pem_of(make_pair(name, hosts=[x509.DNSName(name)]))
    chain_file, key_file = folder / f"{name}.crt", folder / f"{name}.key"
    chain_file.write_bytes(certificate)
    key_file.write_bytes(key)
    return chain_file, key_file


@pytest.fixture
def files(tmp_path):
    """The server's pair under "localhost", the client's under "the-client"."""
    return {name: self_signed(name, tmp_path) for name in ("localhost", "the-client")}


@pytest.fixture
def token_endpoint(files):
    """A token endpoint that identifies its client by the certificate alone."""
    shown: list[tuple[str, dict[str, list[str]]]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            (((_, name),),) = self.connection.getpeercert()["subject"]
            shown.append((name, parse_qs(body)))
            reply = json.dumps({"access_token": "t0ken", "expires_in": 300}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files["localhost"])
    context.load_verify_locations(files["the-client"][0])
    context.verify_mode = ssl.CERT_REQUIRED
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"https://localhost:{server.server_port}/token", shown
        server.shutdown()
        thread.join()


@pytest.fixture
def gateway(files):
    """A gateway that refuses clients without a certificate."""
    shown: list[tuple[str, str]] = []

    class Servicer(gateway_pb2_grpc.GatewayServicer):
        def Topology(self, request, context):
            (name,) = context.auth_context()["x509_common_name"]
            metadata = dict(context.invocation_metadata())
            shown.append((name.decode(), metadata["authorization"]))
            return gateway_pb2.TopologyResponse(clusterSize=1)

    chain, key = (file.read_bytes() for file in files["localhost"])
    credentials = grpc.ssl_server_credentials(
        [(key, chain)], files["the-client"][0].read_bytes(), require_client_auth=True
    )
    server = grpc.server(ThreadPoolExecutor(2))
    gateway_pb2_grpc.add_GatewayServicer_to_server(Servicer(), server)
    port = server.add_secure_port("localhost:0", credentials)
    server.start()
    yield f"localhost:{port}", shown
    server.stop(None).wait()


@pytest.fixture
def environment(monkeypatch, tmp_path, files, token_endpoint, gateway):
    """The whole configuration in variables."""
    for name in list(os.environ):
        if name.startswith(("CAMUNDA_", "ZEEBE_")):
            monkeypatch.delenv(name)
    chain, key = files["the-client"]
    variables = {
        "CAMUNDA_CLIENT_ID": "the-client",
        "CAMUNDA_OAUTH_URL": token_endpoint[0],
        "CAMUNDA_GRPC_ADDRESS": gateway[0],
        "CAMUNDA_CA_CERTIFICATE_PATH": str(files["localhost"][0]),
        "CAMUNDA_MTLS_CERT_PATH": str(chain),
        "CAMUNDA_MTLS_KEY_PATH": str(key),
        "ZEEBE_AUTH_AUTHENTICATION_METHOD": "self_signed_tls_client_auth",
        "ZEEBE_AUTH_STORE": "memory",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


PASSWORD = "pässword-that-must-not-leak"


@pytest.fixture(params=["pkcs12", "one of several in pkcs12", "locked PEM key", "PEM"])
def file_format(request, environment, files, tmp_path, monkeypatch):
    """The client's pair in each format that a file may have."""
    chain, key_file = files["the-client"]
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    if request.param.endswith("pkcs12"):
        certificate = x509.load_pem_x509_certificate(chain.read_bytes())
        content = pkcs12.serialize_key_and_certificates(b"c", key, certificate, None, encryption)
        if request.param != "pkcs12":
            entries = [("other", make_pair("other"), ()), ("worker", (key, certificate), ())]
            content = key_store(entries, PASSWORD)
            monkeypatch.setenv("ZEEBE_AUTH_CLIENT_KEY_ALIAS", "Worker")
        (tmp_path / "client.p12").write_bytes(content)
        monkeypatch.setenv("CAMUNDA_MTLS_CERT_PATH", str(tmp_path / "client.p12"))
        monkeypatch.delenv("CAMUNDA_MTLS_KEY_PATH")
    elif request.param == "locked PEM key":
        pkcs8 = serialization.PrivateFormat.PKCS8
        key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, encryption))
    if request.param != "PEM":
        monkeypatch.setenv("CAMUNDA_MTLS_KEY_PASSPHRASE", PASSWORD)


def _check(token_endpoint, gateway) -> None:
    ((name, form),) = token_endpoint[1]
    assert name == "the-client"
    assert form == {"grant_type": ["client_credentials"], "client_id": ["the-client"]}
    assert gateway[1] == [("the-client", "Bearer t0ken")]


def test_connect_shows_the_certificate_to_both(file_format, token_endpoint, gateway):
    """The channel's certificate authenticates the token request."""
    with zeebe_grpc.connect() as channel:
        zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest(), timeout=30)
    _check(token_endpoint, gateway)


def test_the_asyncio_connect_does_too(file_format, token_endpoint, gateway):
    """It does the same with the same settings."""

    async def call() -> None:
        async with zeebe_grpc.aio.connect() as channel:
            stub = gateway_pb2_grpc.GatewayStub(channel)
            await stub.Topology(gateway_pb2.TopologyRequest(), timeout=30)

    asyncio.run(call())
    _check(token_endpoint, gateway)


def test_doctor_shows_it_too(file_format, token_endpoint, gateway, capsys):
    """Its TLS probe and its call both use the certificate."""
    assert main(["doctor"]) == 0, capsys.readouterr()
    assert gateway[1] == [("the-client", "Bearer t0ken")]


def test_a_profile_refers_to_the_password(files, tmp_path, monkeypatch, token_endpoint, gateway):
    """With a secret for the token, the certificate is for the gateway alone."""
    chain, key_file = files["the-client"]
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    certificate = x509.load_pem_x509_certificate(chain.read_bytes())
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    (tmp_path / "client.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"c", key, certificate, None, encryption)
    )
    (tmp_path / "config.toml").write_text(
        "[profiles.both]\n"
        f'address = "{gateway[0]}"\nca_certificate = "localhost.crt"\n'
        'auth_strategy = "bearer"\nbearer_token = { env = "READY" }\n'
        'client_certificate = "client.p12"\nclient_key_password = { env = "P12" }\n'
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("READY", "ready")
    with pytest.raises(zeebe_auth.ConfigurationError, match=r"client_key_password .* P12"):
        zeebe_grpc.connect("both")
    monkeypatch.setenv("P12", PASSWORD)
    assert PASSWORD not in repr(zeebe_auth.load_profile("both"))
    with zeebe_grpc.connect("both") as channel:
        zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest(), timeout=30)
    assert gateway[1] == [("the-client", "Bearer ready")]
    monkeypatch.setenv("P12", PASSWORD + "!")
    with pytest.raises(zeebe_auth.ConfigurationError, match=r"client\.p12 can't be opened") as no:
        zeebe_grpc.connect("both")
    assert PASSWORD not in str(no.value)


class Counting(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
):
    """Counts attempts and records their authorization."""

    def __init__(self):
        self.seen = []

    def intercept_unary_unary(self, continuation, details, request):
        self.seen += [value for key, value in details.metadata if key == "authorization"]
        return continuation(details, request)

    intercept_unary_stream = intercept_unary_unary


class CountingAio(grpc.aio.UnaryUnaryClientInterceptor):
    """Does the same for asyncio."""

    def __init__(self):
        self.seen = []

    async def intercept_unary_unary(self, continuation, details, request):
        self.seen += [value for key, value in details.metadata if key == "authorization"]
        return await continuation(details, request)


OPTIONS = [("grpc.primary_user_agent", "of-mine")]


def recorded(monkeypatch, module):
    """The options and the compression with which gRPC's own function is called."""
    calls, real = [], module.secure_channel

    def secure_channel(target, credentials, options=None, compression=None, **given):
        calls.append((tuple(options), compression))
        return real(target, credentials, options, compression, **given)

    monkeypatch.setattr(module, "secure_channel", secure_channel)
    return calls


def test_what_connect_is_given_leaves_the_certificate(
    environment, token_endpoint, gateway, monkeypatch
):
    """Options, interceptors, compression and a hook don't replace the certificate for either."""
    calls, events, counting = recorded(monkeypatch, grpc), queue.Queue(), Counting()
    with zeebe_grpc.connect(
        options=OPTIONS,
        interceptors=[counting],
        compression=grpc.Compression.Gzip,
        on_event=events.put,
    ) as channel:
        zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest(), timeout=30)
    _check(token_endpoint, gateway)
    assert counting.seen == ["Bearer t0ken"]
    ((options, compression),) = calls
    assert OPTIONS[0] in options
    assert compression is grpc.Compression.Gzip
    # Hooks run on a thread of their own.
    assert events.get(timeout=60).kind is zeebe_auth.EventKind.TOKEN_OBTAINED


def test_what_the_asyncio_connect_is_given_leaves_it_too(
    environment, token_endpoint, gateway, monkeypatch
):
    """The same holds with gRPC's interceptors for asyncio."""
    calls, events, counting = recorded(monkeypatch, grpc.aio), queue.Queue(), CountingAio()

    async def call() -> None:
        async with zeebe_grpc.aio.connect(
            options=OPTIONS,
            interceptors=[counting],
            compression=grpc.Compression.Gzip,
            on_event=events.put,
        ) as channel:
            stub = gateway_pb2_grpc.GatewayStub(channel)
            await stub.Topology(gateway_pb2.TopologyRequest(), timeout=30)

    asyncio.run(call())
    _check(token_endpoint, gateway)
    assert counting.seen == ["Bearer t0ken"]
    ((options, compression),) = calls
    assert OPTIONS[0] in options
    assert compression is grpc.Compression.Gzip
    # Hooks run on a thread of their own.
    assert events.get(timeout=60).kind is zeebe_auth.EventKind.TOKEN_OBTAINED


@pytest.mark.parametrize(
    ("connect", "interceptors", "says"),
    [
        (zeebe_grpc.connect, [CountingAio()], "grpc.UnaryUnaryClientInterceptor or"),
        (zeebe_grpc.connect, [Counting], "not the class Counting"),
        (zeebe_grpc.connect, Counting(), "a list of interceptors"),
        (zeebe_grpc.aio.connect, [Counting()], "grpc.aio"),
        (zeebe_grpc.aio.connect, CountingAio(), "a list of interceptors"),
    ],
)
def test_interceptors_of_another_kind_are_refused(connect, interceptors, says):
    """They are refused before a profile is looked up, with the kind that is needed."""
    with pytest.raises(TypeError, match=says):
        connect("no-such-profile", interceptors=interceptors)
