"""The session of OpenTelemetry's OTLP exporters over HTTP, found by an entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zeebe_auth.adapters.requests_auth import RequestsAuth
from zeebe_auth.lazy_module import LazyModule
from zeebe_auth.profiles.default_provider import default_provider

if TYPE_CHECKING:
    import requests
else:
    requests = LazyModule("requests")


def otlp_session() -> requests.Session:
    """Make a session whose requests carry the default provider's token.

    ``OTEL_PYTHON_EXPORTER_OTLP_HTTP_CREDENTIAL_PROVIDER=zeebe_auth`` makes the exporters call it,
    once for each signal. They check the collector's certificate as without it.

    Raises:
        AuthError: There are no credentials, or they can't be used.
    """
    session = requests.Session()
    session.auth = RequestsAuth(default_provider())
    return session
