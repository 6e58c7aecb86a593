"""OpenTelemetry's gRPC client instrumentation and our channels: argv is which comes first, the
world (sync or aio) and how the channel is made. Prints what was seen of each RPC, as JSON."""

import asyncio
import json
import os
import sys
import threading
from concurrent import futures

import grpc
from opentelemetry import trace
from opentelemetry.instrumentation.grpc import GrpcAioInstrumentorClient, GrpcInstrumentorClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

order, world, way = sys.argv[1:]


def instrument() -> None:
    (GrpcInstrumentorClient if world == "sync" else GrpcAioInstrumentorClient)().instrument()


if order == "theirs-first":
    instrument()
import zeebe_grpc
import zeebe_grpc.aio
import zeebe_grpc.aio.connecting
import zeebe_grpc.connecting

if order == "ours-first":
    instrument()

import zeebe_auth
from zeebe_grpc.sandbox.certificates import issue_server_certificate

PATIENCE_SECONDS = 60
SERVICE = "test.Kinds"
KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


class Spans(SpanExporter):
    """Every span that ended."""

    def __init__(self) -> None:
        self.ended = []
        self.changed = threading.Condition()

    def export(self, spans):
        with self.changed:
            self.ended.extend(spans)
            self.changed.notify_all()
        return SpanExportResult.SUCCESS

    def take_clients(self, count):
        """The next spans of RPCs, waited for; the caller's own are left out."""

        def clients():
            return [span for span in self.ended if span.kind is trace.SpanKind.CLIENT]

        with self.changed:
            assert self.changed.wait_for(lambda: len(clients()) >= count, PATIENCE_SECONDS), (
                f"{count} spans should have ended, and {len(clients())} have"
            )
            found = clients()
            self.ended.clear()
            return found


class Server(grpc.GenericRpcHandler):
    """Answers every call with one message, unless its token is in ``refused``."""

    def __init__(self) -> None:
        self.arrived = []
        self.refused = set()
        self.last = ""

    def service(self, handler_call_details):
        method = handler_call_details.method

        def serve(requests, context):
            metadata = context.invocation_metadata()
            sent = [value for key, value in metadata if key == "authorization"]
            traces = [value for key, value in metadata if key == "traceparent"]
            self.arrived.append((sent, traces))
            self.last = sent[0] if sent else ""
            if len(sent) != 1 or self.last in self.refused:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "refused")
            if method.endswith("/Denied"):
                context.abort(grpc.StatusCode.PERMISSION_DENIED, "not you")
            for _ in requests:
                pass
            yield b""

        return grpc.stream_stream_rpc_method_handler(serve)


spans = Spans()
tracing = TracerProvider()
tracing.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(tracing)
server = Server()
certificate = issue_server_certificate()
report = []


def note(title, caller) -> None:
    """What was seen of one RPC that the span ``caller`` made."""
    found = spans.take_clients(len(server.arrived))
    report.append(
        {
            "call": title,
            "spans": [
                (span.name, span.attributes["rpc.grpc.status_code"], span.status.is_ok)
                for span in found
            ],
            "children of the caller": all(
                span.parent is not None and span.parent.span_id == caller.get_span_context().span_id
                for span in found
            ),
            # Each attempt carries the context of its own span.
            "trace contexts arrived": [traces for _, traces in server.arrived]
            == [
                [f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-{flags:02x}"]
                for span in found
                for flags in [span.context.trace_flags]
            ],
            "authorizations": [
                len(sent) == 1 and sent[0].startswith("Bearer ") for sent, _ in server.arrived
            ],
        }
    )
    server.arrived.clear()


def take_back_the_token() -> None:
    """Have the server refuse the token of the only call that nobody has looked at yet."""
    spans.take_clients(1)
    server.arrived.clear()
    server.refused.add(server.last)


def caller():
    return trace.get_tracer("test").start_as_current_span("caller")


def make(module, core):
    """A channel in one of the ways; ``module`` is zeebe_grpc or its asyncio side."""
    if way == "connect":
        os.environ["ZEEBE_ADDRESS"] = f"http://127.0.0.1:{port}"
        return module.connect()
    provider = zeebe_auth.default_provider()
    if way == "secure_channel":
        return module.secure_channel(
            f"localhost:{tls_port}", provider, root_certificates=certificate.authority
        )
    credentials = grpc.ssl_channel_credentials(certificate.authority)
    made = core.secure_channel(f"localhost:{tls_port}", credentials)
    return module.authorize(made, provider, allow_plaintext=False)


def method(channel, kind, name=None):
    return getattr(channel, kind)(f"/{SERVICE}/{name or kind}")


def sync_calls() -> None:
    with make(zeebe_grpc, grpc) as channel:
        with caller() as span:
            zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest(), timeout=20)
        note("Topology", span)
        ways = {
            "unary_unary": lambda stub: stub(b""),
            "unary_unary.with_call": lambda stub: stub.with_call(b""),
            "unary_unary.future": lambda stub: stub.future(b"").result(),
            "unary_stream": lambda stub: list(stub(b"")),
            "stream_unary": lambda stub: stub(iter([b""])),
            "stream_unary.future": lambda stub: stub.future(iter([b""])).result(),
            "stream_stream": lambda stub: list(stub(iter([b""]))),
        }
        for title, call in ways.items():
            with caller() as span:
                call(method(channel, title.partition(".")[0]))
            note(title, span)
        for title in ("unary_unary", "unary_unary.future", "unary_stream"):
            with caller() as span:
                code = None
                try:
                    ways[title](method(channel, title.partition(".")[0], "Denied"))
                except grpc.RpcError as error:
                    code = error.code()
            assert code is grpc.StatusCode.PERMISSION_DENIED
            note(f"{title}, denied", span)
    # A provider discards a second token only some seconds after the first: each has one of its own.
    for title in ("unary_unary", "unary_unary.with_call", "unary_unary.future", "unary_stream"):
        with make(zeebe_grpc, grpc) as channel:
            method(channel, "unary_unary")(b"")
            take_back_the_token()
            with caller() as span:
                ways[title](method(channel, title.partition(".")[0]))
            note(f"{title}, repeated", span)


async def requests():
    yield b""


async def aio_calls() -> None:
    async def read(call):
        return [message async for message in call]

    async def wait(call):
        return await call

    async with make(zeebe_grpc.aio, grpc.aio) as channel:
        with caller() as span:
            await zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest(), timeout=20)
        note("Topology", span)
        ways = {
            "unary_unary": lambda stub: wait(stub(b"")),
            "unary_stream": lambda stub: read(stub(b"")),
            "stream_unary": lambda stub: wait(stub(requests())),
            "stream_stream": lambda stub: read(stub(requests())),
        }
        for kind, call in ways.items():
            with caller() as span:
                await call(method(channel, kind))
            note(kind, span)
        for kind in ("unary_unary", "unary_stream"):
            with caller() as span:
                code = None
                try:
                    await ways[kind](method(channel, kind, "Denied"))
                except grpc.aio.AioRpcError as error:
                    code = error.code()
            assert code is grpc.StatusCode.PERMISSION_DENIED
            note(f"{kind}, denied", span)
    for kind in ("unary_unary", "unary_stream"):
        async with make(zeebe_grpc.aio, grpc.aio) as channel:
            await method(channel, "unary_unary")(b"")
            take_back_the_token()
            with caller() as span:
                await ways[kind](method(channel, kind))
            note(f"{kind}, repeated", span)


with futures.ThreadPoolExecutor(4) as executor:
    running = grpc.server(executor, [server])
    port = running.add_insecure_port("127.0.0.1:0")
    tls_port = running.add_secure_port(
        "127.0.0.1:0",
        grpc.ssl_server_credentials([(certificate.private_key, certificate.chain)]),
    )
    running.start()
    try:
        if world == "sync":
            sync_calls()
        else:
            asyncio.run(aio_calls())
    finally:
        running.stop(grace=None).wait(PATIENCE_SECONDS)
print(json.dumps(report))
