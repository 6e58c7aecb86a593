"""Each call kind behaves as grpcio's own call with the header passed by hand."""

import threading

import grpc
import pytest

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
HEADER = (("authorization", "Bearer token-1"),)
DEADLINE_SECONDS = 0.3


@pytest.fixture
def both(open_channel, provider, plain_channel):
    """The same method on our channel, and on grpcio's own with the header passed by hand."""

    def both(kit, kind, **arguments):
        ours = kit.method(open_channel(provider), kind, **arguments)
        theirs = kit.method(plain_channel, kind, **arguments)
        return (ours, {}), (theirs, {"metadata": HEADER})

    return both


def outcome(call):
    """What a finished call reports, as far as gRPC's own error has it too."""
    told = {
        name: getattr(call, name)()
        for name in ("code", "details", "done", "cancelled", "running", "cancel")
    }
    for name in ("initial_metadata", "trailing_metadata"):
        told[name] = tuple(tuple(pair) for pair in getattr(call, name)())
    for name in ("result", "exception", "traceback"):
        try:
            value = getattr(call, name)(0)
        except grpc.FutureCancelledError:
            told[name] = "cancelled"
        except grpc.RpcError as error:
            told[name] = (error.code(), error.details())
        else:
            told[name] = value if isinstance(value, bytes | None) else isinstance(value, Exception)
    return told


def callbacks(call):
    """The order in which callbacks come, once all have come."""
    order, last = [], threading.Event()
    call.add_callback(lambda: order.append("first"))
    call.add_done_callback(lambda done: order.append(("second", done is call, done.done())))
    call.add_callback(lambda: (order.append("third"), last.set()))
    return order, last


def start(kind, stub, request, **arguments):
    return (stub.future if kind.endswith("_unary") else stub)(request, **arguments)


def read(kind, call):
    try:
        return [call.result()] if kind.endswith("_unary") else list(call)
    except grpc.RpcError as error:
        return error.code(), error.details()
    except grpc.FutureCancelledError:
        return "cancelled"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", [b"echo", b"fail", b"deny"])
def test_an_ended_call_tells_the_same(kit, both, gate, kind, text):
    """Status, details, metadata, result and callbacks are those of grpcio's own call."""
    told = []
    for stub, extra in both(kit, kind):
        gate.open.clear()
        call = start(kind, stub, kit.request(kind, text), **extra)
        order, last = callbacks(call)
        gate.open.set()
        got = read(kind, call)
        assert last.wait(kit.PATIENCE_SECONDS)
        late = []
        call.add_done_callback(lambda done, late=late, call=call: late.append(done is call))
        ended = (call.add_callback(list), call.is_active(), call.time_remaining())
        assert isinstance(call.debug_error_string(), str)
        told.append((got, order, late, ended, outcome(call)))
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", ["unary_unary", "stream_unary"])
@pytest.mark.parametrize("text", [b"echo", b"fail", b"deny"])
@pytest.mark.parametrize("style", ["__call__", "with_call"])
def test_a_blocking_call_returns_and_raises_the_same(kit, both, kind, text, style):
    """Both blocking styles give grpcio's response, call and error."""
    told = []
    for stub, extra in both(kit, kind):
        try:
            got = getattr(stub, style)(kit.request(kind, text), timeout=20, **extra)
        except grpc.RpcError as error:
            told.append(outcome(error) | {"text": str(error).count("INVALID_ARGUMENT")})
        else:
            told.append((got[0], outcome(got[1])) if style == "with_call" else got)
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", ["unary_unary", "stream_unary"])
@pytest.mark.parametrize("style", ["__call__", "with_call"])
def test_a_deadline_ends_a_blocking_call_the_same(kit, both, kind, style):
    """A blocking call that is not answered in time raises grpcio's DEADLINE_EXCEEDED."""
    told = []
    for stub, extra in both(kit, kind):
        with pytest.raises(grpc.RpcError) as caught:
            getattr(stub, style)(kit.request(kind, b"hang"), timeout=DEADLINE_SECONDS, **extra)
        ended = outcome(caught.value)
        # "Stream removed (Deadline Exceeded)" where the server's end comes first.
        assert "Deadline Exceeded" in caught.value.details()
        told.append((type(caught.value), ended["code"], ended["done"], ended["cancelled"]))
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", KINDS)
def test_questions_can_be_asked_before_the_end(kit, both, gate, kind):
    """Threads that ask a running call wait, and get what grpcio's own call returns."""
    told = []
    for stub, extra in both(kit, kind):
        gate.open.clear()
        call = start(kind, stub, kit.request(kind, b"echo"), timeout=60, **extra)
        answers = {}
        questions = ("code", "details", "initial_metadata", "trailing_metadata")

        def ask(question, call=call, answers=answers):
            answers[question] = getattr(call, question)()

        threads = [threading.Thread(target=ask, args=(question,)) for question in questions]
        for thread in threads:
            thread.start()
        before = (call.done(), dict(answers), 0 < call.time_remaining() <= 60)
        gate.open.set()
        got = read(kind, call)
        for thread in threads:
            thread.join(kit.PATIENCE_SECONDS)
        told.append((before, got, answers))
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_deadline_ends_the_call_the_same(kit, both, kind):
    """A call that is not answered in time is DEADLINE_EXCEEDED, in every style."""
    told = []
    for stub, extra in both(kit, kind):
        call = start(kind, stub, kit.request(kind, b"hang"), timeout=DEADLINE_SECONDS, **extra)
        assert 0 <= call.time_remaining() <= DEADLINE_SECONDS
        # On a busy machine it may have ended already: then this one is called at once.
        told_done, last = [], threading.Event()
        call.add_done_callback(
            lambda done, call=call, told_done=told_done, last=last: (
                told_done.append(done is call),
                last.set(),
            )
        )
        code, details = read(kind, call)
        assert code is call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        # "Stream removed (Deadline Exceeded)" where the server's end comes first.
        assert "Deadline Exceeded" in details
        assert last.wait(kit.PATIENCE_SECONDS)
        told.append((told_done, call.time_remaining() >= 0))
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", KINDS)
def test_cancelling_ends_the_call_the_same(kit, both, gate, kind):
    """A call cancelled while the server works on it is cancelled as grpcio's is."""
    told = []
    for stub, extra in both(kit, kind):
        call = start(kind, stub, kit.request(kind, b"hang"), **extra)
        order, last = callbacks(call)
        assert gate.hanging.acquire(timeout=kit.PATIENCE_SECONDS)
        before = (call.done(), call.running(), call.is_active(), call.cancelled())
        cancelled = call.cancel()
        after = (call.done(), call.running(), call.is_active(), call.cancelled())
        got = read(kind, call)
        assert last.wait(kit.PATIENCE_SECONDS)
        ended = outcome(call)
        # Whether the server's first words came before is up to the network.
        del ended["initial_metadata"]
        told.append((before, cancelled, after, got, order, ended))
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", ["unary_unary", "stream_unary"])
def test_waiting_for_a_result_can_run_out_of_time(kit, both, kind):
    """A waiter's own limit raises FutureTimeoutError and leaves the call alone."""
    for stub, extra in both(kit, kind):
        call = stub.future(kit.request(kind, b"hang"), **extra)
        for ask in (call.result, call.exception, call.traceback):
            with pytest.raises(grpc.FutureTimeoutError):
                ask(0.01)
        assert not call.done()
        call.cancel()


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream"])
def test_a_request_that_can_not_be_serialized_fails_the_same(kit, both, kind):
    """A serializer that raises gives INTERNAL at once, as grpcio does."""

    def broken(request):
        raise ValueError("unserializable")

    told = []
    for stub, extra in both(kit, kind, request_serializer=broken):
        with pytest.raises(grpc.RpcError) as caught:
            start(kind, stub, b"echo", **extra)
        told.append((caught.value.code(), caught.value.details()))
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_channel_takes_no_calls(kit, open_channel, provider, kind):
    """A call on a closed channel raises ValueError at once, as grpcio does."""
    channel = open_channel(provider)
    stub = kit.method(channel, kind)
    channel.close()
    with pytest.raises(ValueError, match="closed"):
        start(kind, stub, kit.request(kind, b"echo"))


def test_a_stream_is_read_as_it_comes(kit, both):
    """A bidirectional stream gives each answer before the next request is made."""
    for stub, extra in both(kit, "stream_stream"):
        got = []
        ready = threading.Semaphore(1)

        def requests(ready=ready):
            for number in range(3):
                assert ready.acquire(timeout=60)
                yield b"%d" % number

        for message in stub(requests(), **extra):
            got.append(message)
            ready.release()
        assert got == [b"re:0", b"re:1", b"re:2", b"end"]


def test_a_single_threaded_stream_works_the_same(kit, server, open_channel, provider):
    """gRPC's single-threaded streams give the same messages and errors through our channel."""
    options = ((grpc.experimental.ChannelOptions.SingleThreadedUnaryStream, 1),)
    told = []
    with grpc.insecure_channel(server.target, options) as plain:
        for channel, extra in (
            (open_channel(provider, options=options), {}),
            (plain, {"metadata": HEADER}),
        ):
            stub = kit.method(channel, "unary_stream")
            good, bad = stub(b"echo", **extra), stub(b"fail", **extra)
            with pytest.raises(grpc.experimental.UsageError):
                good.code()
            told.append((read("", good), good.code(), read("", bad), bad.code()))
    assert told[0] == told[1]
