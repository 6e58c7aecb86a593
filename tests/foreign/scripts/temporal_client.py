"""Temporal's client, whose core is in Rust, gets each new token pushed as its API key.

The far end is a gRPC server of this script's that answers what the client asks and records what it
carries: Temporal's own is no package of an index.
"""

from __future__ import annotations

import asyncio
import json
import time
from concurrent import futures
from contextlib import suppress
from functools import partial

import grpc
from temporalio.api.workflowservice.v1 import request_response_pb2 as messages
from temporalio.client import Client
from temporalio.service import RPCError

import zeebe_auth

SERVICE = "temporal.api.workflowservice.v1.WorkflowService"
SECONDS = 120


class Server:
    """Answers two methods, and refuses tokens on cue."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        self.refused = ""
        self._server = grpc.server(futures.ThreadPoolExecutor(4))
        handlers = {
            "GetSystemInfo": self._method("GetSystemInfo"),
            "DescribeNamespace": self._method("DescribeNamespace"),
        }
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(SERVICE, handlers),)
        )
        self.port = self._server.add_insecure_port("127.0.0.1:0")

    def _method(self, name: str) -> grpc.RpcMethodHandler:
        def take(_request: object, context: grpc.ServicerContext) -> object:
            carried = dict(context.invocation_metadata()).get("authorization", "")
            self.received.append((name, carried))
            if carried == self.refused:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "it was revoked")
            return getattr(messages, f"{name}Response")()

        return grpc.unary_unary_rpc_method_handler(
            take,
            getattr(messages, f"{name}Request").FromString,
            getattr(messages, f"{name}Response").SerializeToString,
        )

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop(None).wait()


async def call(client: Client) -> str:
    """One call: the header that arrived, or how it failed."""
    await client.workflow_service.describe_namespace(
        messages.DescribeNamespaceRequest(namespace="orders")
    )
    return server.received[-1][1]


async def until_another(client: Client, before: str) -> str:
    """Go on calling until another token arrives."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with suppress(RPCError):  # the old one is still refused
            if (carried := await call(client)) != before:
                return carried
        await asyncio.sleep(0.1)
    return before


async def main() -> dict[str, object]:
    with zeebe_auth.default_provider() as provider:
        client = await Client.connect(
            f"127.0.0.1:{server.port}",
            api_key=(await provider.get_token_async()).value.reveal(),
            tls=False,
        )
        with zeebe_auth.follow(provider, partial(setattr, client, "api_key")) as following:
            following.wait(SECONDS)
            first = await call(client)
            rotated = await until_another(client, first)
            # The client tells nobody of a refusal; whoever sees one says so.
            server.refused = rotated
            try:
                await call(client)
                refusal = "none"
            except RPCError as error:
                refusal = error.status.name
            provider.invalidate(provider.get_token())
            after = await until_another(client, rotated)
        connected = server.received[0]
    return {
        "connected": [connected[0], connected[1].startswith("Bearer ey")],
        "are tokens": all(each.startswith("Bearer ey") for each in (first, rotated, after)),
        "different": len({first, rotated, after}),
        "refusal": refusal,
    }


server = Server()
server.start()
try:
    print(json.dumps(asyncio.run(main())))
finally:
    server.stop()
