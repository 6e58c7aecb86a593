"""A gateway that accepts some tokens, and providers whose every answer the test releases."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc
import grpc.aio
import pytest
from cryptography import x509
from key_pairs import make_pair, pem_of

from zeebe_auth import AccessToken, Secret
from zeebe_grpc import aio

SERVICE = "gateway.Test"
LONG_ENOUGH_SECONDS = 60.0


def token(value: str) -> AccessToken:
    return AccessToken(Secret(value))


@dataclass
class Arrival:
    """One attempt as the server saw it."""

    method: str
    metadata: tuple[tuple[str, str | bytes], ...]
    seconds_left: float | None

    @property
    def authorization(self) -> tuple[str | bytes, ...]:
        return tuple(value for key, value in self.metadata if key == "authorization")


@dataclass
class Gateway:
    """A real server; bytes in, bytes out.

    ``accepted`` tokens pass; others get ``refusal``. A token in ``held`` is answered once its
    event is set. ``messages_before_refusal`` makes a stream fail later than at its beginning,
    ``refuse_after_metadata`` sends metadata before it refuses.
    """

    accepted: set[str] = field(default_factory=lambda: {"good"})
    refusal: grpc.StatusCode = grpc.StatusCode.UNAUTHENTICATED
    held: dict[str, threading.Event] = field(default_factory=dict)
    messages_before_refusal: int = 0
    requests_before_answer: int = 0
    refuse_after_metadata: threading.Event | None = None
    arrivals: list[Arrival] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    taken: list[bytes] = field(default_factory=list)
    port: int = 0
    tls_port: int = 0
    root_certificates: bytes = b""
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def tls_target(self) -> str:
        return f"localhost:{self.tls_port}"

    @property
    def tokens(self) -> list[str]:
        """The tokens of all attempts, in order."""
        return [str(a.authorization[0]).removeprefix("Bearer ") for a in self.arrivals]

    def number_of(self, context: grpc.ServicerContext) -> int:
        arrival = Arrival(
            "", tuple((k, v) for k, v in context.invocation_metadata()), context.time_remaining()
        )
        context.add_callback(self.ended.set)
        with self._arrived:
            self.arrivals.append(arrival)
            number = len(self.arrivals)
            self._arrived.notify_all()
        return number

    async def has_arrivals(self, count: int) -> None:
        def wait() -> None:
            with self._arrived:
                assert self._arrived.wait_for(
                    lambda: len(self.arrivals) >= count, LONG_ENOUGH_SECONDS
                )

        await asyncio.to_thread(wait)

    def admit(self, context: grpc.ServicerContext) -> None:
        number = self.number_of(context)
        sent = [str(v) for k, v in context.invocation_metadata() if k == "authorization"]
        value = sent[0].removeprefix("Bearer ") if sent else ""
        gate = self.held.get(value)
        if gate is not None:
            assert gate.wait(LONG_ENOUGH_SECONDS)
        if value not in self.accepted and not self.messages_before_refusal:
            self.refuse(context, number)
        context.send_initial_metadata((("attempt", str(number)),))
        context.set_trailing_metadata((("attempt", str(number)),))

    def refuse(self, context: grpc.ServicerContext, number: int) -> None:
        if self.refuse_after_metadata is not None:
            context.send_initial_metadata((("attempt", str(number)),))
            assert self.refuse_after_metadata.wait(LONG_ENOUGH_SECONDS)
        context.set_trailing_metadata((("attempt", str(number)),))
        context.abort(self.refusal, f"refused attempt {number}")

    def unary_unary(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self.admit(context)
        return b"echo " + request

    def unary_stream(self, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        self.admit(context)
        for index in range(self.messages_before_refusal or int(request)):
            yield b"message %d" % index
        if self.messages_before_refusal:
            self.refuse(context, len(self.arrivals))

    def stream_unary(self, requests: Iterator[bytes], context: grpc.ServicerContext) -> bytes:
        for _ in range(self.requests_before_answer):
            self.taken.append(next(requests))
        self.admit(context)
        self.taken.extend(requests)
        return b"took %d" % len(self.taken)

    def stream_stream(
        self, requests: Iterator[bytes], context: grpc.ServicerContext
    ) -> Iterator[bytes]:
        for _ in range(self.requests_before_answer):
            self.taken.append(next(requests))
        self.admit(context)
        for request in requests:
            self.taken.append(request)
            yield b"echo " + request


@pytest.fixture(scope="session")
def server_certificate() -> tuple[bytes, bytes]:
    """Key and self-signed certificate for localhost, PEM."""
    hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return pem_of(make_pair("localhost", hosts=hosts))


@pytest.fixture
def gateway(server_certificate: tuple[bytes, bytes]) -> Iterator[Gateway]:
    """A running gateway, plaintext and TLS."""
    running = Gateway(root_certificates=server_certificate[1])
    server = grpc.server(ThreadPoolExecutor(16))
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler(
                SERVICE,
                {
                    "UnaryUnary": grpc.unary_unary_rpc_method_handler(running.unary_unary),
                    "UnaryStream": grpc.unary_stream_rpc_method_handler(running.unary_stream),
                    "StreamUnary": grpc.stream_unary_rpc_method_handler(running.stream_unary),
                    "StreamStream": grpc.stream_stream_rpc_method_handler(running.stream_stream),
                },
            ),
        )
    )
    running.port = server.add_insecure_port("127.0.0.1:0")
    running.tls_port = server.add_secure_port(
        "127.0.0.1:0", grpc.ssl_server_credentials([server_certificate])
    )
    server.start()
    yield running
    for gate in running.held.values():
        gate.set()
    server.stop(None).wait(LONG_ENOUGH_SECONDS)


class Vault:
    """A provider with everything: its tokens in order, each waited for until it is released.

    ``tokens`` holds what it gives next, an error is raised. `invalidate` makes it cold. ``held``
    ones are not released before the test does so.
    """

    def __init__(
        self, *tokens: AccessToken | BaseException, warm: bool = True, held: bool = False
    ) -> None:
        self.tokens = list(tokens)
        self.current = None
        if warm:
            first = self.tokens.pop(0)
            assert isinstance(first, AccessToken)
            self.current = first
        self.released = asyncio.Event()
        if not held:
            self.released.set()
        self.asked = asyncio.Event()
        self.invalidated: list[AccessToken] = []
        self.timeouts: list[float | None] = []
        self.cancelled_waits = 0

    def current_token(self) -> AccessToken | None:
        return self.current

    def get_token(self) -> AccessToken:
        raise AssertionError("An event loop must not wait in get_token.")

    async def get_token_async(self, *, timeout: float | None = None) -> AccessToken:
        self.timeouts.append(timeout)
        self.asked.set()
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.cancelled_waits += 1
            raise
        if self.current is None:
            answer = self.tokens.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            self.current = answer
        return self.current

    def invalidate(self, refused: AccessToken) -> None:
        self.invalidated.append(refused)
        if self.current is not None and self.current.authorization == refused.authorization:
            self.current = None


@dataclass(frozen=True)
class Parts:
    """What tests of this folder build with."""

    token: Callable[[str], AccessToken] = token
    vault: type[Vault] = Vault

    @asynccontextmanager
    async def channel(
        self, gateway: Gateway, provider: object, **options: object
    ) -> AsyncIterator[grpc.aio.Channel]:
        """A plaintext channel of ours to the gateway."""
        async with aio.insecure_channel(gateway.target, provider, **options) as channel:
            yield channel

    @asynccontextmanager
    async def plain(self, gateway: Gateway) -> AsyncIterator[grpc.aio.Channel]:
        """grpcio's own channel, to compare with."""
        async with grpc.aio.insecure_channel(gateway.target) as channel:
            yield channel

    def method(self, kind: str) -> str:
        """The full name of the method of a kind, such as ``unary_unary``."""
        return f"/{SERVICE}/" + "".join(word.title() for word in kind.split("_"))

    def call_of(self, channel: grpc.aio.Channel, kind: str) -> Callable[..., object]:
        """The multi-callable of a kind."""
        multi_callable: Callable[..., object] = getattr(channel, kind)(self.method(kind))
        return multi_callable


@pytest.fixture
def parts() -> Parts:
    """The building blocks."""
    return Parts()
