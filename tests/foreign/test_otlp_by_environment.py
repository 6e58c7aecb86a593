"""OpenTelemetry's OTLP exporters find our credentials by an entry point."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures

import grpc
import pytest
from http_service import HttpService

from zeebe_grpc.sandbox.certificates import issue_server_certificate

pytestmark = pytest.mark.timeout(600)

SIGNALS = ("Trace", "Metrics", "Logs")


@pytest.fixture
def python(foreign_environment):
    return foreign_environment("otlp_environment", "otlp_environment.txt", ".")


@pytest.fixture
def collector(tmp_path) -> Iterator[tuple[int, str, list[tuple[str, str]]]]:
    """Serve the three signals over TLS: port, CA file, and the method and header of each call."""
    received: list[tuple[str, str]] = []

    def export(name):
        def take(_request: bytes, context: grpc.ServicerContext) -> bytes:
            headers = dict(context.invocation_metadata())
            received.append((name, headers.get("authorization", "")))
            return b""

        return grpc.unary_unary_rpc_method_handler(take)

    certificate = issue_server_certificate()
    authority = tmp_path / "collector-ca.pem"
    authority.write_bytes(certificate.authority)
    with futures.ThreadPoolExecutor(4) as executor:
        server = grpc.server(executor)
        for name in SIGNALS:
            service = f"opentelemetry.proto.collector.{name.lower()}.v1.{name}Service"
            handler = grpc.method_handlers_generic_handler(service, {"Export": export(name)})
            server.add_generic_rpc_handlers((handler,))
        pair = (certificate.private_key, certificate.chain)
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
        server.start()
        yield port, str(authority), received
        server.stop(grace=None).wait()


def test_over_grpc(python, run_foreign, zeebe_sandbox, collector):
    """Traces, metrics and logs carry the token; the certificate is the environment's, too."""
    port, authority, received = collector
    variables = {
        **zeebe_sandbox.child_environment(),
        "OTEL_PYTHON_EXPORTER_OTLP_GRPC_CREDENTIAL_PROVIDER": "zeebe_grpc",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://localhost:{port}",
        "OTEL_EXPORTER_OTLP_CERTIFICATE": authority,
    }
    run_foreign(python, "otlp_by_environment.py", "grpc", **variables)
    assert {name for name, _ in received} == set(SIGNALS)
    assert len({header for _, header in received}) == 1
    assert received[0][1].startswith("Bearer ey")
    assert zeebe_sandbox.token_requests == 1


def test_over_http(python, run_foreign, zeebe_sandbox):
    """The same by requests' session."""
    with HttpService(lambda _request: 200) as service:
        variables = {
            **zeebe_sandbox.child_environment(),
            "OTEL_PYTHON_EXPORTER_OTLP_HTTP_CREDENTIAL_PROVIDER": "zeebe_auth",
            "OTEL_EXPORTER_OTLP_ENDPOINT": service.url,
        }
        run_foreign(python, "otlp_by_environment.py", "http", **variables)
        received = list(service.received)
    assert {each.path for each in received} == {"/v1/traces", "/v1/metrics", "/v1/logs"}
    headers = {each.headers.get("authorization", "") for each in received}
    assert len(headers) == 1
    assert headers.pop().startswith("Bearer ey")
    assert zeebe_sandbox.token_requests == 1
