"""The call objects of the four kinds of RPCs."""

from __future__ import annotations

from typing import Any

import grpc.aio

from zeebe_grpc.aio.requests import StreamedRequests
from zeebe_grpc.aio.responses import StreamedResponses, UnaryResponse

__all__ = ["StreamStreamCall", "StreamUnaryCall", "UnaryStreamCall", "UnaryUnaryCall"]


class UnaryUnaryCall(UnaryResponse, grpc.aio.UnaryUnaryCall[Any, Any]):
    """One request, one response."""


class UnaryStreamCall(StreamedResponses, grpc.aio.UnaryStreamCall[Any, Any]):
    """One request, a stream of responses."""


class StreamUnaryCall(StreamedRequests, UnaryResponse, grpc.aio.StreamUnaryCall[Any, Any]):
    """A stream of requests, one response."""


class StreamStreamCall(StreamedRequests, StreamedResponses, grpc.aio.StreamStreamCall[Any, Any]):
    """A stream in each direction."""
