"""What keeps grpcio's asyncio half from holding up the end of a process."""

from __future__ import annotations

import functools

import grpc
import grpc.aio

__all__ = ["keep_poller"]

# From here on channels that the ending interpreter frees wait for no thread. Nor do those of
# 1.75.1, which it does no harm to take for an old one.
_ENDS_BY_ITSELF = (1, 76)


@functools.cache
def keep_poller() -> None:
    """Let grpcio's poller thread run until the process ends, once there is an asyncio channel.

    Freeing the last such channel makes grpcio wait for that thread. An ending interpreter has
    stopped it already if an event came late, and then the process would never end, with a core
    busy: a channel that is still referred to, or in a cycle as grpcio 1.66 leaves them, is freed
    that late (grpc/grpc#22365, mended in 1.75.1 by grpc/grpc#40649).
    """
    if tuple(int(part) for part in grpc.__version__.split(".")[:2]) < _ENDS_BY_ITSELF:
        grpc.aio.init_grpc_aio()
