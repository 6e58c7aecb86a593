"""Why there was no reply, in words for people."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.credentials.trust import InlineAuthorities, TrustStore
from zeebe_auth.errors import ConfigurationError, TokenEndpointUnreachable
from zeebe_auth.files.descriptors import lack_of_descriptors
from zeebe_auth.token_endpoint.http.proxies import Proxy, configured, way_around
from zeebe_auth.token_endpoint.http.tls import trust_text
from zeebe_auth.token_endpoint.http.transport import TokenTransport
from zeebe_auth.token_endpoint.http.url import EndpointUrl

if TYPE_CHECKING:
    from datetime import datetime
    from ssl import SSLCertVerificationError, SSLError

# OpenSSL's X509_V_ERR_…, as ssl.SSLCertVerificationError.verify_code gives them.
_NOT_YET_VALID, _EXPIRED = 9, 10
_WRONG_NAMES = {62, 64}
_HTTPS_PORT = 443
# How long a second look at a certificate may take, beside the time limit of the request.
_LOOK_SECONDS = 2.0

# What this machine or its administrator refuses, whatever the server is like.
_LOCAL_ERRNOS = {
    errno.ENOMEM,
    errno.ENOBUFS,
    errno.EACCES,
    errno.EPERM,
    errno.EADDRNOTAVAIL,
}
_OWN_FILE = (
    "token_ca_certificate of the profile, ZEEBE_AUTH_TOKEN_CA_CERTIFICATE or "
    "--token-ca-certificate of login"
)

_PLAINTEXT_REASONS = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "HTTPS_PROXY_REQUEST",
    "UNKNOWN_PROTOCOL",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
}
_CERTIFICATE_WANTED_REASONS = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "TLSV1_ALERT_UNKNOWN_CA",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "SSLV3_ALERT_BAD_CERTIFICATE",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED",
    "SSLV3_ALERT_CERTIFICATE_REVOKED",
}


def unreachable(
    error: Exception,
    url: EndpointUrl,
    proxy: Proxy | None,
    transport: TokenTransport,
    shown: ClientCertificate | None,
    additional: Path | InlineAuthorities | TrustStore | None,
) -> TokenEndpointUnreachable | ConfigurationError:
    """The typed error for what went wrong while sending to ``url``.

    ``shown`` is the client certificate that was shown there, ``additional`` the
    authorities that were trusted beside the machine's store. The error's cause is a copy of the
    operating system's error without a traceback: the original's frames hold the request.
    """
    from zeebe_auth.token_endpoint.http.network import NotLoopbackError

    system_error = _system_error(error)
    if isinstance(system_error, NotLoopbackError):
        return ConfigurationError(
            f"{url} leads to {system_error.address}, which is not this machine, so what is sent "
            "there in plain text could be read on the way. Nothing was sent. Correct what "
            f"{url.host} resolves to here (the hosts file, DNS), or use https://."
        )
    message, retryable = _sentence(error, system_error, url, proxy, transport, shown, additional)
    if url.named_by:
        # Nobody here wrote it: a server in a container may know itself by another name.
        message += (
            f" The discovery document {url.named_by} names this address; where another leads there "
            "from here, give it as the token URL."
        )
    timed_out = isinstance(system_error, TimeoutError) or _is_timeout(error)
    failure = TokenEndpointUnreachable(message, retryable=retryable, timed_out=timed_out)
    if system_error is not None:
        failure.__cause__ = type(system_error)(*system_error.args)
    return failure


def refused_by_proxy(
    proxy: Proxy, url: EndpointUrl, status: str
) -> TokenEndpointUnreachable | ConfigurationError:
    """The typed error for a proxy that answers with ``status`` instead of the endpoint."""
    message, retryable = _refused_by_proxy(proxy, url, status)
    return TokenEndpointUnreachable(message, retryable=retryable)


def _refused_by_proxy(proxy: Proxy | None, url: EndpointUrl, status: str) -> tuple[str, bool]:
    named = f" (HTTP {status})" if status.isdigit() else ""
    return (
        f"The proxy {configured(proxy)} would not connect to {url.origin}{named}. Check the "
        f"proxy's user and password and its rules, or {way_around(proxy)}."
    ), status not in {"401", "403", "405", "407"}


def _system_error(error: BaseException | None) -> OSError | None:
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__
    return error


def _is_timeout(error: Exception) -> bool:
    import httpcore2

    return isinstance(error, httpcore2.TimeoutException)


def _sentence(
    error: Exception,
    system_error: OSError | None,
    url: EndpointUrl,
    proxy: Proxy | None,
    transport: TokenTransport,
    shown: ClientCertificate | None,
    additional: Path | InlineAuthorities | TrustStore | None,
) -> tuple[str, bool]:
    import ssl

    place = f"{url} through the proxy {proxy}" if proxy else str(url)
    if isinstance(system_error, ssl.SSLCertVerificationError):
        return _untrusted(system_error, url, proxy, transport, additional), False
    if isinstance(system_error, ssl.SSLError):
        return _broken_tls(system_error, place, shown)
    if isinstance(system_error, TimeoutError) or _is_timeout(error):
        if proxy is not None:
            return (
                f"The proxy {configured(proxy)} brought no answer of {url} in time. Check that the "
                f"proxy is up and that the server is, or {way_around(proxy)}."
            ), True
        return (
            f"{place} did not answer in time. Check that it is up and that the network and the "
            "proxy settings let this machine reach it."
        ), True
    lack = system_error and lack_of_descriptors(
        system_error, look=_is_look_up(system_error) or system_error.errno == errno.EBUSY
    )
    if lack:
        return f"{place} can't be asked: {lack}.", True
    return _no_connection(error, system_error, url, proxy, place)


def _is_look_up(system_error: OSError | None) -> bool:
    import socket

    return isinstance(system_error, socket.gaierror)


def _no_connection(
    error: Exception,
    system_error: OSError | None,
    url: EndpointUrl,
    proxy: Proxy | None,
    place: str,
) -> tuple[str, bool]:
    import httpcore2

    if _is_look_up(system_error):
        host = proxy.host.decode("ascii") if proxy else url.host
        why = f"the name {host} is not known"
        if proxy is not None:
            return _no_proxy(proxy, url, why), True
        return (
            f"{place} can't be reached: {why}. Check its spelling, DNS and the proxy settings."
        ), True
    if isinstance(error, httpcore2.ProxyError):
        return _refused_by_proxy(proxy, url, str(error)[:3])
    if isinstance(system_error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError):
        return f"{place} closed the connection.{_other_protocol(url)}", True
    if system_error is not None and system_error.errno in _LOCAL_ERRNOS:
        return _failed_here(place, system_error.strerror or type(system_error).__name__), True
    if system_error is not None:
        why = system_error.strerror or type(system_error).__name__
        if proxy is not None:
            return _no_proxy(proxy, url, why), True
        return (
            f"{place} can't be reached: {why}. Check that it is up and that host and port are "
            "right."
        ), True
    if not isinstance(error, httpcore2.RemoteProtocolError | httpcore2.NetworkError):
        return _failed_here(place, _type_name(error)), True
    return f"{place} closed the connection or did not answer in HTTP.{_other_protocol(url)}", True


def _no_proxy(proxy: Proxy, url: EndpointUrl, why: str) -> str:
    # Whoever goes through a proxy connects to that alone.
    return (
        f"The proxy {configured(proxy)} can't be reached: {why}. So neither can {url}. Check that "
        f"the proxy is up and that its host and port are right, or {way_around(proxy)}."
    )


def _failed_here(place: str, why: str) -> str:
    return (
        f"The request to {place} failed here ({why}), on this side of the network; that says "
        "nothing of the server. Look for what limits or replaces network access in this process."
    )


def _type_name(error: Exception) -> str:
    # Its text may hold the request.
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _other_protocol(url: EndpointUrl) -> str:
    if url.scheme == "http":
        return " If that port speaks TLS, write https://."
    return " Check that host and port are those of the authorization server."


def _untrusted(
    error: SSLCertVerificationError,
    url: EndpointUrl,
    proxy: Proxy | None,
    transport: TokenTransport,
    additional: Path | InlineAuthorities | TrustStore | None,
) -> str:
    place = f"{url} (or the proxy {proxy})" if proxy else str(url)
    code = getattr(error, "verify_code", None)
    said = getattr(error, "verify_message", None)
    reason = f" (OpenSSL: {said.rstrip('.')}.)" if said else ""
    if code in _WRONG_NAMES:
        return (
            f"The TLS certificate of {place} is for another name than {url.host}. Use the name "
            f"that is in the certificate, or have it issued for this one.{reason}"
        )
    if code in {_EXPIRED, _NOT_YET_VALID}:
        return f"The TLS certificate of {place} {_out_of_time(code, url, proxy)}{reason}"
    if transport.ca_certificate is not None:
        step = f"Put the authority that issued it into {transport.ca_certificate}."
    elif transport.additional_ca_certificate is not None and additional is None:
        step = (
            f"{transport.additional_ca_certificate} is for the gateway and not for the token "
            "endpoint of Camunda SaaS. If a proxy on the way signs certificates itself, name the "
            f"PEM file of its authority as {_OWN_FILE}."
        )
    elif additional is not None:
        step = (
            f"If the authority is your own and {additional} doesn't hold it, name its PEM file as "
            f"{_OWN_FILE}."
        )
    else:
        step = (
            "If the authority is your own, name its PEM file: as ca_certificate of the profile, "
            "CAMUNDA_CA_CERTIFICATE_PATH or --ca-certificate of login if the gateway's certificate "
            f"is by it as well, else as {_OWN_FILE}."
        )
    trusted = trust_text(transport.ca_certificate, additional)
    return (
        f"The TLS certificate of {place} is not trusted here. It is checked against {trusted}. "
        f"{step}{reason}"
    )


def _out_of_time(code: int, url: EndpointUrl, proxy: Proxy | None) -> str:
    """The end of a sentence on a certificate whose time is over or hasn't come, and what to do."""
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    validity = None if proxy else _validity_of_shown(url)
    state, step, told = "has expired", "Have it renewed there, or correct that clock.", ""
    if code == _NOT_YET_VALID:
        state, step = "is not valid yet", "Correct that clock, or wait."
    # What is out of its time may be the certificate of an authority in between.
    if validity and code == _NOT_YET_VALID and validity[0] > now:
        told = f": it is valid from {validity[0]:%Y-%m-%d %H:%M} UTC on"
    elif validity and code == _EXPIRED and validity[1] < now:
        told = f": it was valid until {validity[1]:%Y-%m-%d %H:%M} UTC"
    return f"{state}{told}. This machine's clock says {now:%Y-%m-%d %H:%M} UTC. {step}"


def _validity_of_shown(url: EndpointUrl) -> tuple[datetime, datetime] | None:
    """From when and until when the certificate that is shown there is valid.

    OpenSSL tells that it isn't, and no date: another handshake looks at it, after which nothing is
    sent. None if it can't be had.
    """
    import socket
    import ssl

    from cryptography.x509 import load_der_x509_certificate

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(
                (url.wire_host.decode("ascii"), url.port or _HTTPS_PORT), timeout=_LOOK_SECONDS
            ) as connection,
            context.wrap_socket(connection, server_hostname=url.host) as secured,
        ):
            certificate = load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError):
        return None
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def _broken_tls(error: SSLError, place: str, shown: ClientCertificate | None) -> tuple[str, bool]:
    reason = error.reason or ""
    if reason in _PLAINTEXT_REASONS:
        return (
            f"{place} does not speak TLS on that port: plain text came back. Use the port that "
            "speaks TLS, or turn TLS on there."
        ), False
    if reason in _CERTIFICATE_WANTED_REASONS:
        if shown is None:
            step = "If it wants a client certificate, give one that it trusts."
        else:
            step = (
                f"Check that the client certificate in {shown.place} is good now and "
                "by an authority that the server trusts."
            )
        return (
            f"{place} refused the TLS handshake ({reason.replace('_', ' ').lower()}). {step}"
        ), False
    named = f" ({reason.replace('_', ' ').lower()})" if reason else ""
    return (
        f"The TLS handshake with {place} failed{named}. Check that host and port are those of "
        "the authorization server."
    ), True
