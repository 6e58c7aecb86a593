"""Which ends of a call show that its token was accepted, as the provider hears when it is
refused."""

from __future__ import annotations

import grpc
import pytest


def blocking(kit, channel, kind):
    kit.method(channel, kind)(kit.request(kind, b"echo"))


def blocking_with_metadata(kit, channel, kind):
    kit.method(channel, kind)(kit.request(kind, b"echo"), metadata=(("key", "value"),))


def blocking_with_call(kit, channel, kind):
    kit.method(channel, kind).with_call(kit.request(kind, b"echo"))


def future(kit, channel, kind):
    kit.method(channel, kind).future(kit.request(kind, b"echo")).result()


def first_message(kit, channel, kind):
    call = kit.method(channel, kind)(kit.request(kind, b"echo"))
    assert next(call)
    call.cancel()


def whole_stream(kit, channel, kind):
    assert list(kit.method(channel, kind)(kit.request(kind, b"echo")))


OF_ONE = ("unary_unary", "stream_unary")
OF_MANY = ("unary_stream", "stream_stream")
WAYS = [
    *((way, kind) for kind in OF_ONE for way in (blocking, blocking_with_metadata)),
    *((way, kind) for kind in OF_ONE for way in (blocking_with_call, future)),
    *((way, kind) for kind in OF_MANY for way in (first_message, whole_stream)),
]


def failure_of(start, request):
    try:
        answer = start(request)
        # A stream and a future have a code; a blocking call has raised.
        error = answer.exception()
    except grpc.RpcError as raised:
        error = raised
    return error.code()


@pytest.fixture
def provider(kit):
    class Told(kit.Provider):
        def __init__(self):
            super().__init__()
            self.told = []

        def invalidate(self, token, *, accepted=False):
            self.told.append((token.value.reveal(), accepted))
            super().invalidate(token)

    return Told()


@pytest.fixture
def told_of(kit, open_channel, provider, gate):
    """Give a function that makes a refused call, and what the provider heard of its tokens."""

    def refused(channel, kind, way="__call__"):
        gate.accepted = set()
        code = failure_of(getattr(kit.method(channel, kind), way), kit.request(kind, b"echo"))
        assert code is grpc.StatusCode.UNAUTHENTICATED
        return provider.told

    return refused


@pytest.mark.parametrize(("way", "kind"), WAYS, ids=lambda way: getattr(way, "__name__", way))
def test_an_ok_and_a_message_are_acceptance(kit, open_channel, provider, told_of, way, kind):
    """Either shows that the channel accepted the token, whatever kind of call it was; its successor
    was refused at once."""
    channel = open_channel(provider)
    way(kit, channel, kind)
    assert told_of(channel, "unary_unary") == [("token-1", True), ("token-2", False)]


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream"])
@pytest.mark.parametrize("text", [b"fail", b"deny"])
def test_another_status_is_none(kit, open_channel, provider, told_of, kind, text):
    """An ingress may reply with it without checking the token, with or without initial metadata."""
    channel = open_channel(provider)
    code = failure_of(kit.method(channel, kind), text)
    assert code not in {grpc.StatusCode.OK, grpc.StatusCode.UNAUTHENTICATED}
    assert told_of(channel, "unary_unary")[0] == ("token-1", False)


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("unary_unary", "__call__"),
        ("unary_unary", "with_call"),
        ("unary_unary", "future"),
        ("unary_stream", "__call__"),
        ("stream_unary", "__call__"),
        ("stream_unary", "future"),
        ("stream_stream", "__call__"),
    ],
)
def test_every_kind_of_call_tells_of_acceptance(kit, open_channel, provider, told_of, kind, way):
    """The provider hears of it, however the refusal arrived."""
    channel = open_channel(provider)
    kit.method(channel, "unary_unary")(b"echo")
    assert told_of(channel, kind, way)[0] == ("token-1", True)


def test_a_stream_that_is_refused_after_a_message_had_been_accepted(
    kit, open_channel, provider, gate
):
    """Its token expired or was revoked while it ran."""
    call = kit.method(open_channel(provider), "unary_stream")(b"late")
    with pytest.raises(grpc.RpcError):
        list(call)
    assert provider.told == [("token-1", True)]


def test_a_repeat_that_went_well_is_acceptance_of_its_own_token(
    kit, open_channel, provider, gate, told_of
):
    """It doesn't count for the token that was refused before."""
    channel = open_channel(provider)
    gate.accepted = {"Bearer token-2"}
    assert kit.method(channel, "unary_unary")(b"echo") == b"re:echo"
    assert told_of(channel, "unary_unary") == [
        ("token-1", False),
        ("token-2", True),
        ("token-3", False),
    ]


def test_a_callers_own_authorization_is_nobodys_acceptance(
    kit, open_channel, provider, gate, told_of
):
    """Such a call didn't send the provider's token."""
    channel = open_channel(provider)
    gate.accepted = {"Bearer mine"}
    metadata = (("authorization", "Bearer mine"),)
    assert kit.method(channel, "unary_unary")(b"echo", metadata=metadata) == b"re:echo"
    assert told_of(channel, "unary_unary")[0] == ("token-1", False)
