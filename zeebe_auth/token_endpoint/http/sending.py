"""One HTTP exchange: against one deadline, with one limit of size, and no trace of the secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from zeebe_auth.clock import Clock
from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.credentials.trust import InlineAuthorities, TrustStore
from zeebe_auth.errors import AuthError, ConfigurationError, TokenResponseError, without_frames
from zeebe_auth.exposure import PlaintextWarning, warn_at_caller
from zeebe_auth.token_endpoint.http.proxies import Proxy, proxy_for
from zeebe_auth.token_endpoint.http.quiet_logs import without_details_in_logs
from zeebe_auth.token_endpoint.http.tls import tls_context
from zeebe_auth.token_endpoint.http.transport import TokenTransport
from zeebe_auth.token_endpoint.http.unreachable import refused_by_proxy, unreachable
from zeebe_auth.token_endpoint.http.url import EndpointUrl

if TYPE_CHECKING:
    from httpcore2 import ConnectionPool

_BODY_LIMIT_BYTES = 1024 * 1024
_warned_hosts: set[bytes] = set()
_USER_AGENT = "zeebe-credentials"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is sent. Headers and body hold secrets and are not shown."""

    method: str
    url: EndpointUrl
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back. Headers (names in lower case) and body are not shown."""

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    received_at: float
    """Wall clock when it was complete, in epoch seconds."""
    forwarded_by: Proxy | None = None
    """A proxy that read the request and may have answered by itself; one that tunnels doesn't."""


@dataclass(frozen=True, slots=True)
class HttpSender:
    """Sends the requests of one attempt; they share its deadline.

    Args:
        transport: How endpoints are reached.
        clock: The two clocks.
        deadline: When everything must be over, as a reading of the running clock.
        client_certificate: What to show instead of the transport's own.
        trusts_additional: Whether the transport's additional authorities count for the endpoint.
    """

    transport: TokenTransport
    clock: Clock
    deadline: float
    client_certificate: ClientCertificate | None = None
    trusts_additional: bool = True

    @without_frames
    def send(self, request: HttpRequest) -> HttpReply:
        """The reply to ``request``, whatever its status. No redirect is followed.

        Raises:
            ConfigurationError: A certificate file or the proxy can't be used, a plaintext
                connection to a loopback name would leave this machine, or the warning of plaintext
                to another host is made an error.
            TokenEndpointUnreachable: There was no reply in time.
            TokenResponseError: The reply is larger than 1 MiB or compressed.
        """
        proxy = proxy_for(request.url, self.transport)
        if self.transport.allow_named_plaintext:
            _warn_of_plaintext(request.url, proxy)
        try:
            reply = self._exchange(request, proxy)
        except AuthError:
            raise
        except Exception as error:  # h11, httpcore2 and ssl each have their own
            failure = unreachable(
                error, request.url, proxy, self.transport, self._shown(), self._additional()
            )
        else:
            if proxy is None or reply.status_code != HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
                return reply
            failure = refused_by_proxy(proxy, request.url, str(reply.status_code))
        # Raised outside: what was caught has the request in it and would be the context.
        raise failure

    def _exchange(self, request: HttpRequest, proxy: Proxy | None) -> HttpReply:
        import httpcore2

        url = request.url
        headers = {
            "Host": url.authority.decode("ascii"),
            "User-Agent": _USER_AGENT,
            "Accept": "application/json",
            # A compressed megabyte can be a thousand of them.
            "Accept-Encoding": "identity",
            "Connection": "close",
            **request.headers,
        }
        if request.method != "GET":
            headers["Content-Length"] = str(len(request.body))
        host = url.wire_host
        if proxy is not None and b":" in host:
            # httpcore2 writes to a proxy what it is given, and an IPv6 address is in brackets there
            # (RFC 9110, 9.3.6). The network takes them off again for TLS.
            host = b"[%b]" % host
        target = httpcore2.URL(scheme=url.scheme, host=host, port=url.port, target=url.target)
        with (
            without_details_in_logs(),
            self._pool(url, proxy) as pool,
            pool.stream(
                request.method, target, headers=list(headers.items()), content=request.body
            ) as reply,
        ):
            found = _headers(reply.headers)
            coding = found.get("content-encoding", "identity").strip().lower()
            if coding not in {"identity", ""}:
                raise TokenResponseError(
                    f"{url} answered with a compressed body, though none was asked for. Turn "
                    "compression off for it, at the server or at the proxy in front.",
                    status_code=reply.status,
                )
            body = bytearray()
            for chunk in reply.iter_stream():
                body += chunk
                if len(body) > _BODY_LIMIT_BYTES:
                    raise TokenResponseError(
                        f"{url} answered with more than 1 MiB; a token endpoint answers with a "
                        "few KiB. Check that the URL is that of the token endpoint.",
                        status_code=reply.status,
                    )
            forwarded_by = proxy if url.scheme == "http" else None
            return HttpReply(reply.status, found, bytes(body), self.clock.wall(), forwarded_by)

    def _shown(self) -> ClientCertificate | None:
        return self.client_certificate or self.transport.client_certificate

    def _additional(self) -> Path | InlineAuthorities | TrustStore | None:
        return self.transport.additional_ca_certificate if self.trusts_additional else None

    def _pool(self, url: EndpointUrl, proxy: Proxy | None) -> ConnectionPool:
        import httpcore2

        from zeebe_auth.token_endpoint.http.network import DeadlineNetwork

        network = DeadlineNetwork(
            self.clock.running,
            self.deadline,
            self.transport.connect_timeout_seconds,
            loopback_only=url.scheme == "http" and url.names_loopback,
        )
        trust = None
        if url.scheme == "https":
            trust = tls_context(
                self.transport.ca_certificate,
                self._shown(),
                additional_ca_certificate=self._additional(),
            )
        if proxy is None:
            return httpcore2.ConnectionPool(ssl_context=trust, network_backend=network)
        proxy_trust = None
        if proxy.scheme == "https":
            # The proxy is not the one whom the client certificate is for.
            proxy_trust = tls_context(
                self.transport.ca_certificate,
                None,
                additional_ca_certificate=self.transport.additional_ca_certificate,
            )
        return httpcore2.HTTPProxy(
            httpcore2.URL(scheme=proxy.scheme, host=proxy.host, port=proxy.port, target=b"/"),
            proxy_auth=proxy.login
            and (
                proxy.login[0].reveal().encode(),
                proxy.login[1].reveal().encode(),
            ),
            ssl_context=trust,
            proxy_ssl_context=proxy_trust,
            network_backend=network,
        )


def _warn_of_plaintext(url: EndpointUrl, proxy: Proxy | None) -> None:
    if url.scheme != "http" or url.names_loopback or url.wire_host in _warned_hosts:
        return
    _warned_hosts.add(url.wire_host)
    # A proxy may be outside of the network that is trusted.
    way = f" through the proxy {proxy}" if proxy else ""
    said = (
        f"Client secrets and tokens travel to {url.host}{way} unencrypted, as token_insecure allows"
    )
    try:
        warn_at_caller(f"{said}.", PlaintextWarning)
    except PlaintextWarning:
        _warned_hosts.discard(url.wire_host)
        raise ConfigurationError(
            f"{said}, and a filter of this program makes an error of the warning. Use https://, or "
            "have it ignored: warnings.filterwarnings('ignore', 'Client secrets and tokens', "
            "zeebe_auth.PlaintextWarning)."
        ) from None


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    # Of a header that comes twice the first counts; none that is read here may be repeated.
    found: dict[str, str] = {}
    for name, value in raw:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found
