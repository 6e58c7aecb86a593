"""Where a token may be sent: over TLS, to loopback, and elsewhere only on demand."""

import os
import subprocess
import sys
import threading

import grpc
import pytest
from waiting import wait_until

from zeebe_auth import (
    AccessToken,
    AnonymousCredentialsProvider,
    ConfigurationError,
    InvalidClientError,
    Secret,
)
from zeebe_auth.adapters.token_access import TokenAccess
from zeebe_grpc import grpc_credentials
from zeebe_grpc.call.channel_token import ChannelToken, TokenHeader
from zeebe_grpc.channels import authorize, insecure_channel, secure_channel
from zeebe_grpc.grpc_credentials import call_credentials, channel_credentials

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


def test_a_tls_channel_carries_the_token(kit, server, provider, gate):
    """secure_channel trusts the given CA and sends the header."""
    with secure_channel(server.tls_target, provider, root_certificates=server.ca) as channel:
        assert isinstance(channel, grpc.Channel)
        assert kit.method(channel, "unary_unary")(b"echo") == b"re:echo"
    assert gate.calls[0].authorization == ["Bearer token-1"]


def test_ready_channel_credentials_are_taken(kit, server, provider):
    """A base of the caller's own replaces the three PEM arguments."""
    base = grpc.ssl_channel_credentials(server.ca)
    with secure_channel(server.tls_target, provider, base=base) as channel:
        assert kit.method(channel, "unary_unary")(b"echo") == b"re:echo"


def test_an_unknown_ca_is_unavailable(kit, server, provider, gate):
    """A gateway whose certificate is not trusted gets no token."""
    other_ca = kit.make_certificate().certificate
    with (
        secure_channel(server.tls_target, provider, root_certificates=other_ca) as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        kit.method(channel, "unary_unary")(b"echo", timeout=20)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert gate.calls == []


NOBODY = {"None": None, "anonymous": AnonymousCredentialsProvider()}


@pytest.mark.parametrize("nobody", NOBODY.values(), ids=NOBODY)
@pytest.mark.parametrize("make", [secure_channel, insecure_channel])
def test_no_provider_means_a_plain_channel(make, nobody):
    """An anonymous provider (strategy NONE), or None, gives gRPC's own channel."""
    with make("gateway.example:443", nobody) as channel:
        assert type(channel).__module__.startswith("grpc")


@pytest.mark.filterwarnings("ignore:Tokens travel")
@pytest.mark.parametrize(
    ("make", "target", "name"),
    [
        (secure_channel, "localhost:1", "secure_channel"),
        (insecure_channel, "localhost:1", "secure_channel"),  # with gRPC's local credentials
        (insecure_channel, "gateway.example:1", "insecure_channel"),
    ],
)
def test_channels_are_made_through_the_module(monkeypatch, provider, make, target, name):
    """Instrumentation that patches grpc's functions sees our channels too."""
    made = []
    original = getattr(grpc, name)
    monkeypatch.setattr(grpc, name, lambda *args: (made.append(args), original(*args))[1])
    options = [("grpc.max_receive_message_length", 5)]
    switch = {"allow_plaintext": True} if make is insecure_channel else {}
    make(target, provider, options=options, compression=grpc.Compression.Gzip, **switch).close()
    assert made[0][0] == target
    assert ("grpc.max_receive_message_length", 5) in made[0][2 if name == "secure_channel" else 1]
    assert made[0][-1] is grpc.Compression.Gzip


@pytest.mark.parametrize("nobody", NOBODY.values(), ids=NOBODY)
def test_no_provider_means_no_header(kit, server, gate, nobody):
    """This holds on channels of every origin, and as plain credentials of gRPC."""
    tls = grpc.ssl_channel_credentials(server.ca)
    composite = grpc.composite_channel_credentials(tls, call_credentials(nobody))
    plain = grpc.secure_channel(server.tls_target, tls)
    assert authorize(plain, nobody, allow_plaintext=False) is plain
    for channel in (
        plain,
        secure_channel(server.tls_target, nobody, root_certificates=server.ca),
        grpc.secure_channel(server.tls_target, channel_credentials(nobody, base=tls)),
        grpc.secure_channel(server.tls_target, composite),
    ):
        with channel, pytest.raises(grpc.RpcError):
            kit.method(channel, "unary_unary")(b"echo", timeout=20)
    assert [call.authorization for call in gate.calls] == [[], [], [], []]


class Watching(grpc.UnaryUnaryClientInterceptor):
    """Keeps the metadata of each attempt."""

    def __init__(self):
        self.seen = []

    def intercept_unary_unary(self, continuation, details, request):
        self.seen.append([value for key, value in details.metadata or () if key == "authorization"])
        return continuation(details, request)


def test_interceptors_see_each_attempt_and_its_token(kit, server, provider):
    """They run for each attempt, as those of asyncio channels do."""
    outer, inner = Watching(), Watching()
    with secure_channel(
        server.tls_target, provider, root_certificates=server.ca, interceptors=[outer, inner]
    ) as channel:
        assert kit.method(channel, "unary_unary")(b"echo") == b"re:echo"
    assert outer.seen == inner.seen == [["Bearer token-1"]]


def test_interceptors_run_without_a_provider_too(kit, server):
    """They run on a channel with TLS alone, without authorization."""
    watching = Watching()
    with (
        secure_channel(
            server.tls_target, None, root_certificates=server.ca, interceptors=[watching]
        ) as channel,
        pytest.raises(grpc.RpcError),
    ):
        kit.method(channel, "unary_unary")(b"echo", timeout=20)
    assert watching.seen == [[]]


def test_plaintext_elsewhere_needs_the_switch(provider):
    """A token is not sent in plaintext to another machine unless that is asked for."""
    with pytest.raises(ConfigurationError, match="unencrypted"):
        insecure_channel("gateway.example:26500", provider)


def test_the_switch_warns_once(provider, recwarn):
    """allow_plaintext warns on the first channel to a target, with the caller's own line."""
    with pytest.warns(RuntimeWarning, match="unencrypted") as caught:
        insecure_channel("mesh.example:26500", provider, allow_plaintext=True).close()
    assert caught[0].filename == __file__
    insecure_channel("mesh.example:26500", provider, allow_plaintext=True).close()


@pytest.mark.parametrize("target", ["https://gateway.example", "gateway.example:443/path", ""])
@pytest.mark.parametrize("make", [secure_channel, insecure_channel])
def test_a_target_that_grpc_can_not_dial_is_refused_at_once(provider, make, target):
    """Unknown schemes and paths are a ConfigurationError rather than a failed name lookup."""
    with pytest.raises(ConfigurationError, match="host:port"):
        make(target, provider)


@pytest.mark.parametrize("provider", [object(), type("A", (), {"get_token": None})()])
def test_what_is_no_provider_is_refused_at_once(provider):
    """An object without get_token is named when the channel is made."""
    for make in (secure_channel, insecure_channel):
        with pytest.raises(TypeError, match="get_token"):
            make("localhost:1", provider)


@pytest.mark.parametrize("kind", KINDS)
def test_an_authorized_tls_channel_proves_itself_once(kit, server, provider, gate, kind):
    """authorize sends tokens over somebody else's TLS channel, with plugin calls only at first."""
    with grpc.secure_channel(server.tls_target, grpc.ssl_channel_credentials(server.ca)) as plain:
        channel = authorize(plain, provider, allow_plaintext=False)
        stub = kit.method(channel, kind)
        for _ in range(2):
            call = (stub.future if kind.endswith("_unary") else stub)(kit.request(kind, b"echo"))
            assert call.code() is grpc.StatusCode.OK if kind.endswith("_unary") else list(call)
        if kind.endswith("_unary"):
            assert stub.with_call(kit.request(kind, b"echo"))[0] == b"re:echo"
        grpc.channel_ready_future(channel).result(kit.PATIENCE_SECONDS)
    assert {tuple(seen.authorization) for seen in gate.calls} == {("Bearer token-1",)}


@pytest.mark.parametrize("kind", KINDS)
def test_an_authorized_plaintext_channel_sends_nothing(kit, plain_channel, provider, gate, kind):
    """authorize without allow_plaintext fails calls on a plaintext channel before the token."""
    channel = authorize(plain_channel, provider, allow_plaintext=False)
    stub = kit.method(channel, kind)
    call = (stub.future if kind.endswith("_unary") else stub)(kit.request(kind, b"echo"))
    assert call.code() is grpc.StatusCode.UNAUTHENTICATED
    assert "security level" in call.details()
    assert gate.calls == []
    assert provider.invalidated == []


def test_an_authorized_channel_that_proved_itself_repeats(kit, server, provider, gate):
    """A refusal on a channel that is known to be encrypted is one of the token."""
    gate.accepted = {"Bearer token-2"}
    with grpc.secure_channel(server.tls_target, grpc.ssl_channel_credentials(server.ca)) as plain:
        channel = authorize(plain, provider, allow_plaintext=False)
        assert kit.method(channel, "unary_unary")(b"echo") == b"re:echo"
    assert provider.invalidated == ["token-1"]


def test_authorize_joins_the_callers_call_credentials(kit, server, provider, gate):
    """Call credentials of the caller's are sent besides the check."""
    with grpc.secure_channel(server.tls_target, grpc.ssl_channel_credentials(server.ca)) as plain:
        stub = kit.method(authorize(plain, provider, allow_plaintext=False), "unary_unary")
        extra = grpc.metadata_call_credentials(lambda _, done: done((("tenant", "a"),), None))
        for _ in range(2):
            assert stub(b"echo", credentials=extra) == b"re:echo"
    assert [seen.metadata["tenant"] for seen in gate.calls] == ["a", "a"]


def test_authorize_without_a_provider_changes_nothing(plain_channel):
    """None for a provider gives the channel back."""
    assert authorize(plain_channel, None, allow_plaintext=False) is plain_channel


def test_composite_credentials_work_in_grpcio_itself(kit, server, provider, gate):
    """channel_credentials make any grpcio channel send the header."""
    credentials = channel_credentials(provider, root_certificates=server.ca)
    with grpc.secure_channel(server.tls_target, credentials) as channel:
        assert kit.method(channel, "unary_unary")(b"echo") == b"re:echo"
    assert gate.calls[0].authorization == ["Bearer token-1"]


def test_call_credentials_work_for_one_call(kit, server, cold_provider, gate):
    """call_credentials go with a single call; a cold token is waited for elsewhere."""
    with grpc.secure_channel(server.tls_target, grpc.ssl_channel_credentials(server.ca)) as channel:
        call = kit.method(channel, "unary_unary").future(
            b"echo", credentials=call_credentials(cold_provider)
        )
        wait_until(lambda: cold_provider.asked)
        cold_provider.ready.set()
        assert call.result() == b"re:echo"


@pytest.mark.parametrize("where", ["get_token", "current_token"])
def test_a_failing_plugin_says_why_and_logs_nothing(kit, server, caplog, capfd, where):
    """A provider's failure reaches the user as gRPC's plugin error with our message."""

    class Broken:
        def get_token(self):
            raise InvalidClientError("Wrong secret. Run login.")

    class Foreign(Broken):
        def current_token(self):
            raise RuntimeError("hunter2")

    credentials = channel_credentials(
        Broken() if where == "get_token" else Foreign(), root_certificates=server.ca
    )
    with (
        grpc.secure_channel(server.tls_target, credentials) as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        kit.method(channel, "unary_unary")(b"echo")
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    expected = "Wrong secret. Run login." if where == "get_token" else "RuntimeError"
    assert expected in caught.value.details()
    assert "hunter2" not in caught.value.details()
    assert caplog.text == ""
    assert "hunter2" not in capfd.readouterr().err


def test_the_plugin_sees_nothing_of_its_makers_context(kit, server):
    """Context variables that were set where the credentials were made are not visible in later
    calls."""
    import contextvars

    variable = contextvars.ContextVar("variable", default="empty")
    variable.set("maker's")
    seen = []

    class Looking:
        def current_token(self):
            seen.append((variable.get(), threading.current_thread() is threading.main_thread()))
            return AccessToken(Secret("token-1"))

        get_token = current_token

    credentials = channel_credentials(Looking(), root_certificates=server.ca)
    with grpc.secure_channel(server.tls_target, credentials) as channel:
        assert kit.method(channel, "unary_unary")(b"echo") == b"re:echo"
    assert seen == [("empty", False)]


def test_the_header_is_made_once_a_token(kit, server, provider, gate):
    """Each call gets the very string that the token made, not a copy of its own."""
    handed = []
    plugin = grpc_credentials._TokenPlugin(ChannelToken(TokenAccess.of(provider), TokenHeader()))
    for _ in range(3):
        plugin(None, lambda metadata, error: handed.append((metadata, error)))
    assert [error for _, error in handed] == [None] * 3
    for ((key, value),), _ in handed:
        assert key == "authorization"
        assert value is provider.token.authorization


FAILING_CLIENT = """
import logging, sys, threading
import grpc
from zeebe_auth import InvalidClientError
from zeebe_grpc import channel_credentials

logging.basicConfig(level=logging.DEBUG)
whose, target, authority = sys.argv[1:]
authority = open(authority, "rb").read()

class Broken:
    def get_token(self):
        raise InvalidClientError("Wrong secret. Run login.")

class BrokenInMemory(Broken):
    def current_token(self):
        raise RuntimeError("hunter2")

class Uncaught(Broken):
    def get_token(self):
        raise SystemExit("hunter2")

def credentials(provider):
    if whose == "ours":
        return channel_credentials(provider, root_certificates=authority)
    plugin = grpc.metadata_call_credentials(lambda context, done: provider.get_token())
    return grpc.composite_channel_credentials(grpc.ssl_channel_credentials(authority), plugin)

for provider in (Broken(), BrokenInMemory(), Uncaught()) if whose == "ours" else (Broken(),):
    with grpc.secure_channel(target, credentials(provider)) as channel:
        call = channel.unary_unary("/t/unary_unary")
        try:
            call(b"echo", timeout=20)
        except grpc.RpcError as error:
            print(error.code().name, "hunter2" in str(error))
        print(call.future(b"echo", timeout=20).code().name)
"""


@pytest.mark.parametrize("whose", ["ours", "a plugin that raises"])
def test_a_failing_plugin_prints_nothing(server, tmp_path, whose):
    """A process with all of Python's logging and gRPC's errors on prints nothing when there is no
    token, where gRPC prints the traceback of a plugin that raises."""
    authority = tmp_path / "ca.pem"
    authority.write_bytes(server.ca)
    ran = subprocess.run(
        [sys.executable, "-c", FAILING_CLIENT, whose, server.tls_target, authority],
        env=os.environ | {"GRPC_VERBOSITY": "ERROR"},
        check=False,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    if whose == "ours":
        assert ran.stdout.split() == ["UNAVAILABLE", "False", "UNAVAILABLE"] * 3
        assert ran.stderr == ""
    else:
        assert "Traceback" in ran.stderr
        assert "Wrong secret" in ran.stderr
