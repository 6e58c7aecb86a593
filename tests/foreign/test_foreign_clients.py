"""Our credentials inside clients that are not ours, against servers that check the token."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.certificates import issue_server_certificate

pytestmark = pytest.mark.timeout(1800)


@pytest.mark.parametrize("way", ["connect", "grpc.aio.secure_channel"])
@pytest.mark.parametrize("order", ["ours-first", "theirs-first"])
def test_pyzeebes_client_gets_the_topology(
    foreign_environment, run_foreign, zeebe_sandbox, order, way
):
    """It works on our channel and on a plain one with our credentials, whichever is imported
    first."""
    python = foreign_environment("pyzeebe", "pyzeebe.txt", ".")
    output = run_foreign(
        python, "pyzeebe_client.py", order, way, **zeebe_sandbox.child_environment()
    )
    assert output.split() == ["3", "3"]
    assert zeebe_sandbox.calls["Topology", "OK"] == 1
    assert zeebe_sandbox.token_requests == 1


def test_a_plain_blocking_channel_takes_our_credentials(
    foreign_environment, run_foreign, zeebe_sandbox
):
    """`grpc.secure_channel` works with pyzeebe's generated stub."""
    python = foreign_environment("pyzeebe", "pyzeebe.txt", ".")
    output = run_foreign(python, "plain_grpc.py", **zeebe_sandbox.child_environment())
    assert output.split() == ["3"]
    assert zeebe_sandbox.calls["Topology", "OK"] == 1


def test_pyzeebe_learns_that_the_secret_is_wrong(foreign_environment, run_foreign, zeebe_sandbox):
    """A wrong secret reaches pyzeebe's caller as the cause, not as an unavailable gateway."""
    python = foreign_environment("pyzeebe", "pyzeebe.txt", ".")
    zeebe_sandbox.add_client(zeebe_sandbox.client_id, "another secret")
    output = run_foreign(python, "pyzeebe_refused.py", **zeebe_sandbox.child_environment())
    assert "InvalidClientError" in output.split()
    assert "Unavailable" not in output
    assert zeebe_sandbox.token_requests == 1


class Collector:
    """A trace collector on TLS that takes only tokens signed by the sandbox's key set."""

    METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        trust = ssl.create_default_context(cafile=str(sandbox.ca_certificate_path))
        metadata = self._get(f"{sandbox.issuer}/.well-known/openid-configuration", trust)
        self._keys = KeySet.import_key_set(self._get(metadata["jwks_uri"], trust))
        self._audience = sandbox.audience
        self.outcomes: list[str] = []
        certificate = issue_server_certificate()
        self.authority = folder / "collector-ca.pem"
        self.authority.write_bytes(certificate.authority)
        self._credentials = grpc.ssl_server_credentials(
            [(certificate.private_key, certificate.chain)]
        )

    @staticmethod
    def _get(url: str, trust: ssl.SSLContext) -> dict:
        with urllib.request.urlopen(url, context=trust, timeout=10) as reply:
            return json.load(reply)

    def export(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        headers = dict(context.invocation_metadata())
        scheme, _, token = headers.get("authorization", "").partition(" ")
        claims = jwt.decode(token, self._keys, algorithms=["ES256"]).claims
        good = scheme == "Bearer" and claims["aud"] == self._audience
        self.outcomes.append("taken" if good else "refused")
        if not good:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "not for this collector")
        return b""

    def add_to(self, server: grpc.Server) -> int:
        service, method = self.METHOD.strip("/").split("/")
        handler = grpc.unary_unary_rpc_method_handler(self.export)
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler(service, {method: handler})]
        )
        return server.add_secure_port("127.0.0.1:0", self._credentials)


@pytest.fixture
def collector(zeebe_sandbox, tmp_path) -> Iterator[tuple[Collector, int]]:
    collector = Collector(zeebe_sandbox, tmp_path)
    with futures.ThreadPoolExecutor(4) as executor:
        server = grpc.server(executor)
        port = collector.add_to(server)
        server.start()
        yield collector, port
        server.stop(grace=None).wait()


def test_the_otlp_exporter_takes_our_credentials(
    foreign_environment, run_foreign, zeebe_sandbox, collector
):
    """OpenTelemetry's exporter sends spans with our token: three exports, one token request."""
    traces, port = collector
    python = foreign_environment("otlp", "otlp.txt", ".")
    endpoint = f"localhost:{port}"
    variables = zeebe_sandbox.child_environment()
    run_foreign(python, "otlp_export.py", endpoint, str(traces.authority), **variables)
    assert traces.outcomes == ["taken"] * 3
    assert zeebe_sandbox.token_requests == 1
