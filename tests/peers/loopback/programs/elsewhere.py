"""Runs where localhost is another machine: sends tokens and secrets there in every way there is,
and prints as JSON how each ended and how many bytes arrived. argv: the address of that machine."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import socket
import struct
import sys
import threading
import warnings

import grpc

import zeebe_grpc
import zeebe_grpc.aio
from zeebe_auth import (
    AccessToken,
    ClientCredentials,
    ClientSecret,
    OAuthCredentialsProvider,
    Secret,
    StaticCredentialsProvider,
    TokenTransport,
)
from zeebe_grpc.cli.main import main

SECONDS = 20
address = sys.argv[1]
token = StaticCredentialsProvider(AccessToken(Secret("t0ken")))


class Listener:
    """Accepts everything, keeps the first bytes and closes the connection."""

    def __init__(self) -> None:
        self.received = b""
        self._ending = threading.Event()
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._ending.is_set():
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(SECONDS)
            self.received += connection.recv(65536)

    def end(self) -> int:
        self._ending.set()
        socket.create_connection((address, self.port), SECONDS).close()
        for thread in self._threads:
            thread.join(SECONDS + 5)
        self._listener.close()
        return len(self.received)


class NameServer(threading.Thread):
    """Says to every question that the answer is ``address``, if it is one for an IPv4 address."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))

    def run(self) -> None:
        while True:
            query, client = self._socket.recvfrom(4096)
            end = query.index(b"\0", 12) + 5
            wants_ipv4 = struct.unpack("!H", query[end - 4 : end - 2]) == (1,)
            head = query[:2] + struct.pack("!HHHHH", 0x8580, 1, int(wants_ipv4), 0, 0)
            answer = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(address)
            reply = head + query[12:end] + (answer if wants_ipv4 else b"")
            self._socket.sendto(reply, client)


def sync_channel(name: str, port: int) -> str:
    with zeebe_grpc.insecure_channel(f"{name}:{port}", token) as channel:
        return call(channel)


def call(channel: grpc.Channel) -> str:
    try:
        zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest(), timeout=SECONDS)
    except grpc.RpcError as error:
        return f"{error.code().name} {error.details()}"
    return "OK"


def connected_channel(name: str, port: int) -> str:
    os.environ["ZEEBE_ADDRESS"] = f"{name}:{port}"
    os.environ["ZEEBE_INSECURE_CONNECTION"] = "true"
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with zeebe_grpc.connect() as channel:
            outcome = call(channel)
    return f"{outcome} after {len(warned)} warnings"


def aio_channel(name: str, port: int) -> str:
    async def scenario() -> str:
        async with zeebe_grpc.aio.insecure_channel(f"{name}:{port}", token) as channel:
            try:
                await zeebe_grpc.GatewayStub(channel).Topology(
                    zeebe_grpc.TopologyRequest(), timeout=SECONDS
                )
            except grpc.aio.AioRpcError as error:
                return f"{error.code().name} {error.details()}"
        return "OK"

    return asyncio.run(scenario())


def token_request(name: str, port: int) -> str:
    credentials = ClientCredentials(
        client_id="client",
        authentication=ClientSecret(Secret("s3cret")),
        token_url=f"http://{name}:{port}/token",
    )
    with OAuthCredentialsProvider(credentials, transport=TokenTransport()) as provider:
        provider.get_token()
    return "OK"


def doctor(name: str, port: int) -> str:
    os.environ["ZEEBE_ADDRESS"] = f"http://{name}:{port}"
    os.environ.pop("ZEEBE_INSECURE_CONNECTION", None)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        code = main(["doctor", "--output", "json"])
    failed = [step for step in json.loads(said.getvalue())["steps"] if step["status"] == "failed"]
    return f"{code} " + " ".join(f"{step['name']}: {step['detail']}" for step in failed)


WAYS = [sync_channel, aio_channel, connected_channel, token_request, doctor]

warnings.simplefilter("error")
os.environ["CAMUNDA_BASIC_AUTH_USERNAME"] = "user"
os.environ["CAMUNDA_BASIC_AUTH_PASSWORD"] = "pass-word"
NameServer().start()
report = {}
for name in ("localhost", "gateway.localhost", "localhost.", "vm"):
    resolved = socket.gethostbyname(name)
    for way in WAYS:
        listener = Listener()
        try:
            outcome = way(name, listener.port)
        except Exception as error:  # whatever it is, it is told
            outcome = f"{type(error).__name__} {error}"
        report[f"{way.__name__} {name}"] = [outcome, listener.end(), resolved]
sys.stdout.write(json.dumps(report))
