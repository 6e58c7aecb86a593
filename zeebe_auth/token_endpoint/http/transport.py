"""How the token endpoint is reached: trust, client certificate, proxy, time."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from zeebe_auth.arguments import as_secret_or_none, check_switch, finite_number, refuse_type
from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.credentials.trust import InlineAuthorities, TrustStore
from zeebe_auth.errors import ConfigurationError, without_arguments
from zeebe_auth.http_proxy import check_proxy
from zeebe_auth.public_class import public_class
from zeebe_auth.secret import Secret

DEFAULT_CONNECT_SECONDS = 5.0
DEFAULT_TOTAL_SECONDS = 10.0


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, kw_only=True, init=False)
class TokenTransport:
    """How the token endpoint is reached. One value serves any number of providers.

    Args:
        ca_certificate: A PEM file, a path or str, with the only certificate authorities to trust.
            None trusts the machine's store: what ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` name, else
            the store of the operating system.
        additional_ca_certificate: Such a file with authorities to trust beside the machine's store,
            or `zeebe_auth.adapters.InlineAuthorities` or `zeebe_auth.adapters.TrustStore`.
            They don't count for a token URL that nobody gave, but that was filled in since the
            credentials are for Camunda SaaS (`ClientCredentials.token_url_filled_in`).
        client_certificate: A TLS client certificate to show, such as an ingress may want it.
            Credentials that are a client certificate themselves win over it.
        proxy: The URL of an HTTP proxy, ``http://`` or ``https://``; it may hold a user and a
            password, percent-encoded, and is never shown; a str is wrapped at once. None takes it
            from ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, or the system's
            settings. Loopback is always reached directly.
        connect_timeout_seconds: For the TCP connection, all addresses of the host together.
        total_timeout_seconds: For everything together: name look-up, connection, TLS, proxy,
            request, reply.
        allow_plaintext: Whether ``http://`` may be used beyond loopback. The secret and the token
            can then be read on the way. Where the URL names loopback (``localhost``, a name under
            it, 127.0.0.0/8, ``::1``), the connection must lead there, with or without this.
        allow_named_plaintext: The same for those hosts alone that the credentials themselves name
            behind ``http://``: in their token URL, issuer, well-known URL or revocation URL. A
            discovery document can add none. It warns once for each host. This is the setting
            ``token_insecure`` of a profile.

    Raises:
        ConfigurationError: A time is not a positive number, the proxy no URL of one, or
            both ``ca_certificate`` and ``additional_ca_certificate`` are given.
        TypeError: An argument is of the wrong type; its value is not quoted.
    """

    ca_certificate: Path | None = None
    additional_ca_certificate: Path | InlineAuthorities | TrustStore | None = None
    client_certificate: ClientCertificate | None = None
    proxy: Secret | None = None
    connect_timeout_seconds: float = DEFAULT_CONNECT_SECONDS
    total_timeout_seconds: float = DEFAULT_TOTAL_SECONDS
    allow_plaintext: bool = False
    allow_named_plaintext: bool = False

    @without_arguments
    def __init__(
        self,
        *,
        ca_certificate: str | os.PathLike[str] | None = None,
        additional_ca_certificate: (
            str | os.PathLike[str] | InlineAuthorities | TrustStore | None
        ) = None,
        client_certificate: ClientCertificate | None = None,
        proxy: Secret | str | None = None,
        connect_timeout_seconds: float = DEFAULT_CONNECT_SECONDS,
        total_timeout_seconds: float = DEFAULT_TOTAL_SECONDS,
        allow_plaintext: bool = False,
        allow_named_plaintext: bool = False,
    ) -> None:
        secret = as_secret_or_none(proxy, "proxy of TokenTransport")
        if secret is not None:
            check_proxy(secret, "The proxy of the token transport")
        if ca_certificate is not None and additional_ca_certificate is not None:
            raise ConfigurationError(
                "The token transport has ca_certificate, which alone is trusted, and "
                "additional_ca_certificate, which adds to the machine's store. Give one of the two."
            )
        set_field = object.__setattr__
        set_field(self, "ca_certificate", _path(ca_certificate, "ca_certificate"))
        if not isinstance(additional_ca_certificate, InlineAuthorities | TrustStore):
            additional_ca_certificate = _path(
                additional_ca_certificate, "additional_ca_certificate"
            )
        set_field(self, "additional_ca_certificate", additional_ca_certificate)
        if client_certificate is not None and not isinstance(client_certificate, ClientCertificate):
            wanted = "ClientCertificate.from_files(…)"
            refuse_type(client_certificate, "client_certificate of TokenTransport", wanted)
        set_field(self, "client_certificate", client_certificate)
        set_field(self, "proxy", secret)
        set_field(self, "connect_timeout_seconds", connect_timeout_seconds)
        set_field(self, "total_timeout_seconds", total_timeout_seconds)
        check_switch(allow_plaintext, "allow_plaintext of TokenTransport")
        check_switch(allow_named_plaintext, "allow_named_plaintext of TokenTransport")
        set_field(self, "allow_plaintext", allow_plaintext)
        set_field(self, "allow_named_plaintext", allow_named_plaintext)
        for name in ("connect_timeout_seconds", "total_timeout_seconds"):
            if (finite_number(getattr(self, name)) or 0.0) <= 0:
                raise ConfigurationError(
                    f"{name} of the token transport is not a number of seconds above 0. Give one."
                )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __getstate__(self) -> list[Any]:
        # A recipe that travels to other processes carries no literal secret.
        if self.proxy is not None and "@" in self.proxy.reveal():
            raise TypeError(
                "A token transport whose proxy URL holds a user or a password is not pickled; "
                "give the proxy in HTTPS_PROXY instead."
            )
        state = {each.name: getattr(self, each.name) for each in fields(self)}
        return [*(state | {"proxy": self.proxy and self.proxy.reveal()}).values()]

    def __setstate__(self, state: list[Any]) -> None:
        for each, value in zip(fields(self), state, strict=True):
            is_text = each.name == "proxy" and value is not None
            object.__setattr__(self, each.name, Secret(value) if is_text else value)


def _path(value: str | os.PathLike[str] | None, argument: str) -> Path | None:
    if value is None:
        return None
    if isinstance(value, str) and "-----BEGIN" in value:
        raise TypeError(
            f"The {argument} of TokenTransport is a path, and this is PEM text. Pass "
            "zeebe_auth.adapters.InlineAuthorities(text) as additional_ca_certificate."
        )
    if not isinstance(value, str | os.PathLike):
        refuse_type(value, f"{argument} of TokenTransport", "the path of a PEM file")
    return Path(value)
