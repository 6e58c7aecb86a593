"""UNAUTHENTICATED: the token is invalidated and the call repeated once, as one logical call."""

import threading
import time
from types import SimpleNamespace

import grpc
import pytest
from waiting import wait_until

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
ONE_REQUEST = ("unary_unary", "unary_stream")


def start(kind, stub, request, **arguments):
    return (stub.future if kind.endswith("_unary") else stub)(request, **arguments)


@pytest.fixture
def revoked(gate):
    """The server accepts only the second token."""
    gate.accepted = {"Bearer token-2"}
    return gate


@pytest.mark.parametrize("style", ["__call__", "with_call"])
def test_a_blocking_call_is_repeated(kit, open_channel, provider, revoked, style):
    """A blocking call whose token was refused succeeds with the next one."""
    answer = getattr(kit.method(open_channel(provider), "unary_unary"), style)(b"echo")
    if style == "with_call":
        answer, call = answer
        assert call.code() is grpc.StatusCode.OK
        assert call.initial_metadata() == (("welcome", "yes"),)
    assert answer == b"re:echo"
    assert provider.invalidated == ["token-1"]
    assert [seen.authorization for seen in revoked.calls] == [
        ["Bearer token-1"],
        ["Bearer token-2"],
    ]


@pytest.mark.parametrize("kind", ONE_REQUEST)
def test_futures_and_streams_are_repeated_as_one_call(kit, open_channel, provider, revoked, kind):
    """Code, metadata and callbacks are those of the repeat; the refusal is not seen."""
    provider.ready.clear()
    call = start(kind, kit.method(open_channel(provider), kind), b"echo", timeout=20)
    called, codes = threading.Event(), []
    call.add_done_callback(lambda done: (codes.append(done.code()), called.set()))
    wait_until(lambda: provider.invalidated)
    assert not call.done()
    assert codes == []
    assert 0 < call.time_remaining() <= 20
    provider.ready.set()
    if kind == "unary_unary":
        assert call.result() == b"re:echo"
    else:
        assert list(call) == [b"re:echo", b"end"]
    assert called.wait(kit.PATIENCE_SECONDS)
    assert codes == [call.code()] == [grpc.StatusCode.OK]
    assert call.details() == ""
    assert call.initial_metadata() == (("welcome", "yes"),)
    assert call.trailing_metadata() == (("served-by", "gate"),)
    assert len(revoked.calls) == 2


def test_a_stream_that_nobody_reads_is_repeated_too(kit, open_channel, provider, revoked):
    """The repeat doesn't depend on somebody iterating: initial_metadata is the repeat's."""
    call = kit.method(open_channel(provider), "unary_stream")(b"echo")
    wait_until(lambda: len(revoked.calls) == 2)
    assert call.initial_metadata() == (("welcome", "yes"),)
    assert list(call) == [b"re:echo", b"end"]


@pytest.mark.parametrize("kind", ONE_REQUEST)
def test_it_is_repeated_once_only(kit, open_channel, provider, gate, kind):
    """When the next token is refused too, that refusal is the answer, and both are invalid."""
    gate.accepted = set()
    call = start(kind, kit.method(open_channel(provider), kind), b"echo")
    assert call.code() is grpc.StatusCode.UNAUTHENTICATED
    assert call.details() == "refused ['Bearer token-2']"
    assert call.trailing_metadata() == (("served-by", "gate"),)
    assert provider.invalidated == ["token-1", "token-2"]
    assert len(gate.calls) == 2


def test_a_blocking_call_is_repeated_once_only(kit, open_channel, provider, gate):
    """The same holds for a blocking call; the error doesn't mention the first refusal."""
    gate.accepted = set()
    with pytest.raises(grpc.RpcError) as caught:
        kit.method(open_channel(provider), "unary_unary")(b"echo")
    assert caught.value.details() == "refused ['Bearer token-2']"
    assert caught.value.__context__ is None
    assert len(gate.calls) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_without_another_token_the_refusal_stands(kit, open_channel, gate, kind):
    """A provider that has only the refused token is not tried again with it."""
    gate.accepted = set()
    provider = kit.PlainProvider(kit.token(1))
    stub = kit.method(open_channel(provider), kind)
    call = start(kind, stub, kit.request(kind, b"echo"))
    assert call.code() is grpc.StatusCode.UNAUTHENTICATED
    assert len(gate.calls) == 1
    if kind.endswith("_unary"):
        with pytest.raises(grpc.RpcError) as caught:
            stub(kit.request(kind, b"echo"))
        assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert len(gate.calls) == 2


@pytest.mark.parametrize("kind", ["blocking", *ONE_REQUEST])
def test_when_no_other_token_comes_the_refusal_stands_and_the_reason_is_its_cause(
    kit, open_channel, provider, gate, kind
):
    """The server's message goes to the caller; its cause says why there was no other token."""
    gate.accepted = set()
    provider.error = ConnectionError("endpoint down")
    stub = kit.method(open_channel(provider), "unary_unary" if kind == "blocking" else kind)
    ways = {
        "blocking": lambda: stub(b"echo"),
        "unary_unary": lambda: stub.future(b"echo").result(),
        "unary_stream": lambda: next(stub(b"echo")),
    }
    with pytest.raises(grpc.RpcError) as caught:
        ways[kind]()
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert caught.value.details() == "refused ['Bearer token-1']"
    assert str(caught.value.__cause__) == "endpoint down"
    assert len(gate.calls) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_permission_denied_is_no_refusal_of_the_token(kit, open_channel, provider, gate, kind):
    """PERMISSION_DENIED neither invalidates the token nor repeats the call."""
    call = start(kind, kit.method(open_channel(provider), kind), kit.request(kind, b"deny"))
    assert call.code() is grpc.StatusCode.PERMISSION_DENIED
    assert provider.invalidated == []
    assert len(gate.calls) == 1


@pytest.mark.parametrize("style", ["__call__", "with_call"])
@pytest.mark.parametrize("kind", KINDS[::2])
def test_permission_denied_is_no_refusal_of_a_blocking_calls_token(
    kit, open_channel, provider, gate, kind, style
):
    """The same holds for a call that blocks."""
    stub = kit.method(open_channel(provider), kind)
    with pytest.raises(grpc.RpcError) as caught:
        getattr(stub, style)(kit.request(kind, b"deny"))
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert provider.invalidated == []
    assert len(gate.calls) == 1


def test_a_stream_is_not_repeated_after_its_first_message(kit, open_channel, provider, gate):
    """A refusal after a message reaches the caller; the token is invalidated all the same."""
    call = kit.method(open_channel(provider), "unary_stream")(b"late")
    assert next(call) == b"re:late"
    with pytest.raises(grpc.RpcError) as caught:
        next(call)
    assert caught.value.details() == "expired meanwhile"
    wait_until(call.done)
    assert provider.invalidated == ["token-1"]
    assert len(gate.calls) == 1


@pytest.mark.parametrize("style", ["__call__", "with_call", "future"])
def test_a_request_stream_that_was_read_is_not_replayed(
    kit, open_channel, provider, revoked, style
):
    """Requests that were read from an iterator can't be sent again, so the refusal goes to the
    caller."""
    read = threading.Event()
    revoked.before_refusal = lambda: read.wait(kit.PATIENCE_SECONDS)

    def requests():
        read.set()
        yield b"echo"

    call = getattr(kit.method(open_channel(provider), "stream_unary"), style)
    with pytest.raises(grpc.RpcError) as caught:
        call(requests()).result()
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert provider.invalidated == ["token-1"]
    assert len(revoked.calls) == 1


def test_requests_of_a_stream_that_were_read_are_not_replayed(kit, open_channel, provider, revoked):
    """The same holds for a call with a stream in each direction."""
    read = threading.Event()
    revoked.before_refusal = lambda: read.wait(kit.PATIENCE_SECONDS)

    def requests():
        read.set()
        yield b"echo"

    call = kit.method(open_channel(provider), "stream_stream")(requests())
    with pytest.raises(grpc.RpcError) as caught:
        next(call)
    assert caught.value.code() is call.code() is grpc.StatusCode.UNAUTHENTICATED
    wait_until(call.done)
    assert provider.invalidated == ["token-1"]
    assert len(revoked.calls) == 1


def test_several_who_wait_for_a_future_get_one_repeat(kit, open_channel, provider, revoked):
    """However many threads wait for a refused call, in whatever way, it is sent once more."""
    provider.ready.clear()
    call = kit.method(open_channel(provider), "unary_unary").future(b"echo")
    wait_until(lambda: provider.asked)
    told = []
    questions = [call.result, call.code, call.details, call.trailing_metadata, call.exception] * 2
    threads = [threading.Thread(target=lambda ask=ask: told.append(ask())) for ask in questions]
    for thread in threads:
        thread.start()
    assert told == []
    provider.ready.set()
    for thread in threads:
        thread.join(kit.PATIENCE_SECONDS)
    assert len(told) == len(questions)
    assert told.count(b"re:echo") == told.count(grpc.StatusCode.OK) == 2
    assert [seen.authorization for seen in revoked.calls] == [
        ["Bearer token-1"],
        ["Bearer token-2"],
    ]


@pytest.mark.parametrize("style", ["__call__", "with_call", "future", "unary_stream"])
def test_the_repeat_has_what_is_left_of_the_time(
    kit, open_channel, provider, revoked, monkeypatch, style
):
    """The second attempt's deadline is the call's, less what the first and the wait have taken."""
    # From the real moment on, by which the wait's deadline is watched.
    now = [time.monotonic()]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    for module in ("logical_call", "multi_callables", "blocking_call"):
        monkeypatch.setattr(f"zeebe_grpc.sync.{module}.time", clock)
    get_token = provider.get_token

    def slow(*, timeout=None):
        now[0] += 3000
        return get_token(timeout=timeout)

    provider.get_token = slow
    stub = kit.method(
        open_channel(provider), "unary_stream" if "stream" in style else "unary_unary"
    )
    call = stub if style in {"__call__", "unary_stream"} else getattr(stub, style)
    answer = call(b"echo", timeout=3600)
    if style == "future":
        answer.result()
    elif style == "unary_stream":
        list(answer)
    first, second = (seen.seconds_left for seen in revoked.calls)
    assert second < 1000 < first


@pytest.mark.parametrize("kind", ONE_REQUEST)
def test_one_deadline_covers_the_repeat(kit, open_channel, provider, revoked, kind):
    """Time that runs out while another token is waited for is DEADLINE_EXCEEDED."""
    channel = open_channel(provider)
    grpc.channel_ready_future(channel).result(kit.PATIENCE_SECONDS)
    provider.ready.clear()
    call = start(kind, kit.method(channel, kind), b"echo", timeout=1.0)
    assert call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    provider.ready.set()
    wait_until(lambda: provider.token is not None)
    assert len(revoked.calls) == 1


def test_one_deadline_covers_the_repeat_of_a_blocking_call(kit, open_channel, provider, revoked):
    """The same holds for a call that blocks."""
    channel = open_channel(provider)
    grpc.channel_ready_future(channel).result(kit.PATIENCE_SECONDS)
    provider.ready.clear()
    with pytest.raises(grpc.RpcError) as caught:
        kit.method(channel, "unary_unary")(b"echo", timeout=1.0)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert len(revoked.calls) == 1


@pytest.mark.parametrize("kind", ONE_REQUEST)
def test_cancelling_between_the_attempts_ends_the_call(kit, open_channel, provider, revoked, kind):
    """A call cancelled while another token is waited for is not repeated."""
    provider.ready.clear()
    call = start(kind, kit.method(open_channel(provider), kind), b"echo")
    wait_until(lambda: provider.asked)
    assert call.cancel()
    assert call.code() is grpc.StatusCode.CANCELLED
    provider.ready.set()
    wait_until(lambda: provider.token is not None)
    assert kit.method(open_channel(provider), "unary_unary")(b"echo") == b"re:echo"
    assert len(revoked.calls) == 2


def test_cancelling_the_repeat_ends_the_call(kit, open_channel, provider, revoked):
    """cancel ends whichever attempt is running."""
    call = kit.method(open_channel(provider), "unary_unary").future(b"hang")
    assert revoked.hanging.acquire(timeout=kit.PATIENCE_SECONDS)
    assert call.cancel()
    assert call.cancelled()
    assert call.code() is grpc.StatusCode.CANCELLED


def test_five_hundred_refused_calls_ask_for_one_token_and_repeat_once_each(
    kit, open_channel, provider, revoked
):
    """A revocation with 500 calls in flight costs one token and one repeat a call."""
    stub = kit.method(open_channel(provider), "unary_unary")
    calls = [stub.future(b"echo") for _ in range(500)]
    assert {call.result(60) for call in calls} == {b"re:echo"}
    assert provider.next == 3
    assert len([seen for seen in revoked.calls if seen.authorization == ["Bearer token-2"]]) == 500


def test_a_single_threaded_stream_is_repeated(kit, open_channel, provider, revoked):
    """A stream in gRPC's single-threaded mode is repeated by the thread that reads it."""
    options = ((grpc.experimental.ChannelOptions.SingleThreadedUnaryStream, 1),)
    call = kit.method(open_channel(provider, options=options), "unary_stream")(b"echo")
    assert list(call) == [b"re:echo", b"end"]
    assert call.code() is grpc.StatusCode.OK
    assert len(revoked.calls) == 2
