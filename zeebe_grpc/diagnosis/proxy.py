"""The HTTP proxy that gRPC would go through."""

from __future__ import annotations

import os

__all__ = ["proxy_variable"]


def proxy_variable(host: str) -> str | None:
    """The environment variable that sends connections to ``host`` through a proxy.

    gRPC reads these for TLS and plaintext alike, in this order.
    """
    # gRPC knows the names in lower case alone.
    excluded = os.environ.get("no_grpc_proxy") or os.environ.get("no_proxy") or ""  # noqa: SIM112
    suffixes = [entry.strip() for entry in excluded.split(",") if entry.strip()]
    if any(host.endswith(suffix) for suffix in suffixes):
        return None
    for name in ("grpc_proxy", "https_proxy", "http_proxy"):
        if os.environ.get(name):
            return name
    return None
