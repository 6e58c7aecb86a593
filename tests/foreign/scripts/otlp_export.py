"""OpenTelemetry's OTLP exporter with our credentials: argv is the endpoint and its CA file."""

import sys
from pathlib import Path

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

import zeebe_auth
import zeebe_grpc

endpoint, authority = sys.argv[1:]
credentials = zeebe_grpc.channel_credentials(
    zeebe_auth.default_provider(), root_certificates=Path(authority).read_bytes()
)
exporter = OTLPSpanExporter(endpoint=endpoint, credentials=credentials, timeout=10)
tracing = TracerProvider()
tracing.add_span_processor(SimpleSpanProcessor(exporter))
for number in range(3):
    with tracing.get_tracer("test").start_as_current_span(f"span {number}"):
        pass
tracing.shutdown()
