"""Which addresses may be given a secret: https, or loopback, or by an explicit switch."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.loopback import is_loopback_name
from zeebe_auth.shown_url import shown_url
from zeebe_auth.token_endpoint.http.transport import TokenTransport

_SCHEMES = {"http", "https"}
_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class EndpointUrl:
    """An address that passed the rule. Its text shows no query: some hide keys there."""

    text: str = field(repr=False)
    scheme: str
    host: str
    port: int | None
    """None for the scheme's own."""
    path: str = field(repr=False)
    target: bytes = field(repr=False)
    authority: bytes
    """As the Host header has it: the port if it is unusual, brackets around IPv6."""
    wire_host: bytes
    """The host alone, as names are looked up: in IDNA, without brackets."""
    named_by: str = field(default="", compare=False)
    """The discovery document that names it, for people; empty for what was configured."""

    @classmethod
    def parse(
        cls, text: str, *, called: str, allow_plaintext: bool | frozenset[bytes]
    ) -> EndpointUrl:
        """The address in ``text``, if a secret may be sent there.

        The parser is the one that sends: two parsers could see two hosts in one text.

        Args:
            text: The URL.
            called: How the error names it, such as ``The token URL``.
            allow_plaintext: Whether ``http://`` is good beyond loopback, or for which hosts alone,
                as `plaintext_rule` gives it.

        Raises:
            ConfigurationError: It is not an absolute http(s) URL, holds a user, a password or a
                fragment, or would send a secret in plain text.
        """
        import httpx2

        try:
            url = httpx2.URL(text)
        except (httpx2.InvalidURL, ValueError, TypeError):
            url = None
        if url is None or url.scheme not in _SCHEMES or not url.host:
            raise ConfigurationError(
                f"{called} is not an absolute https:// URL. Write it as "
                "https://host/path, without spaces or quotes around it."
            )
        if url.port is not None and not 0 < url.port <= _HIGHEST_PORT:
            raise ConfigurationError(f"{called} has the port {url.port}; ports go from 1 to 65535.")
        path = url.raw_path.decode("ascii").partition("?")[0]
        parsed = cls(
            text, url.scheme, url.host, url.port, path, url.raw_path, url.netloc, url.raw_host
        )
        if url.userinfo:
            raise ConfigurationError(
                f"{called} ({parsed}) holds a user or a password. Take it out: the client id and "
                "secret are given by themselves."
            )
        if url.fragment:
            raise ConfigurationError(
                f"{called} ({parsed}) has a fragment (#…). Take it out (RFC 6749, 3.2)."
            )
        if url.scheme == "http" and not parsed.names_loopback:
            parsed._check_plaintext(called, allow_plaintext)
        return parsed

    def _check_plaintext(self, called: str, allowed: bool | frozenset[bytes]) -> None:
        if allowed is True or (allowed and self.wire_host in allowed):
            return
        if allowed is False:
            raise ConfigurationError(
                f"{called} ({self}) is http://, so the client secret would be readable on the "
                "way. Use https://, or a name that can only be this machine's (localhost, a name "
                "under it, 127.0.0.1, ::1). Where the network itself is trusted, set "
                "token_insecure = true in the profile or ZEEBE_AUTH_TOKEN_INSECURE=true beside the "
                'environment\'s credentials, or run "zeebe-auth login --token-insecure"; in code, '
                "pass TokenTransport(allow_plaintext=True)."
            )
        hosts = ", ".join(sorted(host.decode("ascii") for host in allowed)) or "none"
        raise ConfigurationError(
            f"{called} ({self}) is http://, and token_insecure covers only the hosts that the "
            f"credentials themselves name behind http:// ({hosts}). Correct that document, or "
            "give the token URL itself."
        )

    @property
    def names_loopback(self) -> bool:
        """Whether the host that is looked up is a name of this machine alone."""
        return is_loopback_name(self.wire_host.decode("ascii"))

    @property
    def origin(self) -> str:
        """Scheme, host and, if unusual, port: how errors name an endpoint."""
        return f"{self.scheme}://{self.authority.decode('ascii')}"

    def __str__(self) -> str:
        return shown_url(f"{self.origin}{self.path}")


def plaintext_rule(
    transport: TokenTransport, credentials: ClientCredentials
) -> bool | frozenset[bytes]:
    """Where ``http://`` is good beyond loopback: everywhere, nowhere, or at these hosts alone.

    Those are the hosts that the credentials themselves name behind ``http://``: whoever wrote that
    has seen it, while a discovery document may name any host.
    """
    if transport.allow_plaintext:
        return True
    if not transport.allow_named_plaintext:
        return False
    import httpx2

    hosts = set()
    for text in (
        credentials.token_url,
        credentials.well_known_url,
        credentials.issuer,
        credentials.revocation_url,
    ):
        # What is no URL is told where it is used.
        with contextlib.suppress(httpx2.InvalidURL, ValueError):
            url = httpx2.URL(text or "")
            if url.scheme == "http":
                hosts.add(url.raw_host)
    return frozenset(hosts)
