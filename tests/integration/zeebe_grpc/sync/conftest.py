"""A real gRPC server whose accepted tokens the test sets, and providers under its control."""

from __future__ import annotations

import threading
from concurrent import futures
from dataclasses import dataclass, field
from types import SimpleNamespace

import grpc
import pytest
from cryptography import x509
from key_pairs import make_pair, pem_of

from zeebe_auth import AccessToken, Secret, TokenTimeout

PATIENCE_SECONDS = 60
"""How long a test waits for what must come; reaching it is a failure."""

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


@dataclass
class Seen:
    kind: str
    authorization: list
    metadata: dict
    seconds_left: float | None = None
    requests: list = field(default_factory=list)


class Gate:
    """What the server does; a request's text chooses.

    ``echo`` answers; ``fail`` and ``deny`` end with a status; ``hang`` waits for `release`;
    ``late`` refuses the token after the first message.
    """

    def __init__(self):
        self.accepted = {"Bearer token-1"}
        self.calls = []
        self.release = threading.Event()
        self.open = threading.Event()
        self.open.set()
        self.hanging = threading.Semaphore(0)
        self.before_refusal = None
        self.lock = threading.Lock()

    def enter(self, kind, context):
        assert self.open.wait(PATIENCE_SECONDS)
        metadata = context.invocation_metadata()
        seen = Seen(
            kind,
            [value for key, value in metadata if key == "authorization"],
            dict(metadata),
            context.time_remaining(),
        )
        with self.lock:
            self.calls.append(seen)
        if len(seen.authorization) != 1 or seen.authorization[0] not in self.accepted:
            if self.before_refusal is not None:
                self.before_refusal()
            context.set_trailing_metadata((("served-by", "gate"),))
            context.abort(grpc.StatusCode.UNAUTHENTICATED, f"refused {seen.authorization}")
        context.send_initial_metadata((("welcome", "yes"),))
        context.set_trailing_metadata((("served-by", "gate"),))
        return seen

    def answer(self, seen, request, context):
        seen.requests.append(request)
        if request == b"fail":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "not like this")
        if request == b"deny":
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "not you")
        if request == b"hang":
            self.hanging.release()
            while context.is_active() and not self.release.wait(0.01):
                pass
        return b"re:" + request

    def unary_unary(self, request, context):
        return self.answer(self.enter("unary_unary", context), request, context)

    def unary_stream(self, request, context):
        seen = self.enter("unary_stream", context)
        yield self.answer(seen, request, context)
        if request == b"late":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "expired meanwhile")
        yield b"end"

    def stream_unary(self, requests, context):
        seen = self.enter("stream_unary", context)
        return b",".join([self.answer(seen, request, context) for request in requests])

    def stream_stream(self, requests, context):
        seen = self.enter("stream_stream", context)
        for request in requests:
            yield self.answer(seen, request, context)
        yield b"end"

    def handler(self):
        return grpc.method_handlers_generic_handler(
            "t",
            {
                kind: getattr(grpc, f"{kind}_rpc_method_handler")(getattr(self, kind))
                for kind in KINDS
            },
        )


@dataclass(frozen=True)
class Certificate:
    key: bytes
    certificate: bytes


def make_certificate():
    return Certificate(*pem_of(make_pair("localhost", hosts=[x509.DNSName("localhost")])))


@dataclass
class Server:
    gate: Gate
    target: str
    tls_target: str
    ca: bytes


@pytest.fixture(scope="session")
def certificate():
    return make_certificate()


@pytest.fixture
def server(certificate):
    gate = Gate()
    server = grpc.server(futures.ThreadPoolExecutor(32), handlers=[gate.handler()])
    port = server.add_insecure_port("127.0.0.1:0")
    # Not "localhost:0": that was given the port of another process's server, 3 times in 13,000.
    tls_port = server.add_secure_port(
        "127.0.0.1:0",
        grpc.ssl_server_credentials([(certificate.key, certificate.certificate)]),
    )
    server.start()
    try:
        yield Server(gate, f"127.0.0.1:{port}", f"localhost:{tls_port}", certificate.certificate)
    finally:
        gate.open.set()
        gate.release.set()
        server.stop(0).wait(PATIENCE_SECONDS)


@pytest.fixture
def gate(server):
    return server.gate


def token(number):
    return AccessToken(Secret(f"token-{number}"))


class Provider:
    """All that a provider may have; tokens come when the test lets them.

    It starts with token-1 at hand unless it is ``cold``. `arrive` makes the next token.
    """

    def __init__(self, *, cold=False):
        self.condition = threading.Condition()
        self.token = None if cold else token(1)
        self.next = 1 if cold else 2
        self.error = None
        self.invalidated = []
        self.asked = 0
        self.ready = threading.Event()
        self.ready.set()

    def current_token(self):
        return self.token

    def get_token(self, *, timeout=None):
        with self.condition:
            self.asked += 1
        if not self.ready.wait(PATIENCE_SECONDS if timeout is None else timeout):
            raise TokenTimeout("no token in time")
        with self.condition:
            if self.token is None:
                if self.error is not None:
                    raise self.error
                self.token = token(self.next)
                self.next += 1
            return self.token

    def invalidate(self, token):
        with self.condition:
            self.invalidated.append(token.value.reveal())
            if self.token is not None and self.token == token:
                self.token = None


class PlainProvider:
    """A provider with the one method that is required."""

    def __init__(self, *tokens):
        self.tokens = list(tokens)
        self.threads = set()
        self.asked = 0

    def get_token(self):
        self.asked += 1
        self.threads.add(threading.get_ident())
        answer = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
def cold_provider():
    provider = Provider(cold=True)
    provider.ready.clear()
    yield provider
    provider.ready.set()


@pytest.fixture
def open_channel(server):
    """Makes our channel for a provider; closed at the end."""
    import zeebe_grpc.channels

    opened = []

    def open_channel(provider, **arguments):
        channel = zeebe_grpc.channels.insecure_channel(server.target, provider, **arguments)
        opened.append(channel)
        return channel

    yield open_channel
    for channel in opened:
        channel.close()


@pytest.fixture
def plain_channel(server):
    with grpc.insecure_channel(server.target) as channel:
        yield channel


def method(channel, kind, **arguments):
    return getattr(channel, kind)(f"/t/{kind}", **arguments)


def request(kind, *texts):
    return iter(texts) if kind.startswith("stream") else texts[0]


@pytest.fixture
def kit():
    """The fakes and functions above, for test modules (they can't import a conftest)."""
    return SimpleNamespace(
        PATIENCE_SECONDS=PATIENCE_SECONDS,
        PlainProvider=PlainProvider,
        Provider=Provider,
        make_certificate=make_certificate,
        method=method,
        request=request,
        token=token,
    )
