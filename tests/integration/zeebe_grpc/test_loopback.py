"""Plaintext to this machine: by its name, by the connected address, and without any proxy."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent import futures

import grpc
import grpc.aio
import grpc.experimental
import pytest

from zeebe_auth import AccessToken, ConfigurationError, Secret, StaticCredentialsProvider
from zeebe_grpc import aio, channels
from zeebe_grpc.connection import transport
from zeebe_grpc.connection.settings import ConnectionSettings

HEADER = "Bearer t0ken"
SECONDS = 20
PROXY_NAMES = ("http_proxy", "https_proxy", "grpc_proxy", "no_proxy", "no_grpc_proxy")


class Gateway(grpc.GenericRpcHandler):
    """Listens where it is told to and records the authorization of each call."""

    def __init__(self) -> None:
        self.seen: list[str | None] = []
        self._server = grpc.server(futures.ThreadPoolExecutor(4), [self])

    def service(self, handler_call_details):
        self.seen.append(dict(handler_call_details.invocation_metadata).get("authorization"))
        return grpc.unary_unary_rpc_method_handler(lambda request, _context: request)

    def listen(self, address: str) -> int:
        return self._server.add_insecure_port(address)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop(None).wait(SECONDS)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway that the test has yet to give an address and to start."""
    gateway = Gateway()
    yield gateway
    gateway.stop()


class Proxy:
    """Replies to no CONNECT, and counts connections."""

    def __init__(self) -> None:
        self.visitors = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                if self._ending.is_set():
                    return
                # Before it is closed: a client with an answer finds it counted.
                self.visitors += 1

    def end(self) -> None:
        self._ending.set()
        socket.create_connection(self._listener.getsockname(), 5).close()
        self._thread.join(SECONDS)
        self._listener.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy that nobody uses yet."""
    for name in (*PROXY_NAMES, "GRPC_ADDRESS_HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    proxy = Proxy()
    yield proxy
    proxy.end()


Call = Callable[..., str]


@pytest.fixture(params=["sync", "aio"])
def call(request: pytest.FixtureRequest) -> Call:
    """Gives a function that makes a call with a token on a channel of its own, and returns how it
    ended: OK, or gRPC's message."""
    provider = StaticCredentialsProvider(AccessToken(Secret("t0ken")))

    def sync_call(target, **options):
        make = options.pop("make", "insecure_channel")
        with getattr(channels, make)(target, provider, **options) as channel:
            try:
                channel.unary_unary("/a/b")(b"x", timeout=SECONDS)
            except grpc.RpcError as error:
                return f"{error.code().name} {error.details()}"
        return "OK"

    async def aio_call(target, **options):
        make = options.pop("make", "insecure_channel")
        async with getattr(aio, make)(target, provider, **options) as channel:
            try:
                await channel.unary_unary("/a/b")(b"x", timeout=SECONDS)
            except grpc.aio.AioRpcError as error:
                return f"{error.code().name} {error.details()}"
        return "OK"

    if request.param == "sync":
        return sync_call
    return lambda target, **options: asyncio.run(aio_call(target, **options))


def has_ipv6_loopback() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def own_address() -> str:
    """This machine's address on a network, which is treated as another machine's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; RFC 5737's test network
        except OSError:
            pytest.skip("this machine has no address beside loopback")
        return probe.getsockname()[0]


@pytest.mark.parametrize(
    "target",
    ["127.0.0.1:{}", "localhost:{}", "LOCALHOST:{}", "dns:///localhost:{}", "ipv4:127.0.0.1:{}"],
)
def test_loopback_over_ipv4(gateway, call, target):
    """Addresses and names of this machine work, in the forms that gRPC takes."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    assert call(target.format(port)) == "OK"
    assert gateway.seen == [HEADER]


@pytest.mark.skipif(not has_ipv6_loopback(), reason="this machine has no ::1")
@pytest.mark.parametrize("target", ["[::1]:{}", "ipv6:[::1]:{}", "ipv6:%5B::1%5D:{}"])
def test_loopback_over_ipv6(gateway, call, target):
    """The same holds over IPv6."""
    port = gateway.listen("[::1]:0")
    gateway.start()
    assert call(target.format(port)) == "OK"
    assert gateway.seen == [HEADER]


@pytest.mark.skipif(sys.platform == "win32", reason="gRPC has no Unix sockets there")
@pytest.mark.parametrize("form", ["unix:{}", "unix://{}", "unix:gateway.socket"])
def test_a_unix_socket(gateway, call, tmp_path, monkeypatch, form):
    """A Unix socket works by an absolute or a relative path."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "gateway.socket"
    gateway.listen(f"unix:{path}")
    gateway.start()
    assert call(form.format(path)) == "OK"
    assert gateway.seen == [HEADER]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has abstract sockets")
def test_an_abstract_unix_socket(gateway, call):
    """A Unix socket without a file works."""
    name = f"unix-abstract:zeebe-grpc-{os.getpid()}"
    gateway.listen(name)
    gateway.start()
    assert call(name) == "OK"
    assert gateway.seen == [HEADER]


def test_another_authority(gateway, call):
    """The authority may be another name than the target's, as behind a proxy on this machine."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    texts = {"address": "localhost", "authority": "zeebe.test"}
    options = ConnectionSettings.from_texts(texts, origin="a test").channel_options()
    assert call(f"localhost:{port}", options=options) == "OK"
    assert gateway.seen == [HEADER]


@pytest.mark.parametrize("allow_plaintext", [False, True])
def test_a_loopback_name_that_leads_elsewhere_gets_no_token(
    gateway, call, monkeypatch, allow_plaintext
):
    """If the connected address isn't loopback, nothing is sent, whatever the name is."""
    address = own_address()
    port = gateway.listen(f"{address}:0")
    gateway.start()
    # gRPC resolves in C, where no test can intervene: the name is treated as localhost is.
    monkeypatch.setattr(transport, "is_local", lambda _target: True)
    said = call(f"{address}:{port}", allow_plaintext=allow_plaintext)
    assert said.startswith("UNAVAILABLE")
    assert "loopback" in said
    assert gateway.seen == []


@pytest.mark.parametrize(
    "target",
    [
        "localhost.:1",
        "127.0.0.1%anything:1",
        "[::1%lo]:1",
        "[::1%25lo]:1",
        "127.1:1",
        "0x7f.1:1",
        "0.0.0.0:1",
        "[::]:1",
        "[::ffff:127.0.0.1]:1",
        "ipv6:[::ffff:127.0.0.1]:1",
        "localhost.example:1",
        "dns://192.0.2.1/localhost:1",
        "\N{FULLWIDTH LATIN SMALL LETTER L}ocalhost:1",
        "UNIX:gateway.socket",
        "Unix-Abstract:gateway",
    ],
)
def test_what_merely_looks_like_loopback_is_refused(call, target):
    """It is refused before a connection is made, with what to write instead."""
    with pytest.raises(ConfigurationError, match=r"localhost|lower case"):
        call(target)


def test_the_machines_own_name_is_refused_though_it_is_loopback(call):
    """A name that only happens to resolve to loopback is refused."""
    with pytest.raises(ConfigurationError, match="unencrypted"):
        call("vm.test:1")


def test_the_switch_reaches_other_names_and_warns_once(gateway, call):
    """allow_plaintext sends a token to another address, with one warning for each target."""
    address = own_address()
    port = gateway.listen(f"{address}:0")
    gateway.start()
    target = f"{address}:{port}"
    with pytest.warns(RuntimeWarning, match="unencrypted"):
        assert call(target, allow_plaintext=True) == "OK"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert call(target, allow_plaintext=True) == "OK"
    assert gateway.seen == [HEADER] * 2


def test_the_switch_says_nothing_of_loopback(gateway, call):
    """Where nothing leaves this machine there is no warning."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert call(f"localhost:{port}", allow_plaintext=True) == "OK"


BY_VARIABLES = {
    "http proxy": {
        "http_proxy": "http://{}",
        "https_proxy": "http://{}",
        "grpc_proxy": "http://{}",
    },
    "address proxy": {
        "GRPC_ADDRESS_HTTP_PROXY": "{}",
        "GRPC_ADDRESS_HTTP_PROXY_ENABLED_ADDRESSES": "127.0.0.0/8,::1/128",
    },
}
BY_OPTIONS = {
    "http proxy": [("grpc.enable_http_proxy", 1), ("grpc.http_proxy", "http://{}")],
    "address proxy": [
        ("grpc.address_http_proxy", "{}"),
        ("grpc.address_http_proxy_enabled_addresses", "127.0.0.0/8"),
    ],
    "options as bytes": [
        (b"grpc.address_http_proxy", "{}"),
        (b"grpc.address_http_proxy_enabled_addresses", "127.0.0.0/8"),
        (b"grpc.enable_http_proxy", 1),
        (b"grpc.http_proxy", "http://{}"),
    ],
}


def asking_for(proxy: Proxy, kind: str) -> list[tuple[str | bytes, str | int]]:
    return [
        (name, value.format(proxy.address) if isinstance(value, str) else value)
        for name, value in BY_OPTIONS[kind]
    ]


@pytest.mark.parametrize("kind", BY_VARIABLES)
def test_no_proxy_of_the_environment(gateway, call, proxy, monkeypatch, kind):
    """Neither http_proxy and the like nor gRPC's address proxy is used."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    for name, value in BY_VARIABLES[kind].items():
        monkeypatch.setenv(name, value.format(proxy.address))
    assert call(f"127.0.0.1:{port}") == "OK"
    assert gateway.seen == [HEADER]
    assert proxy.visitors == 0


@pytest.mark.parametrize("kind", BY_OPTIONS)
def test_no_proxy_of_the_callers_options(gateway, call, proxy, kind):
    """Options that ask for a proxy are left out, since a token would leave this machine."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    assert call(f"127.0.0.1:{port}", options=asking_for(proxy, kind)) == "OK"
    assert gateway.seen == [HEADER]
    assert proxy.visitors == 0


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has abstract sockets")
def test_no_proxy_before_an_abstract_socket(gateway, call, proxy, monkeypatch):
    """gRPC would take an abstract socket for a host name, and ask http_proxy for it."""
    name = f"unix-abstract:zeebe-grpc-proxied-{os.getpid()}"
    gateway.listen(name)
    gateway.start()
    for variable, value in BY_VARIABLES["http proxy"].items():
        monkeypatch.setenv(variable, value.format(proxy.address))
    assert call(name) == "OK"
    assert proxy.visitors == 0


@pytest.mark.parametrize("kind", BY_VARIABLES)
def test_tls_to_loopback_goes_past_the_environments_proxies(call, proxy, monkeypatch, kind):
    """Over TLS, too, loopback is reached directly unless the caller's options say otherwise."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for name, value in BY_VARIABLES[kind].items():
        monkeypatch.setenv(name, value.format(proxy.address))
    call(f"127.0.0.1:{port}", make="secure_channel")
    assert proxy.visitors == 0
    call(f"127.0.0.1:{port}", make="secure_channel", options=asking_for(proxy, kind))
    assert proxy.visitors > 0


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda insecure: insecure,
        grpc.xds_channel_credentials,
        lambda insecure: grpc.composite_channel_credentials(
            insecure, grpc.access_token_call_credentials("own")
        ),
        lambda insecure: grpc.xds_channel_credentials(grpc.xds_channel_credentials(insecure)),
    ],
    ids=["itself", "fallback", "composite", "fallback of a fallback"],
)
def test_a_base_that_encrypts_nothing_carries_no_token(gateway, call, wrapped):
    """gRPC's insecure channel credentials don't circumvent the rule, wherever they are in it."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    base = wrapped(grpc.experimental.insecure_channel_credentials())
    with pytest.raises(ConfigurationError, match="Use insecure_channel"):
        call(f"127.0.0.1:{port}", make="secure_channel", base=base)
    assert gateway.seen == []


def test_without_a_provider_any_base_will_do(gateway):
    """Where no token is sent, insecure channel credentials are allowed."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    base = grpc.experimental.insecure_channel_credentials()
    with channels.secure_channel(f"127.0.0.1:{port}", None, base=base) as channel:
        assert channel.unary_unary("/a/b")(b"x", timeout=SECONDS) == b"x"
    assert gateway.seen == [None]


def test_local_credentials_are_a_good_base(gateway, call):
    """gRPC's own local credentials are accepted."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    base = grpc.local_channel_credentials()
    for _ in range(2):
        assert call(f"127.0.0.1:{port}", make="secure_channel", base=base) == "OK"
    assert gateway.seen == [HEADER] * 2


def test_call_credentials_of_the_caller_go_along(gateway):
    """Call credentials, which gRPC refuses on an insecure channel, are carried to loopback."""
    port = gateway.listen("127.0.0.1:0")
    gateway.start()
    provider = StaticCredentialsProvider(AccessToken(Secret("t0ken")))
    asked = []

    def extra(_context, done):
        asked.append(True)
        done((("tenant", "a"),), None)

    with channels.insecure_channel(f"localhost:{port}", provider) as channel:
        credentials = grpc.metadata_call_credentials(extra)
        assert channel.unary_unary("/a/b")(b"x", timeout=SECONDS, credentials=credentials) == b"x"
    assert asked == [True]
