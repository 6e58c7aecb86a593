"""A gRPC service of bytes on loopback: it records metadata, and ends calls as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any, Self

import grpc

__all__ = ["GenericService"]

_END_SECONDS = 30


class GenericService:
    """Serves ``/test.Generic/`` with the methods UnaryUnary to StreamStream, until it is closed.

    Args:
        end: Is given the metadata of each call, and returns status and details to end it with,
            or None to answer it.
        more: Functions that add other services to the server.
    """

    def __init__(
        self,
        end: Callable[[dict[str, Any]], tuple[grpc.StatusCode, str] | None],
        *more: Callable[[grpc.Server], None],
    ) -> None:
        self.received: list[dict[str, Any]] = []
        self._end = end
        self._server = grpc.server(futures.ThreadPoolExecutor(4))
        handlers = {
            "UnaryUnary": grpc.unary_unary_rpc_method_handler(self._unary),
            "UnaryStream": grpc.unary_stream_rpc_method_handler(self._stream),
            "StreamUnary": grpc.stream_unary_rpc_method_handler(self._unary),
            "StreamStream": grpc.stream_stream_rpc_method_handler(self._stream),
        }
        generic = grpc.method_handlers_generic_handler("test.Generic", handlers)
        self._server.add_generic_rpc_handlers((generic,))
        for add in more:
            add(self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self.target = f"localhost:{self.port}"

    def _check(self, request: Any, context: grpc.ServicerContext) -> None:
        if not isinstance(request, bytes):
            # grpc.aio ends a call as INTERNAL where it writes to a server that has ended it.
            list(request)
        metadata = {entry.key: entry.value for entry in context.invocation_metadata()}
        self.received.append(metadata)
        ended = self._end(metadata)
        if ended is not None:
            context.abort(*ended)

    def _unary(self, request: Any, context: grpc.ServicerContext) -> bytes:
        self._check(request, context)
        return b"answer"

    def _stream(self, request: Any, context: grpc.ServicerContext) -> Iterator[bytes]:
        self._check(request, context)
        yield b"answer"
        yield b"answer"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.stop(0).wait(_END_SECONDS)
