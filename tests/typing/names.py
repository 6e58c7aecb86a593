# ruff: noqa: F401 -- lines and imports are here for what a type checker says of them
"""What a type checker says of names: mypy reads this file, nothing runs it.

A comment that ignores nothing is an error of its own, so each misspelt name has to be one.
"""

from __future__ import annotations

from typing import assert_type

import zeebe_auth
import zeebe_auth.testing
import zeebe_grpc
import zeebe_grpc.sandbox
from zeebe_auth import OAuthCredentialProvider  # type: ignore[attr-defined]
from zeebe_auth.stores import FilesStore  # type: ignore[attr-defined]
from zeebe_auth.testing import check_stores  # type: ignore[attr-defined]
from zeebe_grpc import GatewayStubs  # type: ignore[attr-defined]
from zeebe_grpc.aio import conect  # type: ignore[attr-defined]
from zeebe_grpc.sandbox import SandBox  # type: ignore[attr-defined]


def misspelt() -> None:
    zeebe_auth.OAuthCredentialProvider  # type: ignore[attr-defined]
    zeebe_auth.adapters.TokenAcces  # type: ignore[attr-defined]
    zeebe_auth.errors.AuthErrors  # type: ignore[attr-defined]
    zeebe_auth.protocols.TokenStores  # type: ignore[attr-defined]
    zeebe_auth.stores.FilesStore  # type: ignore[attr-defined]
    zeebe_auth.testing.check_stores  # type: ignore[attr-defined]
    zeebe_auth.utils  # type: ignore[attr-defined]
    zeebe_grpc.GatewayStubs  # type: ignore[attr-defined]
    zeebe_grpc.aio.conect  # type: ignore[attr-defined]
    zeebe_grpc.sandbox.SandBox  # type: ignore[attr-defined]


def of_submodules(error: zeebe_auth.errors.AuthError, store: zeebe_auth.stores.FileStore) -> None:
    """The public submodules are there when their package is imported."""
    assert_type(error, zeebe_auth.AuthError)
    assert_type(store, zeebe_auth.FileStore)
    provider: zeebe_auth.protocols.CredentialsProvider = zeebe_auth.StaticCredentialsProvider("t")
    assert_type(zeebe_auth.adapters.TokenAccess.of(provider), zeebe_auth.adapters.TokenAccess)
    zeebe_auth.testing.check_store(zeebe_auth.MemoryStore)
    assert_type(zeebe_grpc.gateway_pb2.TopologyRequest(), zeebe_grpc.TopologyRequest)
    zeebe_grpc.gateway_pb2_grpc.GatewayServicer()
    zeebe_grpc.aio.secure_channel("host:443", provider)
    assert_type(zeebe_grpc.sandbox.Sandbox().token_requests, int)
