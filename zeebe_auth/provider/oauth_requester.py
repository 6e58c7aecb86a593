"""Asks token endpoints for tokens, as the client that a credential source names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from zeebe_auth.concurrency.threads import Foreign, foreign_code
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.reading import read_for_key, read_for_request, unread
from zeebe_auth.errors import AuthError, ConfigurationError
from zeebe_auth.explanation import Explanation
from zeebe_auth.files.one_version import read_together
from zeebe_auth.finding import Finding
from zeebe_auth.protocols import CredentialSource, ExplainingSource
from zeebe_auth.provider.requester import Requester, Wording
from zeebe_auth.shown_url import shown_url
from zeebe_auth.token import AccessToken
from zeebe_auth.token_endpoint import TokenEndpoint, TokenTransport
from zeebe_auth.token_endpoint.http.reach import reach_of
from zeebe_auth.token_key import TokenKey


class OAuthRequester(Requester):
    """Reads a credential source, and asks the token endpoint that its credentials name.

    Args:
        source: Who the client is.
        transport: How token endpoints are reached.
        endpoint: Where tokens are asked for.
    """

    def __init__(
        self, source: CredentialSource, transport: TokenTransport, endpoint: TokenEndpoint
    ) -> None:
        self.source = source
        self.transport = transport
        self.foreign = _as_foreign(source)
        self._endpoint = endpoint

    @property
    def asked(self) -> str | None:
        return self._endpoint.asked

    @property
    def clock_ahead_seconds(self) -> float | None:
        return self._endpoint.clock_ahead_seconds

    def identify(self) -> OAuthIdentity:
        return self._identity(load_source(self.source))

    def _identity(self, credentials: ClientCredentials) -> OAuthIdentity:
        return OAuthIdentity(credentials, TokenKey.of(credentials), self)

    def describe(self) -> tuple[Explanation, OAuthIdentity | None]:
        findings = _findings(self.source)
        try:
            credentials = load_source(self.source)
        except AuthError as error:
            return Explanation(findings=findings, problem=error.message), None
        identity, reach = self._identity(credentials), reach_of(credentials, self.transport)
        explanation = Explanation(
            findings=findings or (Finding(credentials.origin, "chosen"),),
            identity=identity.key.label,
            origin=credentials.origin,
            token_endpoint=shown_url(credentials.authority_url),
            audience=credentials.audience,
            scopes=credentials.scopes,
            token_endpoint_trust=reach.trust,
            token_endpoint_proxy=reach.proxy,
            token_endpoint_plaintext=reach.plaintext,
            problem=reach.problem,
        )
        return explanation, identity

    def request_token(
        self, credentials: ClientCredentials, time_limit_seconds: float
    ) -> AccessToken:
        return self._endpoint.request_token(credentials, time_limit_seconds=time_limit_seconds)

    def close(self) -> None:
        self._endpoint.close()


@dataclass(frozen=True, slots=True)
class OAuthIdentity:
    """A client of a token endpoint."""

    credentials: ClientCredentials
    key: TokenKey
    requester: OAuthRequester

    @property
    def name(self) -> str:
        return self.credentials.client_id

    @property
    def server(self) -> str:
        return self.credentials.authority_url

    @property
    def wording(self) -> Wording:
        client = f"the client {self.credentials.client_id!r}"
        return Wording(
            client=f"T{client[1:]}",
            refused=f"The authorization server refused {client} given by {self.credentials.origin}",
            unless="the credentials change",
            advice="Check the client id and secret.",
            rate_limited="The token endpoint is rate limiting this client",
            gave=f"The token endpoint gave {client}",
            longer_lifetime="Set a longer token lifetime for this client at the authorization "
            "server",
            asked="The endpoint",
        )

    def fingerprint(self, salt: str) -> str:
        return self.credentials.fingerprint(salt)

    def read(self) -> Self:
        with foreign_code(self.requester.foreign):
            return self._with(read_for_request(self.credentials))

    def unread(self) -> Self:
        return self._with(read_for_key(unread(self.credentials)))

    def _with(self, credentials: ClientCredentials) -> Self:
        if credentials is self.credentials:
            return self
        return type(self)(credentials, TokenKey.of(credentials), self.requester)

    def request_token(
        self, *, time_limit_seconds: float, rejected: AccessToken | None
    ) -> AccessToken:
        return self.requester.request_token(self.credentials, time_limit_seconds)

    def look_again_at(self, token: AccessToken) -> float | None:
        return None


def load_source(source: CredentialSource) -> ClientCredentials:
    """The source's credentials, with the tokens read that say whose they are.

    A foreign error becomes one of ours, without its text.
    """
    try:
        # What they name may be of one mount with what they are read from.
        with foreign_code(_as_foreign(source)):
            return read_together(lambda: _loaded(source), f"source {type(source).__name__}")
    except (AuthError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise ConfigurationError(
            f"The credential source {type(source).__name__} failed with "
            f"{type(error).__name__}; see the error's cause."
        ) from error


def _as_foreign(source: CredentialSource) -> Foreign:
    return Foreign.of("credential source", source)


def _loaded(source: CredentialSource) -> ClientCredentials:
    credentials = source.load()
    if not isinstance(credentials, ClientCredentials):
        raise ConfigurationError(
            f"The credential source {type(source).__name__} gave a {type(credentials).__name__}, "
            "not ClientCredentials. Correct its load()."
        )
    return read_for_key(credentials)


def _findings(source: CredentialSource) -> tuple[Finding, ...]:
    if not isinstance(source, ExplainingSource):
        return ()
    try:
        return tuple(source.explain())
    except (Exception, SystemExit) as error:
        reason = f"it could not tell how it came to its answer ({type(error).__name__})"
        return (Finding(type(source).__name__, "unusable", reason),)
