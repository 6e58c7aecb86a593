"""A gateway behind TLS that takes an authorization server's tokens, by its published keys."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from servers.authorization_server import AuthorizationServer
from servers.identity import Identity
from zeebe_auth import AccessToken, Secret
from zeebe_grpc import (
    GatewayServicer,
    TopologyRequest,
    TopologyResponse,
    add_GatewayServicer_to_server,
)

__all__ = ["gateway"]


class _Gateway(GatewayServicer):
    def __init__(self, server: AuthorizationServer) -> None:
        self._server = server

    def Topology(self, request: TopologyRequest, context: grpc.ServicerContext) -> TopologyResponse:
        sent = dict(context.invocation_metadata()).get("authorization", "")
        scheme, _, text = str(sent).partition(" ")
        if scheme != "Bearer":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "no bearer token")
        claims = self._verified(text)
        if claims is None:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "not a good token for this gateway")
        return TopologyResponse(clusterSize=1, gatewayVersion=str(claims["iss"]))

    def _verified(self, text: str) -> dict[str, Any] | None:
        try:
            claims = self._server.claims(AccessToken(Secret(text), issued_at=0, expires_at=None))
        except (ValueError, AssertionError):
            return None
        told = (claims or {}).get("aud", [])
        audiences = [told] if isinstance(told, str) else told
        return claims if self._server.audience in audiences else None


@contextmanager
def gateway(
    server: AuthorizationServer, identity: Identity, *, client_certificates: bool = False
) -> Iterator[str]:
    """Runs it while the block lasts, and gives its address.

    Args:
        server: Whose tokens it takes.
        identity: Of its certificate.
        client_certificates: Whether it demands one of the authority's from its clients.
    """
    pair = (identity.server_key.read_bytes(), identity.server_certificate.read_bytes())
    authority = identity.ca_file.read_bytes() if client_certificates else None
    credentials = grpc.ssl_server_credentials([pair], authority, client_certificates)
    running = grpc.server(ThreadPoolExecutor(4))
    add_GatewayServicer_to_server(_Gateway(server), running)
    port = running.add_secure_port("127.0.0.1:0", credentials)
    running.start()
    try:
        yield f"localhost:{port}"
    finally:
        running.stop(None).wait(30)
