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
    from zeebe_grpc.diagnosis.for_asyncio import diagnose

_MODULE_OF = {
    "AuthorizationRpcError": "zeebe_grpc.aio.ended_call",
    "authorize": "zeebe_grpc.aio.channels",
    "connect": "zeebe_grpc.aio.connecting",
    "diagnose": "zeebe_grpc.diagnosis.for_asyncio",
    "insecure_channel": "zeebe_grpc.aio.channels",
    "secure_channel": "zeebe_grpc.aio.channels",
}

__all__ = [
    "AuthorizationRpcError",
    "authorize",
    "connect",
    "diagnose",
    "insecure_channel",
    "secure_channel",
]


# A type checker would take any name for one that is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        module = _MODULE_OF.get(name)
        if module is None:
            raise AttributeError(f"module 'zeebe_grpc.aio' has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(module), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
