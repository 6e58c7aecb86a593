"""The public packages: what they list is public, and what is below them is private."""

from __future__ import annotations

__all__ = ["FACADES"]

FACADES = (
    "zeebe_auth",
    "zeebe_auth.adapters",
    "zeebe_auth.stores",
    "zeebe_auth.testing",
    "zeebe_grpc",
    "zeebe_grpc.aio",
    "zeebe_grpc.sandbox",
)
