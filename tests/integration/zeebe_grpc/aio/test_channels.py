"""How authorized asyncio channels are made, what passes through them, and how they end."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import grpc
import grpc.aio
import grpc.experimental
import pytest

from zeebe_auth import AnonymousCredentialsProvider, ConfigurationError
from zeebe_grpc import aio


def test_secure_channel(gateway, parts):
    """The token travels over TLS, trusted by the given CA."""

    async def scenario():
        async with aio.secure_channel(
            gateway.tls_target,
            parts.vault(parts.token("good")),
            root_certificates=gateway.root_certificates,
        ) as channel:
            assert isinstance(channel, grpc.aio.Channel)
            assert await parts.call_of(channel, "unary_unary")(b"x") == b"echo x"

    asyncio.run(scenario())


def test_secure_channel_with_base(gateway, parts):
    """Ready channel credentials serve instead of certificates, and not beside them."""
    vault = object()
    base = grpc.ssl_channel_credentials(gateway.root_certificates)

    async def scenario():
        provider = parts.vault(parts.token("good"))
        async with aio.secure_channel(gateway.tls_target, provider, base=base) as channel:
            assert await parts.call_of(channel, "unary_unary")(b"x") == b"echo x"

    asyncio.run(scenario())
    with pytest.raises(ConfigurationError, match="base"):
        aio.secure_channel(gateway.tls_target, vault, base=base, root_certificates=b"x")


@pytest.mark.parametrize(
    "nobody", [None, AnonymousCredentialsProvider()], ids=["None", "anonymous"]
)
def test_no_provider_means_no_header(gateway, parts, nobody):
    """Without a provider that has tokens the channels are gRPC's own, without authorization."""

    async def scenario():
        for channel in (
            aio.insecure_channel(gateway.target, nobody),
            aio.secure_channel(
                gateway.tls_target, nobody, root_certificates=gateway.root_certificates
            ),
        ):
            async with channel:
                assert aio.authorize(channel, nobody, allow_plaintext=False) is channel
                with pytest.raises(grpc.aio.AioRpcError):
                    await parts.call_of(channel, "unary_unary")(b"x")
        assert [arrival.authorization for arrival in gateway.arrivals] == [(), ()]

    asyncio.run(scenario())


def test_plaintext_stays_on_this_machine(parts):
    """Another machine gets a token over plaintext only if that was allowed, with a warning."""

    async def scenario():
        vault = parts.vault(parts.token("good"))
        with pytest.raises(ConfigurationError, match="unencrypted"):
            aio.insecure_channel("gateway.example:26500", vault)
        with pytest.warns(RuntimeWarning, match="unencrypted"):
            channel = aio.insecure_channel("aio-gateway.example:26500", vault, allow_plaintext=True)
        await channel.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("own", [grpc.aio.Metadata, lambda *pairs: pairs, lambda *pairs: [*pairs]])
def test_own_authorization_wins(gateway, parts, own):
    """The caller's own authorization is sent alone, and its refusal goes to the caller."""

    async def scenario():
        vault = parts.vault(parts.token("good"), parts.token("better"))
        metadata = own(("authorization", "Bearer mine"), ("own", "1"))
        async with parts.channel(gateway, vault) as channel:
            for kind, arguments in (
                ("unary_unary", [b"x"]),
                ("unary_stream", [b"1"]),
                ("stream_unary", [iter([])]),
                ("stream_stream", [iter([])]),
            ):
                call = parts.call_of(channel, kind)(*arguments, metadata=metadata)
                assert await call.code() is grpc.StatusCode.UNAUTHENTICATED
        assert [a.authorization for a in gateway.arrivals] == [("Bearer mine",)] * 4
        assert vault.invalidated == []

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "own", [grpc.aio.Metadata, lambda *pairs: pairs, lambda *pairs: [*pairs], lambda *_: None]
)
def test_own_metadata_goes_along(gateway, parts, own):
    """Metadata of any form goes along with the token, in both attempts, and isn't changed."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        metadata = own(("own", "1"), ("own", "2"), ("own-bin", b"\x00"))
        given = None if metadata is None else tuple(metadata)
        async with parts.channel(gateway, vault) as channel:
            await parts.call_of(channel, "unary_unary")(b"x", metadata=metadata)
        for arrival in gateway.arrivals:
            sent = [pair for pair in arrival.metadata if pair[0].startswith("own")]
            assert sent == list(given or ())
            assert len(arrival.authorization) == 1
        assert given == (None if metadata is None else tuple(metadata))

    asyncio.run(scenario())


def test_call_options_pass_through(gateway, parts):
    """credentials, compression and wait_for_ready reach gRPC as they were given."""

    async def scenario():
        credentials = grpc.access_token_call_credentials("extra")
        async with aio.secure_channel(
            gateway.tls_target,
            parts.vault(parts.token("good")),
            root_certificates=gateway.root_certificates,
        ) as channel:
            await parts.call_of(channel, "unary_unary")(
                b"x",
                credentials=credentials,
                compression=grpc.Compression.Gzip,
                wait_for_ready=True,
            )
        assert set(gateway.arrivals[0].authorization) == {"Bearer good", "Bearer extra"}
        assert gateway.arrivals[0].metadata

    asyncio.run(scenario())


class Noting:
    """Multi-callables of a channel that record what each attempt is made with."""

    def __init__(self, channel):
        self.channel = channel
        self.attempts = []

    def __getattr__(self, kind):
        def multi_callable(*arguments):
            inner = getattr(self.channel, kind)(*arguments)

            def make(*request, **options):
                self.attempts.append(options)
                return inner(*request, **options)

            return make

        return multi_callable


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_unary", "stream_stream"])
def test_every_argument_reaches_grpc_in_both_attempts(gateway, parts, kind):
    """Metadata, call credentials, wait_for_ready and compression of a call go into its attempts as
    they were given, the credentials' metadata beside our header."""
    repeated = kind.startswith("unary")
    given = {
        "credentials": grpc.metadata_call_credentials(
            lambda _, done: done((("extra", "1"),), None)
        ),
        "wait_for_ready": True,
        "compression": grpc.Compression.Gzip,
    }
    tokens = ["stale", "good"] if repeated else ["good"]

    async def scenario():
        vault = parts.vault(*map(parts.token, tokens))
        credentials = grpc.ssl_channel_credentials(gateway.root_certificates)
        async with grpc.aio.secure_channel(gateway.tls_target, credentials) as inner:
            noting = Noting(inner)
            call = parts.call_of(aio.authorize(noting, vault, allow_plaintext=True), kind)(
                b"1" if repeated else iter([b"1"]), timeout=60, metadata=[("own", "1")], **given
            )
            if kind.endswith("stream"):
                assert [message async for message in call]
            else:
                await call
        return noting.attempts

    attempts = asyncio.run(scenario())
    assert [attempt["metadata"] for attempt in attempts] == [
        (("own", "1"), ("authorization", f"Bearer {token}")) for token in tokens
    ]
    for attempt in attempts:
        assert {name: attempt[name] for name in given} == given
        assert 0 < attempt["timeout"] <= 60
    for arrival, token in zip(gateway.arrivals, tokens, strict=True):
        assert {("own", "1"), ("extra", "1")} <= set(arrival.metadata)
        assert arrival.authorization == (f"Bearer {token}",)


def test_wait_for_ready_is_kept(parts):
    """A call that doesn't wait for a connection fails at once, one that waits at its deadline."""

    async def scenario():
        vault = parts.vault(parts.token("good"))
        async with aio.insecure_channel("unix:/nonexistent/socket", vault) as channel:
            call = channel.unary_unary("/a/b")
            assert await call(b"").code() is grpc.StatusCode.UNAVAILABLE
            waiting = call(b"", wait_for_ready=True, timeout=0.3)
            assert await waiting.code() is grpc.StatusCode.DEADLINE_EXCEEDED

    asyncio.run(scenario())


class Spy(grpc.aio.UnaryUnaryClientInterceptor):
    """An interceptor that records what it sees and waits for the response."""

    def __init__(self, *, look):
        self.look = look
        self.seen = []

    async def intercept_unary_unary(self, continuation, client_call_details, request):
        self.seen.append(client_call_details.metadata["authorization"])
        call = await continuation(client_call_details, request)
        if self.look:
            await call
        return call


@pytest.mark.parametrize("look", [True, False])
def test_interceptors_run_for_each_attempt(gateway, parts, look):
    """gRPC's interceptors see each attempt with its token, and the repeat works around them."""

    async def scenario():
        spy = Spy(look=look)
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        over = []
        async with parts.channel(gateway, vault, interceptors=[spy]) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x", timeout=20)
            call.add_done_callback(over.append)
            assert await asyncio.gather(call, call) == [b"echo x", b"echo x"]
            assert await call.code() is grpc.StatusCode.OK
            assert over == [call]
            assert call.time_remaining() > 0
        assert spy.seen == ["Bearer stale", "Bearer good"]

    asyncio.run(scenario())


class Failing(grpc.aio.UnaryUnaryClientInterceptor):
    """An interceptor that raises an error."""

    def __init__(self, code):
        self.code = code

    async def intercept_unary_unary(self, continuation, client_call_details, request):
        nothing = grpc.aio.Metadata()
        raise grpc.aio.AioRpcError(self.code, nothing, nothing, details="by the interceptor")


def test_error_of_an_interceptor_is_the_callers(gateway, parts):
    """What an interceptor raises reaches whoever awaits the call, as with grpcio's own channel."""

    async def scenario():
        vault = parts.vault(parts.token("good"))
        failing = Failing(grpc.StatusCode.ABORTED)
        async with parts.channel(gateway, vault, interceptors=[failing]) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            with pytest.raises(grpc.aio.AioRpcError, match="by the interceptor"):
                await call
            assert call.done()
            assert await call.code() is grpc.StatusCode.ABORTED

    asyncio.run(scenario())


def test_patched_constructors_are_used(gateway, parts, monkeypatch):
    """Instrumentation that replaces grpc.aio's functions sees our channels being made."""
    made = []

    def patch(name):
        original = getattr(grpc.aio, name)

        def instrumented(*args, **kwargs):
            made.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(grpc.aio, name, instrumented)

    patch("secure_channel")
    patch("insecure_channel")

    async def scenario():
        vault = parts.vault(parts.token("good"))
        with pytest.warns(RuntimeWarning, match="unencrypted"):
            elsewhere = aio.insecure_channel("patched.example:1", vault, allow_plaintext=True)
        await elsewhere.close()
        assert made == ["insecure_channel"]
        # With gRPC's local credentials.
        await aio.insecure_channel(gateway.target, vault).close()
        await aio.secure_channel(gateway.tls_target, vault).close()

    asyncio.run(scenario())
    assert made == ["insecure_channel", "secure_channel", "secure_channel"]


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("authorized", [True, False])
@pytest.mark.parametrize("name", ["secure_channel", "insecure_channel"])
def test_instrumentation_may_add_interceptors(gateway, parts, monkeypatch, name, authorized, given):
    """A function in place of grpc.aio's finds the caller's interceptors by name and adds its own,
    as OpenTelemetry's does."""
    # A plaintext channel to loopback with a token has gRPC's local credentials.
    patched = "secure_channel" if authorized else name
    original = getattr(grpc.aio, patched)
    theirs, own = Spy(look=False), Spy(look=False)

    def instrumented(*arguments, **by_name):
        by_name["interceptors"] = [theirs, *(by_name.get("interceptors") or ())]
        return original(*arguments, **by_name)

    monkeypatch.setattr(grpc.aio, patched, instrumented)

    async def scenario():
        provider = parts.vault(parts.token("good")) if authorized else None
        options = {"interceptors": [own]} if given else {}
        if name == "secure_channel":
            target = gateway.tls_target
            options["root_certificates"] = gateway.root_certificates
        else:
            target = gateway.target
        async with getattr(aio, name)(target, provider, **options) as channel:
            metadata = None if authorized else (("authorization", "Bearer good"),)
            call = parts.call_of(channel, "unary_unary")(b"x", metadata=metadata)
            assert await call == b"echo x"

    asyncio.run(scenario())
    assert theirs.seen == ["Bearer good"]
    assert own.seen == theirs.seen * given


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream"])
@pytest.mark.parametrize("warm", [True, False])
def test_attempts_that_start_later_keep_the_callers_context(gateway, parts, kind, warm):
    """An interceptor inside sees the caller's context variables, cold and repeated, and nothing of
    what it set itself for the attempt before."""
    trace = contextvars.ContextVar("trace", default="none")
    seen = []

    async def intercept(self, continuation, client_call_details, request):
        seen.append(trace.get())
        trace.set("an attempt's")
        return await continuation(client_call_details, request)

    base = getattr(grpc.aio, "".join(map(str.title, kind.split("_"))) + "ClientInterceptor")
    tracer = type("Tracer", (base,), {f"intercept_{kind}": intercept})()

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"), warm=warm)
        async with parts.channel(gateway, vault, interceptors=[tracer]) as channel:
            reset = trace.set("mine")
            call = parts.call_of(channel, kind)(b"1")
            trace.reset(reset)
            if kind == "unary_unary":
                await call
            else:
                assert [message async for message in call]

    asyncio.run(scenario())
    assert seen == ["mine", "mine"]


def test_extra_options_of_generated_code(gateway, parts):
    """What grpcio's generated code adds when it makes a multi-callable passes through."""

    async def scenario():
        vault = parts.vault(parts.token("good"))
        async with parts.channel(gateway, vault) as channel:
            call = channel.unary_unary(
                parts.method("unary_unary"),
                request_serializer=str.encode,
                response_deserializer=bytes.decode,
                _registered_method=True,
            )
            assert await call("x") == "echo x"

    asyncio.run(scenario())


def test_connectivity(gateway, parts):
    """The channel tells the connectivity of the one inside."""

    async def scenario():
        async with parts.channel(gateway, parts.vault(parts.token("good"))) as channel:
            assert channel.get_state() is grpc.ChannelConnectivity.IDLE
            await channel.channel_ready()
            assert channel.get_state(try_to_connect=True) is grpc.ChannelConnectivity.READY
            await channel.wait_for_state_change(grpc.ChannelConnectivity.IDLE)

    asyncio.run(scenario())


@pytest.mark.parametrize("warm", [True, False])
def test_closed_channel(gateway, parts, warm):
    """A call on a closed channel is grpcio's usage error, with and without a token at hand."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=warm)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")
        with pytest.raises(grpc.aio.UsageError, match="closed"):
            call(b"x")

    asyncio.run(scenario())


def test_closing_ends_the_wait(gateway, parts):
    """Closing the channel cancels the calls that wait for a token."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=False, held=True)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            await vault.asked.wait()
        assert await call.code() is grpc.StatusCode.CANCELLED
        assert vault.cancelled_waits <= 1
        assert gateway.arrivals == []

    asyncio.run(scenario())


def test_grace_covers_wait_and_attempt(gateway, parts):
    """Within the grace period a call that waits gets its token and its answer."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=False, held=True)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            await vault.asked.wait()
            closing = asyncio.create_task(channel.close(20))
            await asyncio.sleep(0)
            vault.released.set()
            assert await call == b"echo x"
            await closing

    asyncio.run(scenario())


def test_closing_another_channel_disturbs_nobody(gateway, parts):
    """grpcio's own channel can be closed while somebody waits for a call of ours."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=False, held=True)
        async with parts.channel(gateway, vault) as channel:
            call = parts.call_of(channel, "unary_unary")(b"x")
            code = asyncio.create_task(call.code())
            await vault.asked.wait()
            async with parts.plain(gateway):
                pass
            vault.released.set()
            assert await code is grpc.StatusCode.OK

    asyncio.run(scenario())


def test_channel_closed_before_the_repeat(gateway, parts):
    """If the channel inside is closed while another token is awaited, the call ends."""

    async def scenario():
        vault = parts.vault(parts.token("good"), warm=False, held=True)
        inner = grpc.aio.insecure_channel(gateway.target)
        channel = aio.authorize(inner, vault, allow_plaintext=True)
        call = parts.call_of(channel, "unary_unary")(b"x")
        await vault.asked.wait()
        await inner.close()
        vault.released.set()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.INTERNAL
        assert isinstance(caught.value.__cause__, grpc.aio.UsageError)

    asyncio.run(scenario())


def test_authorize_refuses_a_plaintext_channel(gateway, parts):
    """A token isn't sent on a plaintext channel, and isn't invalidated for that."""

    async def scenario():
        vault = parts.vault(parts.token("good"), parts.token("better"))
        async with grpc.aio.insecure_channel(gateway.target) as inner:
            channel = aio.authorize(inner, vault, allow_plaintext=False)
            call = parts.call_of(channel, "unary_unary")
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call(b"x")
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
            assert "security level" in caught.value.details()
            assert gateway.arrivals == []
            assert vault.invalidated == []
            # The caller's own authorization is the caller's own responsibility.
            with pytest.raises(grpc.aio.AioRpcError, match="refused"):
                await call(b"x", metadata=(("authorization", "Bearer mine"),))
            with pytest.raises(grpc.aio.UsageError, match="secure"):
                call(b"x", credentials=grpc.access_token_call_credentials("mine"))
        with pytest.raises(grpc.aio.UsageError, match="closed"):
            call(b"x")
        assert [a.authorization for a in gateway.arrivals] == [("Bearer mine",)]

    asyncio.run(scenario())


def test_authorize_asks_grpc_for_the_security_level(gateway, parts):
    """Channel credentials that encrypt nothing don't carry a token either."""

    async def scenario():
        vault = parts.vault(parts.token("good"), parts.token("better"))
        credentials = grpc.experimental.insecure_channel_credentials()
        async with grpc.aio.secure_channel(gateway.target, credentials) as inner:
            channel = aio.authorize(inner, vault, allow_plaintext=False)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await parts.call_of(channel, "unary_unary")(b"x")
            assert "security level" in caught.value.details()
        assert gateway.arrivals == []
        assert vault.invalidated == []

    asyncio.run(scenario())


def test_authorize_takes_an_encrypted_channel(gateway, parts):
    """On a foreign TLS channel the token is sent, and a refused one replaced."""

    async def scenario():
        vault = parts.vault(parts.token("good"), parts.token("better"))
        credentials = grpc.ssl_channel_credentials(gateway.root_certificates)
        async with grpc.aio.secure_channel(gateway.tls_target, credentials) as inner:
            channel = aio.authorize(inner, vault, allow_plaintext=False)
            call = parts.call_of(channel, "unary_unary")
            assert await call(b"x") == b"echo x"
            gateway.accepted = {"better"}
            assert await call(b"x") == b"echo x"
        assert gateway.tokens == ["good", "good", "better"]

    asyncio.run(scenario())


def test_authorize_allows_plaintext_if_told(gateway, parts):
    """With the switch the token is sent in plaintext."""

    async def scenario():
        vault = parts.vault(parts.token("good"))
        async with grpc.aio.insecure_channel(gateway.target) as inner:
            channel = aio.authorize(inner, vault, allow_plaintext=True)
            assert await parts.call_of(channel, "unary_unary")(b"x") == b"echo x"

    asyncio.run(scenario())


def test_one_provider_on_two_loops(gateway, parts):
    """Each loop has a channel of its own; the provider serves both."""
    vault = parts.vault(parts.token("good"))
    answers = []

    async def scenario():
        async with parts.channel(gateway, vault) as channel:
            answers.append(await parts.call_of(channel, "unary_unary")(b"x"))

    threads = [threading.Thread(target=asyncio.run, args=(scenario(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [b"echo x"] * 2


def test_many_calls_one_revocation(gateway, parts):
    """Calls in flight that all come back UNAUTHENTICATED are repeated once each."""

    async def scenario():
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        gateway.held["stale"] = threading.Event()
        async with parts.channel(gateway, vault) as channel:
            calls = [parts.call_of(channel, "unary_unary")(b"x") for _ in range(12)]
            await gateway.has_arrivals(12)
            gateway.held["stale"].set()
            assert await asyncio.gather(*calls) == [b"echo x"] * 12
        assert gateway.tokens.count("good") == 12
        assert vault.tokens == []

    asyncio.run(scenario())


def test_no_thread_for_a_call(gateway, parts, monkeypatch):
    """The token is appended without a thread, unlike what gRPC's plugin costs."""
    started = []
    start = threading.Thread.start

    def watched(thread):
        started.append(thread.name)
        start(thread)

    async def scenario():
        async with aio.secure_channel(
            gateway.tls_target,
            parts.vault(parts.token("good")),
            root_certificates=gateway.root_certificates,
        ) as channel:
            call = parts.call_of(channel, "unary_unary")
            await call(b"x")
            monkeypatch.setattr(threading.Thread, "start", watched)
            for _ in range(5):
                await call(b"x")
        # The server's own pool is in this process too.
        assert [name for name in started if not name.startswith("ThreadPoolExecutor")] == []

    asyncio.run(scenario())


def test_asyncio_server(parts):
    """The other side may be grpcio's asyncio server in the same loop."""

    async def scenario():
        seen = []

        async def handler(request, context):
            seen.append(dict(context.invocation_metadata())["authorization"])
            if seen[-1] != "Bearer good":
                await context.abort(grpc.StatusCode.UNAUTHENTICATED, "refused")
            return request

        server = grpc.aio.server()
        server.add_generic_rpc_handlers(
            (
                grpc.method_handlers_generic_handler(
                    "a.B", {"C": grpc.unary_unary_rpc_method_handler(handler)}
                ),
            )
        )
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        vault = parts.vault(parts.token("stale"), parts.token("good"))
        async with aio.insecure_channel(f"127.0.0.1:{port}", vault) as channel:
            assert await channel.unary_unary("/a.B/C")(b"x") == b"x"
        await server.stop(None)
        assert seen == ["Bearer stale", "Bearer good"]

    asyncio.run(scenario())


def test_cold_call_without_a_loop(gateway, parts):
    """A call that must wait needs a running event loop, and says so."""

    async def make():
        return aio.insecure_channel(gateway.target, parts.vault(parts.token("good"), warm=False))

    with asyncio.Runner() as runner:
        channel = runner.run(make())
        call = parts.call_of(channel, "unary_unary")
        with pytest.raises(RuntimeError, match="no running event loop"):
            call(b"x")
        runner.run(channel.close())
