"""The asyncio side of `zeebe_grpc`: the same names, for `grpc.aio`.

It needs an event loop of asyncio, as gRPC's own API does. Under trio or another library the first
call, and entering `connect`, is a `ConfigurationError`.

Names are imported where they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zeebe_grpc.aio.channels import authorize, insecure_channel, secure_channel
    from zeebe_grpc.aio.connecting import connect
    from zeebe_grpc.aio.ended_call import AuthorizationRpcError

_ROOMS = {
    "connecting": ("connect",),
    "ended_call": ("AuthorizationRpcError",),
    "channels": ("authorize", "insecure_channel", "secure_channel"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = ["AuthorizationRpcError", "authorize", "connect", "insecure_channel", "secure_channel"]


# A type checker would take any name for one that is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        room = _ROOM_OF.get(name)
        if room is None:
            raise AttributeError(f"module 'zeebe_grpc.aio' has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"zeebe_grpc.aio.{room}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
