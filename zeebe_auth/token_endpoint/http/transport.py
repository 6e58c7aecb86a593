"""How the token endpoint is reached: trust, client certificate, proxy, time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from zeebe_auth.credentials.client_credentials import ClientCertificate
from zeebe_auth.errors import ConfigurationError

__all__ = ["TokenTransport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTransport:
    """How the token endpoint is reached. One value serves any number of providers.

    Args:
        ca_certificate: A PEM file with the certificate authorities to trust; it wins over the
            environment. None trusts what ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` name, else the
            store of the operating system.
        client_certificate: A TLS client certificate to show, such as an ingress may want it.
            Credentials that are a client certificate themselves win over it.
        proxy: The URL of an HTTP proxy, ``http://`` or ``https://``; it may hold a user and a
            password, which are never shown. None takes it from ``HTTPS_PROXY``, ``HTTP_PROXY``,
            ``ALL_PROXY`` and ``NO_PROXY``, or the system's settings. Loopback is always reached
            directly.
        connect_timeout_seconds: For the TCP connection, all addresses of the host together.
        total_timeout_seconds: For everything together: name look-up, connection, TLS, proxy,
            request, reply.
        allow_plaintext: Whether ``http://`` may be used beyond loopback. The secret and the token
            can then be read on the way. Where the URL names loopback (``localhost``, a name under
            it, 127.0.0.0/8, ``::1``), the connection must lead there, with or without this.

    Raises:
        ConfigurationError: A time is not a positive number.
    """

    ca_certificate: Path | None = None
    client_certificate: ClientCertificate | None = None
    proxy: str | None = field(default=None, repr=False)
    connect_timeout_seconds: float = 5.0
    total_timeout_seconds: float = 10.0
    allow_plaintext: bool = False

    def __post_init__(self) -> None:
        for name in ("connect_timeout_seconds", "total_timeout_seconds"):
            seconds = getattr(self, name)
            if not (math.isfinite(seconds) and seconds > 0):
                raise ConfigurationError(
                    f"{name} of the token transport is {seconds}. Give a positive number of "
                    "seconds."
                )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __getstate__(self) -> list[Any]:
        # A recipe that travels to other processes carries no literal secret.
        if self.proxy is not None and "@" in self.proxy:
            raise TypeError(
                "A token transport whose proxy URL holds a user or a password is not pickled; "
                "give the proxy in HTTPS_PROXY instead."
            )
        return [getattr(self, each.name) for each in fields(self)]
