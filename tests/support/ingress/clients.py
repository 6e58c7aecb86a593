"""The ways to call a gateway with our credentials, behind one interface."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import grpc

import zeebe_grpc
from zeebe_auth import CredentialsProvider
from zeebe_grpc import GatewayStub, TopologyRequest

__all__ = ["CLIENTS", "OK", "PATIENCE_SECONDS", "Answer", "Client", "Destination"]

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """How a call ended."""

    code: grpc.StatusCode
    details: str = ""


OK = Answer(grpc.StatusCode.OK)


@dataclass(frozen=True)
class Destination:
    """Where a client shall call, and how.

    Args:
        target: ``host:port``.
        root_certificates: Whom to trust, PEM.
        private_key: Of the client's certificate, PEM.
        certificate_chain: The client's certificate, PEM.
        options: gRPC's channel arguments.
    """

    target: str
    root_certificates: bytes
    private_key: bytes | None = None
    certificate_chain: bytes | None = None
    options: Sequence[tuple[str, Any]] = ()

    def certificates(self) -> dict[str, Any]:
        return {
            "root_certificates": self.root_certificates,
            "private_key": self.private_key,
            "certificate_chain": self.certificate_chain,
        }


class Client(Protocol):
    """One channel, open until `close`."""

    repeats: bool
    """Whether it sends a call whose token was refused again with another one."""

    def topology(
        self, *, timeout: float = PATIENCE_SECONDS, wait_for_ready: bool = False
    ) -> Answer: ...

    def close(self) -> None: ...


class SyncClient:
    """Our channel."""

    repeats = True

    def __init__(self, to: Destination, provider: CredentialsProvider) -> None:
        self.channel = self._open(to, provider)
        self._topology = GatewayStub(self.channel).Topology

    def _open(self, to: Destination, provider: CredentialsProvider) -> grpc.Channel:
        return zeebe_grpc.secure_channel(
            to.target, provider, options=to.options, **to.certificates()
        )

    def topology(
        self, *, timeout: float = PATIENCE_SECONDS, wait_for_ready: bool = False
    ) -> Answer:
        try:
            self._topology(TopologyRequest(), timeout=timeout, wait_for_ready=wait_for_ready)
        except grpc.RpcError as error:
            return Answer(error.code(), error.details() or "")
        return OK

    def close(self) -> None:
        self.channel.close()


class CompositeClient(SyncClient):
    """Our composite credentials in a channel of grpcio's own."""

    repeats = False

    def _open(self, to: Destination, provider: CredentialsProvider) -> grpc.Channel:
        credentials = zeebe_grpc.channel_credentials(provider, **to.certificates())
        return grpc.secure_channel(to.target, credentials, tuple(to.options))


class AsyncioClient:
    """Our asyncio channel, on an event loop of its own."""

    repeats = True

    def __init__(self, to: Destination, provider: CredentialsProvider) -> None:
        self._runner = asyncio.Runner()
        self._channel = self._runner.run(self._open(to, provider))

    async def _open(self, to: Destination, provider: CredentialsProvider) -> grpc.aio.Channel:
        return zeebe_grpc.aio.secure_channel(
            to.target, provider, options=to.options, **to.certificates()
        )

    def topology(
        self, *, timeout: float = PATIENCE_SECONDS, wait_for_ready: bool = False
    ) -> Answer:
        return self._runner.run(self._call(timeout, wait_for_ready))

    async def _call(self, timeout: float, wait_for_ready: bool) -> Answer:
        try:
            await GatewayStub(self._channel).Topology(
                TopologyRequest(), timeout=timeout, wait_for_ready=wait_for_ready
            )
        except grpc.aio.AioRpcError as error:
            return Answer(error.code(), error.details() or "")
        return OK

    def close(self) -> None:
        self._runner.run(self._channel.close())
        self._runner.close()


CLIENTS = {"sync": SyncClient, "asyncio": AsyncioClient, "composite": CompositeClient}
