"""A Camunda cluster to try things on: an OAuth server and a TLS gateway, on loopback alone.

    with zeebe_grpc.sandbox.Sandbox() as sandbox:
        subprocess.run(["my-program"], env=sandbox.child_environment())

``zeebe-grpc sandbox -- COMMAND`` is the same for the command line, and
`zeebe_grpc.sandbox.pytest_plugin` for tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zeebe_grpc.sandbox.gateway.refused_call import CallRefused
    from zeebe_grpc.sandbox.remote import RemoteSandbox, attach
    from zeebe_grpc.sandbox.sandbox import Sandbox

__all__ = ["CallRefused", "RemoteSandbox", "Sandbox", "attach"]

_HOMES = {
    "CallRefused": "zeebe_grpc.sandbox.gateway.refused_call",
    "RemoteSandbox": "zeebe_grpc.sandbox.remote",
    "Sandbox": "zeebe_grpc.sandbox.sandbox",
    "attach": "zeebe_grpc.sandbox.remote",
}


# A type checker would take any name for one that is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        # The command line reads this package to list its commands; servers load when one is meant.
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
