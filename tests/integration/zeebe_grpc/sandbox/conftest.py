"""A running sandbox, and two clients that are not ours: urllib and plain grpcio."""

import base64
import http.client
import json
import ssl
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode, urlsplit

import grpc
import pytest

from zeebe_grpc import gateway_pb2_grpc
from zeebe_grpc.sandbox import Sandbox


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def encode_basic(client_id, client_secret):
    """The header of RFC 6749, 2.3.1: each half form-encoded."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


class HttpClient:
    """A plain HTTP client, which sends exactly what it is given."""

    def __init__(self, sandbox):
        self._sandbox = sandbox

    def send(self, method, path, body=None, headers=None):
        parts = urlsplit(self._sandbox.token_url)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=self._sandbox.ca_certificate_path)
            connection = http.client.HTTPSConnection(parts.netloc, timeout=60, context=context)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read())
        finally:
            connection.close()

    def ask(self, *, basic=None, as_json=False, leave_out=(), headers=None, **changes):
        """Make one token request: the sandbox's own client, with changes."""
        parameters = {
            "grant_type": "client_credentials",
            "client_id": self._sandbox.client_id,
            "client_secret": self._sandbox.client_secret,
            "audience": self._sandbox.audience,
            **changes,
        }
        headers = dict(headers or {})
        if basic is not None:
            leave_out = (*leave_out, "client_id", "client_secret")
            headers["Authorization"] = encode_basic(*basic)
        for name in leave_out:
            parameters.pop(name, None)
        if as_json:
            headers["Content-Type"] = "application/json"
            body = json.dumps(parameters)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(parameters, doseq=True)
        return self.send("POST", "/oauth/token", body, headers)


@pytest.fixture(scope="session")
def shared_sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(shared_sandbox):
    shared_sandbox.reset()
    yield shared_sandbox
    shared_sandbox.reset()


@pytest.fixture
def http_client():
    return HttpClient


@pytest.fixture
def ask(sandbox):
    return HttpClient(sandbox).ask


@pytest.fixture
def stub(sandbox):
    authority = sandbox.ca_certificate_path.read_bytes()
    with grpc.secure_channel(sandbox.address, grpc.ssl_channel_credentials(authority)) as channel:
        yield gateway_pb2_grpc.GatewayStub(channel)


@pytest.fixture
def bearer():
    return lambda token: [("authorization", f"Bearer {token}")]


@pytest.fixture
def basic_header():
    return encode_basic
