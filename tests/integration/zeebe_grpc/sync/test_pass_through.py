"""Everything but the header is passed between the caller and gRPC unchanged."""

import contextvars
import gc
import threading
import weakref

import grpc
import pytest

from zeebe_grpc.channels import authorize

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


def finish(kind, call):
    return [call.result()] if kind.endswith("_unary") else list(call)


def start(kind, stub, request, **arguments):
    return (stub.future if kind.endswith("_unary") else stub)(request, **arguments)


@pytest.mark.parametrize("kind", KINDS)
def test_the_callers_metadata_goes_along(kit, open_channel, provider, gate, kind):
    """Metadata of the caller's is sent beside the header, also from a one-shot iterable."""
    stub = kit.method(open_channel(provider), kind)
    finish(kind, start(kind, stub, kit.request(kind, b"echo"), metadata=iter([("tenant", "a")])))
    assert gate.calls[0].metadata["tenant"] == "a"
    assert gate.calls[0].authorization == ["Bearer token-1"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_callers_own_authorization_wins(kit, open_channel, cold_provider, gate, kind):
    """A call with its own authorization is sent with that alone, and the provider is not called."""
    stub = kit.method(open_channel(cold_provider), kind)
    mine = {"metadata": [("authorization", "Bearer token-1")]}
    finish(kind, start(kind, stub, kit.request(kind, b"echo"), **mine))
    if kind.endswith("_unary"):
        assert stub(kit.request(kind, b"echo"), **mine) == b"re:echo"
    assert {tuple(seen.authorization) for seen in gate.calls} == {("Bearer token-1",)}
    assert cold_provider.asked == 0


def test_the_callers_own_authorization_is_not_repeated(kit, open_channel, provider, gate):
    """A refusal of the caller's own token goes to the caller: ours is neither invalidated nor
    sent."""
    stub = kit.method(open_channel(provider), "unary_unary")
    with pytest.raises(grpc.RpcError):
        stub(b"echo", metadata=(("authorization", "Bearer mine"),))
    assert provider.invalidated == []
    assert len(gate.calls) == 1


def test_upper_case_is_left_to_grpc(kit, open_channel, provider, gate):
    """An Authorization in capitals gets gRPC's error rather than a second header."""
    with pytest.raises((grpc.RpcError, ValueError)):
        kit.method(open_channel(provider), "unary_unary")(
            b"echo", metadata=(("Authorization", "Bearer mine"),)
        )
    assert gate.calls == []


@pytest.mark.parametrize("kind", KINDS)
def test_interceptors_work_around_the_channel(kit, open_channel, provider, gate, kind):
    """grpc.intercept_channel takes our channel, and its interceptors see the calls."""
    names = []

    class Watcher(
        grpc.UnaryUnaryClientInterceptor,
        grpc.UnaryStreamClientInterceptor,
        grpc.StreamUnaryClientInterceptor,
        grpc.StreamStreamClientInterceptor,
    ):
        def intercept_unary_unary(self, continuation, details, request):
            names.append(details.method)
            return continuation(details, request)

        intercept_unary_stream = intercept_stream_unary = intercept_stream_stream = (
            intercept_unary_unary
        )

    channel = grpc.intercept_channel(open_channel(provider), Watcher())
    stub = kit.method(channel, kind)
    finish(kind, start(kind, stub, kit.request(kind, b"echo")))
    if kind.endswith("_unary"):
        assert stub(kit.request(kind, b"echo")) == b"re:echo"
        gate.accepted = set()
        with pytest.raises(grpc.RpcError):
            stub(kit.request(kind, b"echo"))
    assert set(names) == {f"/t/{kind}"}


@pytest.mark.parametrize("kind", KINDS)
def test_interceptors_work_inside_the_channel(kit, server, provider, gate, kind):
    """A channel with interceptors can be authorized; they see the header and the repeat."""
    gate.accepted = {"Bearer token-2"}
    headers = []

    class Watcher(
        grpc.UnaryUnaryClientInterceptor,
        grpc.UnaryStreamClientInterceptor,
        grpc.StreamUnaryClientInterceptor,
        grpc.StreamStreamClientInterceptor,
    ):
        def intercept_unary_unary(self, continuation, details, request):
            headers.append(dict(details.metadata)["authorization"])
            return continuation(details, request)

        intercept_stream_unary = intercept_stream_stream = intercept_unary_unary

        def intercept_unary_stream(self, continuation, details, request):
            # As OpenTelemetry's: a plain generator instead of a call.
            headers.append(dict(details.metadata)["authorization"])
            yield from continuation(details, request)

    with grpc.insecure_channel(server.target) as plain:
        channel = authorize(
            grpc.intercept_channel(plain, Watcher()), provider, allow_plaintext=True
        )
        stub = kit.method(channel, kind)
        if kind.startswith("unary"):
            got = finish(kind, start(kind, stub, kit.request(kind, b"echo")))
            assert got[0] == b"re:echo"
            assert headers == ["Bearer token-1", "Bearer token-2"]
        else:
            gate.accepted = {"Bearer token-1"}
            finish(kind, start(kind, stub, kit.request(kind, b"echo")))
            assert headers == ["Bearer token-1"]


def test_a_generator_stream_ends_with_its_own_error(kit, server, provider, gate):
    """An interceptor's plain generator raises its error, and is over then."""

    class Wrapper(grpc.UnaryStreamClientInterceptor):
        def intercept_unary_stream(self, continuation, details, request):
            yield from continuation(details, request)

    with grpc.insecure_channel(server.target) as plain:
        channel = authorize(
            grpc.intercept_channel(plain, Wrapper()), provider, allow_plaintext=True
        )
        call = kit.method(channel, "unary_stream")(b"fail")
        with pytest.raises(grpc.RpcError) as caught:
            next(call)
        assert caught.value.code() is call.code() is grpc.StatusCode.INVALID_ARGUMENT
        gate.accepted = set()
        with pytest.raises(grpc.RpcError) as caught:
            list(kit.method(channel, "unary_stream")(b"echo"))
        assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert len(gate.calls) == 3


def test_a_broken_interceptor_is_the_callers_business(kit, server, provider):
    """What an interceptor's generator raises itself arrives unchanged."""

    class Broken(grpc.UnaryStreamClientInterceptor):
        def intercept_unary_stream(self, continuation, details, request):
            yield next(continuation(details, request))
            raise LookupError("later")

    class BrokenAtOnce(grpc.UnaryStreamClientInterceptor):
        def intercept_unary_stream(self, continuation, details, request):
            if request:
                raise LookupError("at once")
            yield

    with grpc.insecure_channel(server.target) as plain:
        for interceptor in (Broken(), BrokenAtOnce()):
            inner = grpc.intercept_channel(plain, interceptor)
            channel = authorize(inner, provider, allow_plaintext=True)
            with pytest.raises(LookupError):
                list(kit.method(channel, "unary_stream")(b"echo"))


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream"])
def test_attempts_that_start_later_keep_the_callers_context(kit, server, cold_provider, gate, kind):
    """An interceptor inside sees the caller's context variables, cold and repeated."""
    trace = contextvars.ContextVar("trace", default="none")
    seen = []

    class Tracer(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
        def intercept_unary_unary(self, continuation, details, request):
            seen.append(trace.get())
            return continuation(details, request)

        intercept_unary_stream = intercept_unary_unary

    gate.accepted = {"Bearer token-2"}
    with grpc.insecure_channel(server.target) as plain:
        inner = grpc.intercept_channel(plain, Tracer())
        stub = kit.method(authorize(inner, cold_provider, allow_plaintext=True), kind)
        reset = trace.set("mine")
        call = start(kind, stub, b"echo")
        trace.reset(reset)
        cold_provider.ready.set()
        finish(kind, call)
    assert seen == ["mine", "mine"]


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_unary"])
def test_an_interceptors_bare_error_goes_to_the_caller(kit, server, provider, kind):
    """An RpcError without a status, as interceptors may raise, arrives as it is."""

    class Refuser(
        grpc.UnaryUnaryClientInterceptor,
        grpc.UnaryStreamClientInterceptor,
        grpc.StreamUnaryClientInterceptor,
    ):
        def intercept_unary_unary(self, continuation, details, request):
            raise grpc.RpcError("bare")

        intercept_stream_unary = intercept_unary_unary

        def intercept_unary_stream(self, continuation, details, request):
            if request:
                raise grpc.RpcError("bare")
            yield

    with grpc.insecure_channel(server.target) as plain:
        inner = grpc.intercept_channel(plain, Refuser())
        stub = kit.method(authorize(inner, provider, allow_plaintext=True), kind)
        for metadata in (None, ()):
            with pytest.raises(grpc.RpcError, match="bare"):
                list(stub(kit.request(kind, b"echo"), metadata=metadata))


@pytest.mark.parametrize("kind", KINDS)
def test_compression_and_wait_for_ready_reach_grpc(kit, open_channel, provider, gate, kind):
    """gRPC's own per-call arguments are handed on."""
    stub = kit.method(open_channel(provider), kind)
    call = start(
        kind,
        stub,
        kit.request(kind, b"echo"),
        wait_for_ready=True,
        compression=grpc.Compression.Gzip,
    )
    finish(kind, call)
    if kind.endswith("_unary"):
        answer, _ = stub.with_call(
            kit.request(kind, b"echo"), wait_for_ready=True, compression=grpc.Compression.Gzip
        )
        assert answer == b"re:echo"


class Noting:
    """A channel that records what each attempt is made with, and makes it."""

    def __init__(self, channel):
        self.channel = channel
        self.attempts = []

    def __getattr__(self, kind):
        def multi_callable(method):
            inner = getattr(self.channel, kind)(method)

            class Calls:
                def __call__(_, *arguments, **options):
                    return self.make(inner, arguments, options)

                def with_call(_, *arguments, **options):
                    return self.make(inner.with_call, arguments, options)

                def future(_, *arguments, **options):
                    return self.make(inner.future, arguments, options)

            return Calls()

        return multi_callable

    def make(self, start, arguments, options):
        named = dict(zip(("timeout", "metadata"), arguments[1:], strict=True))
        self.attempts.append(named | options)
        return start(*arguments, **options)


@pytest.mark.parametrize(
    ("kind", "style"),
    [
        *((kind, style) for kind in KINDS[::2] for style in ("__call__", "with_call", "future")),
        ("unary_stream", "__call__"),
        ("stream_stream", "__call__"),
    ],
)
def test_every_argument_reaches_grpc_in_both_attempts(kit, server, provider, gate, kind, style):
    """Metadata, call credentials, wait_for_ready and compression of a call go into its attempts as
    they were given, the credentials' metadata beside our header."""
    repeated = kind.startswith("unary")
    gate.accepted = {"Bearer token-2"} if repeated else {"Bearer token-1"}
    given = {
        "credentials": grpc.metadata_call_credentials(
            lambda _, done: done((("extra", "1"),), None)
        ),
        "wait_for_ready": True,
        "compression": grpc.Compression.Gzip,
    }
    with grpc.secure_channel(server.tls_target, grpc.ssl_channel_credentials(server.ca)) as tls:
        noting = Noting(tls)
        stub = kit.method(authorize(noting, provider, allow_plaintext=True), kind)
        call = stub if style == "__call__" else getattr(stub, style)
        answer = call(kit.request(kind, b"echo"), timeout=60, metadata=[("own", "1")], **given)
        if style == "future":
            answer.result()
        elif kind.endswith("stream"):
            list(answer)
    tokens = ["Bearer token-1", "Bearer token-2"][: 1 + repeated]
    assert [attempt["metadata"] for attempt in noting.attempts] == [
        (("own", "1"), ("authorization", token)) for token in tokens
    ]
    for attempt in noting.attempts:
        assert {name: attempt[name] for name in given} == given
        assert 0 < attempt["timeout"] <= 60
    for seen, token in zip(gate.calls, tokens, strict=True):
        assert (seen.metadata["own"], seen.metadata["extra"]) == ("1", "1")
        assert seen.authorization == [token]


def test_serializers_and_registered_methods_are_handed_on(kit, open_channel, provider):
    """What generated code passes to a channel's methods is passed on."""
    stub = kit.method(
        open_channel(provider),
        "unary_unary",
        request_serializer=str.encode,
        response_deserializer=bytes.decode,
        _registered_method=True,
    )
    assert stub("echo") == "re:echo"


def test_connectivity_is_the_inner_channels(kit, open_channel, provider):
    """channel_ready_future works: subscribe and unsubscribe are handed on."""
    channel = open_channel(provider)
    with channel as entered:
        assert entered is channel
        grpc.channel_ready_future(channel).result(kit.PATIENCE_SECONDS)


@pytest.mark.parametrize("cold", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_dropped_call_is_cancelled(kit, open_channel, cold_provider, gate, kind, cold):
    """A call without a reference is cancelled, sent or not, as gRPC does it."""
    if not cold:
        cold_provider.ready.set()
        cold_provider.get_token()
    call = start(kind, kit.method(open_channel(cold_provider), kind), kit.request(kind, b"hang"))
    logical = call._call
    if not cold:
        assert gate.hanging.acquire(timeout=kit.PATIENCE_SECONDS)
    del call
    gc.collect()
    outcome = logical.wait(kit.PATIENCE_SECONDS)
    assert outcome.code() is grpc.StatusCode.CANCELLED
    assert outcome.details() in {
        "Cancelled upon garbage collection!",
        "Locally cancelled by application!",
    }


def test_a_dropped_call_with_a_callback_goes_on(kit, open_channel, provider, gate):
    """A call with a done callback needs no reference: the callback keeps it."""
    gate.open.clear()
    done = threading.Event()
    kit.method(open_channel(provider), "unary_unary").future(b"echo").add_done_callback(
        lambda call: (call.result(), done.set())
    )
    gc.collect()
    gate.open.set()
    assert done.wait(kit.PATIENCE_SECONDS)


def test_a_failed_blocking_call_leaves_nothing_behind(kit, open_channel, provider, gate):
    """The error of a refused call is freed without waiting for the garbage collector."""
    gate.accepted = set()
    stub = kit.method(open_channel(provider), "unary_unary")
    gc.collect()
    gc.disable()
    try:
        error = None
        try:
            stub(b"echo")
        except grpc.RpcError as caught:
            error = weakref.ref(caught)
        assert error() is None
    finally:
        gc.enable()
