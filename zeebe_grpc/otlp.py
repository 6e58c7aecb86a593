"""The credentials of OpenTelemetry's OTLP exporters over gRPC, found by an entry point."""

from __future__ import annotations

import os
from pathlib import Path

import grpc

from zeebe_auth import default_provider
from zeebe_auth.adapters import read_small_file
from zeebe_grpc.grpc_credentials import channel_credentials


def otlp_credentials() -> grpc.ChannelCredentials:
    """Make composite credentials of TLS and the default provider's token.

    ``OTEL_PYTHON_EXPORTER_OTLP_GRPC_CREDENTIAL_PROVIDER=zeebe_grpc`` makes the exporters call it,
    once for each signal. They then look at no certificate themselves, so that is done here:
    ``OTEL_EXPORTER_OTLP_CERTIFICATE``, ``OTEL_EXPORTER_OTLP_CLIENT_KEY`` and
    ``OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE``, without those of a single signal.

    Raises:
        AuthError: There are no credentials, or they or a file can't be used.
    """
    return channel_credentials(
        default_provider(),
        root_certificates=_content("OTEL_EXPORTER_OTLP_CERTIFICATE"),
        private_key=_content("OTEL_EXPORTER_OTLP_CLIENT_KEY"),
        certificate_chain=_content("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"),
    )


def _content(variable: str) -> bytes | None:
    path = os.environ.get(variable)
    return read_small_file(Path(path), f"file of {variable},") if path else None
