"""One attempt at a token, from the credentials to the token or the typed error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zeebe_auth.clock import SYSTEM_CLOCK, Clock
from zeebe_auth.credentials.authentication import ClientCertificate
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.named_files import naming_files
from zeebe_auth.errors import TokenEndpointError, TokenEndpointUnreachable
from zeebe_auth.shown_url import shown_url
from zeebe_auth.token import AccessToken
from zeebe_auth.token_endpoint.http.transport import TokenTransport

if TYPE_CHECKING:
    # Imported where a token is asked for: a process that finds one in a store needs none of it.
    from zeebe_auth.token_endpoint.discovery import Discovery, TokenAddress
    from zeebe_auth.token_endpoint.http.sending import HttpSender

_NOT_FOUND = {404, 405, 410}
# By more than this the wall clock doesn't leave the running one by itself during a request.
_CLOCK_WAS_SET_SECONDS = 1.0


class TokenEndpoint:
    """Asks token endpoints for tokens, once per call. Safe for any number of threads.

    It keeps no connection (a token is asked for about once an hour) and no lock, so it survives
    a fork; it keeps what discovery told, for an hour.

    Args:
        transport: How endpoints are reached.
        clock: The wall clock for times in tokens, the running clock for the time limit.

    Attributes:
        clock_ahead_seconds: How far the server's clock was ahead of this machine's in the last
            reply with a token, by its ``Date``; negative if it was behind, None if it had none.
        asked: The address that was asked last and has given no token yet, for people.
    """

    def __init__(self, transport: TokenTransport, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._transport = transport
        self._clock = clock
        self._discovery: Discovery | None = None
        self.clock_ahead_seconds: float | None = None
        self.asked: str | None = None

    def request_token(
        self, credentials: ClientCredentials, *, time_limit_seconds: float | None = None
    ) -> AccessToken:
        """One attempt at a token for ``credentials`` (RFC 6749, 4.4), discovery included.

        Args:
            credentials: Who asks, and where.
            time_limit_seconds: For everything together, if that is less than what the transport
                allows.

        Raises:
            ConfigurationError: Something given can't be used; nothing was sent.
            InvalidClientError: The endpoint refused the client.
            RateLimitedError: It is rate limiting this client.
            TokenEndpointUnreachable: There was no answer in time, or a server error.
            TokenResponseError: It answered, but with no usable token.
        """
        self.asked = shown_url(credentials.authority_url)
        with naming_files(credentials.named_by):
            token = self._request_token(credentials, time_limit_seconds)
        self.asked = None
        return token

    def _request_token(
        self, credentials: ClientCredentials, time_limit_seconds: float | None
    ) -> AccessToken:
        issued_at, began = self._clock.wall(), self._clock.running()
        sender = self._sender(credentials, time_limit_seconds, began)
        discovery = self._discovering()
        address = discovery.address(credentials, sender)
        try:
            return self._asked(credentials, address, sender, issued_at, began)
        except TokenEndpointError as error:
            moved = isinstance(error, TokenEndpointUnreachable) or error.status_code in _NOT_FOUND
            if address.discovered and moved:
                discovery.forget(credentials)
            raise

    def revoke_token(self, credentials: ClientCredentials, token: AccessToken) -> bool:
        """One attempt to revoke ``token`` (RFC 7009), discovery included.

        Args:
            credentials: Whose token it is, and where that is told.
            token: The token.

        Returns:
            False if neither the credentials nor discovery name a place to do so, or if it says
            that it doesn't revoke tokens of this type.

        Raises:
            AuthError: It was not revoked; each kind as for `request_token`.
        """
        from zeebe_auth.token_endpoint.revocation import read_revocation, revocation_request

        sender = self._sender(credentials, None, self._clock.running())
        address = self._discovering().address(credentials, sender)
        request = revocation_request(credentials, address, token, self._clock, self._transport)
        if request is None:
            return False
        return read_revocation(sender.send(request), request.url, credentials)

    def _sender(
        self, credentials: ClientCredentials, time_limit_seconds: float | None, began: float
    ) -> HttpSender:
        from zeebe_auth.token_endpoint.http.sending import HttpSender

        seconds = self._transport.total_timeout_seconds
        if time_limit_seconds is not None:
            seconds = min(seconds, time_limit_seconds)
        authentication = credentials.authentication
        return HttpSender(
            self._transport,
            self._clock,
            began + seconds,
            authentication if isinstance(authentication, ClientCertificate) else None,
            trusts_additional=not credentials.token_url_filled_in,
        )

    def _discovering(self) -> Discovery:
        from zeebe_auth.token_endpoint.discovery import Discovery

        discovery = self._discovery
        if discovery is None:
            self._discovery = discovery = Discovery()
        return discovery

    def _asked(
        self,
        credentials: ClientCredentials,
        address: TokenAddress,
        sender: HttpSender,
        issued_at: float,
        began: float,
    ) -> AccessToken:
        from zeebe_auth.token_endpoint.lifetime import clock_ahead_seconds
        from zeebe_auth.token_endpoint.reply import read_token
        from zeebe_auth.token_endpoint.request import token_request

        reply = sender.send(token_request(credentials, address, self._clock))
        began_at = reply.received_at - (self._clock.running() - began)
        if abs(began_at - issued_at) > _CLOCK_WAS_SET_SECONDS:
            # The wall clock was set meanwhile. By the old one, a token could be over already.
            issued_at = began_at
        # First: that the clocks differ may be why there is no token.
        self.clock_ahead_seconds = clock_ahead_seconds(reply, issued_at=issued_at)
        return read_token(reply, address.token_url, credentials, issued_at=issued_at)

    def close(self) -> None:
        """Forget what discovery told. Nothing else is held."""
        self._discovery = None
