"""A call without a cached token waits for one, and blocks only callers who must block."""

import threading

import grpc
import pytest
from waiting import wait_until

from zeebe_auth import InvalidClientError, TokenEndpointUnreachable, TokenTimeout

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
FUTURES = ("unary_unary", "stream_unary")


def start(kind, stub, request, **arguments):
    return (stub.future if kind.endswith("_unary") else stub)(request, **arguments)


@pytest.mark.parametrize("kind", KINDS)
def test_starting_does_not_block_and_the_call_goes_on_by_itself(
    kit, open_channel, cold_provider, gate, kind
):
    """A future or stream returns at once without a token, and is sent when there is one."""
    call = start(kind, kit.method(open_channel(cold_provider), kind), kit.request(kind, b"echo"))
    done = threading.Event()
    call.add_done_callback(lambda _: done.set())
    assert not call.done()
    assert call.running()
    assert call.is_active()
    assert gate.calls == []
    cold_provider.ready.set()
    if kind.endswith("_unary"):
        assert done.wait(kit.PATIENCE_SECONDS)
        assert call.result() == b"re:echo"
    else:
        assert list(call) == [b"re:echo", b"end"]
        assert done.wait(kit.PATIENCE_SECONDS)
    assert call.code() is grpc.StatusCode.OK
    assert call.initial_metadata() == (("welcome", "yes"),)


@pytest.mark.parametrize("style", ["__call__", "with_call"])
@pytest.mark.parametrize("kind", FUTURES)
@pytest.mark.parametrize("plain", [False, True])
def test_a_blocking_call_waits_for_the_token(kit, open_channel, kind, style, plain):
    """A blocking call without a token waits for one, whatever the provider can do."""
    provider = kit.PlainProvider(kit.token(1)) if plain else kit.Provider(cold=True)
    stub = kit.method(open_channel(provider), kind)
    answer = getattr(stub, style)(kit.request(kind, b"echo"))
    assert (answer if style == "__call__" else answer[0]) == b"re:echo"


@pytest.mark.parametrize("kind", KINDS)
def test_the_deadline_covers_the_wait_for_the_token(kit, open_channel, cold_provider, gate, kind):
    """A call whose time runs out before there is a token is DEADLINE_EXCEEDED, unsent."""
    stub = kit.method(open_channel(cold_provider), kind)
    call = start(kind, stub, kit.request(kind, b"echo"), timeout=0.05)
    done = threading.Event()
    call.add_done_callback(lambda _: done.set())
    assert done.wait(kit.PATIENCE_SECONDS)
    assert call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert isinstance(call.exception().__cause__, TokenTimeout)
    with pytest.raises(grpc.RpcError) as caught:
        call.result() if kind.endswith("_unary") else next(call)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert gate.calls == []


@pytest.mark.parametrize("kind", FUTURES)
@pytest.mark.parametrize("plain", [False, True])
def test_a_blocking_call_keeps_its_deadline(kit, open_channel, cold_provider, gate, kind, plain):
    """A blocking call ends with DEADLINE_EXCEEDED, also when the provider knows no limit."""
    if plain:
        provider = type("Plain", (), {"get_token": lambda _: cold_provider.get_token()})()
    else:
        provider = cold_provider
    stub = kit.method(open_channel(provider), kind)
    with pytest.raises(grpc.RpcError) as caught:
        stub(kit.request(kind, b"echo"), timeout=0.05)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert isinstance(caught.value.__cause__, TokenTimeout)
    assert gate.calls == []


@pytest.mark.parametrize("kind", KINDS)
def test_cancelling_ends_the_wait_for_the_token(kit, open_channel, cold_provider, gate, kind):
    """A call cancelled before it was sent is cancelled as a sent one is, and is never sent."""
    call = start(kind, kit.method(open_channel(cold_provider), kind), kit.request(kind, b"echo"))
    called = []
    call.add_done_callback(lambda done: called.append(done is call))
    call.add_callback(lambda: called.append("plain"))
    assert call.cancel()
    assert called == [True, "plain"]
    assert not call.cancel()
    assert call.cancelled()
    assert call.done()
    assert (call.code(), call.details()) == (
        grpc.StatusCode.CANCELLED,
        "Locally cancelled by application!",
    )
    for ask in (call.result, call.exception, call.traceback):
        with pytest.raises(grpc.FutureCancelledError):
            ask()
    if kind.endswith("_stream"):
        with pytest.raises(grpc.RpcError) as caught:
            next(call)
        assert caught.value.code() is grpc.StatusCode.CANCELLED
    cold_provider.ready.set()
    assert kit.method(open_channel(cold_provider), "unary_unary")(b"echo") == b"re:echo"
    assert [seen.kind for seen in gate.calls] == ["unary_unary"]


@pytest.mark.parametrize("kind", KINDS)
def test_closing_the_channel_ends_the_wait(kit, open_channel, cold_provider, kind):
    """Closing the channel ends calls that wait for a token as gRPC ends running ones."""
    channel = open_channel(cold_provider)
    call = start(kind, kit.method(channel, kind), kit.request(kind, b"echo"))
    channel.close()
    assert call.code() is grpc.StatusCode.CANCELLED
    assert call.details() == "Channel closed!"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidClientError("Wrong secret. Run login."), grpc.StatusCode.UNAUTHENTICATED),
        (TokenEndpointUnreachable("No route. Try later."), grpc.StatusCode.UNAVAILABLE),
    ],
)
def test_why_there_is_no_token_is_the_cause(kit, open_channel, gate, kind, error, code):
    """A provider's error is the cause of an RpcError with its message and a matching status."""
    provider = kit.Provider(cold=True)
    provider.error = error
    stub = kit.method(open_channel(provider), kind)
    errors = []
    if kind.endswith("_unary"):
        for style in ("__call__", "with_call"):
            with pytest.raises(grpc.RpcError) as caught:
                getattr(stub, style)(kit.request(kind, b"echo"))
            errors.append(caught.value)
    call = start(kind, stub, kit.request(kind, b"echo"))
    with pytest.raises(grpc.RpcError) as caught:
        call.result() if kind.endswith("_unary") else next(call)
    errors.append(caught.value)
    for told in (*errors, call):
        assert told.code() is code
        assert told.details() == error.message
        assert told.initial_metadata() == told.trailing_metadata() == ()
    for told in errors:
        assert type(told.__cause__) is type(error)
    assert gate.calls == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["get_token", "current_token"])
def test_a_foreign_exception_is_a_cause_too_and_is_not_quoted(kit, open_channel, kind, where):
    """Any exception of a provider is the cause of an RpcError that doesn't quote it."""

    class Broken:
        def get_token(self):
            raise RuntimeError("hunter2")

    def current_token(self):
        raise RuntimeError("hunter2")

    if where == "current_token":
        Broken.current_token = current_token
    stub = kit.method(open_channel(Broken()), kind)
    call = start(kind, stub, kit.request(kind, b"echo"))
    with pytest.raises(grpc.RpcError) as caught:
        call.result() if kind.endswith("_unary") else next(call)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert "RuntimeError" in caught.value.details()
    assert "hunter2" not in str(caught.value)
    if kind.endswith("_unary"):
        with pytest.raises(grpc.RpcError) as caught:
            stub(kit.request(kind, b"echo"))
        assert isinstance(caught.value.__cause__, RuntimeError)


def test_five_hundred_cold_futures_share_one_wait(kit, open_channel, cold_provider):
    """500 futures that find no token ask the provider once, on a handful of threads."""
    stub = kit.method(open_channel(cold_provider), "unary_unary")
    before = threading.active_count()
    calls = [stub.future(b"echo") for _ in range(500)]
    wait_until(lambda: cold_provider.asked)
    assert threading.active_count() - before <= 3
    cold_provider.ready.set()
    assert {call.result(kit.PATIENCE_SECONDS) for call in calls} == {b"re:echo"}
    assert cold_provider.asked == 1


def test_a_provider_with_nothing_but_get_token_runs_on_few_threads(kit, open_channel):
    """Without current_token, get_token runs on the bounded pool and never on the caller's
    thread."""
    provider = kit.PlainProvider(kit.token(1))
    stub = kit.method(open_channel(provider), "unary_unary")
    calls = [stub.future(b"echo") for _ in range(50)]
    assert {call.result(kit.PATIENCE_SECONDS) for call in calls} == {b"re:echo"}
    assert stub(b"echo") == b"re:echo"
    assert threading.get_ident() not in provider.threads
    assert len(provider.threads) <= 8


def test_several_waiters_share_the_result(kit, open_channel, cold_provider, gate):
    """All threads that wait for one future get its one result."""
    call = kit.method(open_channel(cold_provider), "unary_unary").future(b"echo")
    results = []
    threads = [threading.Thread(target=lambda: results.append(call.result())) for _ in range(5)]
    for thread in threads:
        thread.start()
    cold_provider.ready.set()
    for thread in threads:
        thread.join(kit.PATIENCE_SECONDS)
    assert results == [b"re:echo"] * 5
    assert len(gate.calls) == 1


def test_a_request_that_can_not_be_serialized_fails_after_the_wait(
    kit, open_channel, cold_provider
):
    """A request that can't be started once the token is there ends the future with gRPC's own
    error."""

    def broken(request):
        raise ValueError("unserializable")

    stub = kit.method(open_channel(cold_provider), "unary_unary", request_serializer=broken)
    call = stub.future(b"echo")
    cold_provider.ready.set()
    with pytest.raises(grpc.RpcError) as caught:
        call.result(kit.PATIENCE_SECONDS)
    assert caught.value.code() is grpc.StatusCode.INTERNAL


def test_what_grpc_refuses_to_start_after_the_wait_is_an_rpc_error(
    kit, open_channel, cold_provider
):
    """Metadata that gRPC can't take ends a waiting future instead of vanishing on a worker."""
    stub = kit.method(open_channel(cold_provider), "unary_unary")
    call = stub.future(b"echo", metadata=(("number", 1),))
    cold_provider.ready.set()
    with pytest.raises(grpc.RpcError) as caught:
        call.result(kit.PATIENCE_SECONDS)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_callback_that_raises_harms_nobody(kit, open_channel, cold_provider, caplog):
    """A callback's error is logged, and the next callback is still called."""
    call = kit.method(open_channel(cold_provider), "unary_unary").future(b"echo")
    called = threading.Event()
    call.add_callback(lambda: 1 / 0)
    call.add_callback(called.set)
    cold_provider.ready.set()
    assert called.wait(kit.PATIENCE_SECONDS)
    assert "A callback of an RPC raised" in caplog.text
