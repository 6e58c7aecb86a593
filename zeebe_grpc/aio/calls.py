"""The call objects of the four kinds of RPCs."""

from __future__ import annotations

import grpc.aio

from zeebe_grpc.aio.requests import StreamedRequests
from zeebe_grpc.aio.responses import StreamedResponses, UnaryResponse

__all__ = ["StreamStreamCall", "StreamUnaryCall", "UnaryStreamCall", "UnaryUnaryCall"]

# Their type arguments are a matter for type checkers: not all of grpcio's classes take them when
# the program runs, in 1.66 for one.


class UnaryUnaryCall(UnaryResponse, grpc.aio.UnaryUnaryCall):  # type: ignore[type-arg]
    """One request, one response."""


class UnaryStreamCall(StreamedResponses, grpc.aio.UnaryStreamCall):  # type: ignore[type-arg]
    """One request, a stream of responses."""


class StreamUnaryCall(StreamedRequests, UnaryResponse, grpc.aio.StreamUnaryCall):  # type: ignore[type-arg]
    """A stream of requests, one response."""


class StreamStreamCall(StreamedRequests, StreamedResponses, grpc.aio.StreamStreamCall):  # type: ignore[type-arg]
    """A stream in each direction."""
