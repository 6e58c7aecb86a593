"""OpenTelemetry's OTLP exporters without a line of ours: the environment names everything.

argv[1] is "grpc" or "http". It exports a span, a metric and a log record.
"""

import logging
import sys

if sys.argv[1] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

tracing = TracerProvider()
tracing.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
with tracing.get_tracer("test").start_as_current_span("span"):
    pass
tracing.shutdown()

metering = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
metering.get_meter("test").create_counter("calls").add(1)
metering.shutdown()

records = LoggerProvider()
records.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter()))
logger = logging.getLogger("test")
logger.propagate = False
logger.addHandler(LoggingHandler(logger_provider=records))
logger.warning("record")
records.shutdown()
