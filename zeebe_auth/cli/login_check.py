"""The token request that shows whether a login is accepted."""

from __future__ import annotations

from collections.abc import Callable

from zeebe_auth.cli.login_answers import LoginFields
from zeebe_auth.cli.questions import MOST_WRONG_ANSWERS, is_terminal
from zeebe_auth.cli.shell import tell
from zeebe_auth.cli.waiting import waiting_for
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import AuthError
from zeebe_auth.profiles.default_provider import token_transport
from zeebe_auth.provider.oauth import OAuthCredentialsProvider
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import label_of


def accepted(
    fields: LoginFields, read: Callable[[GivenFields], ClientCredentials]
) -> tuple[ClientCredentials, GivenFields, AccessToken]:
    """Request a token; ask again for the answer that was wrong, where there is somebody to ask.

    Args:
        fields: What was given.
        read: Returns the identity that the fields are.

    Returns:
        The identity, its fields, and the token that was had with it.

    Raises:
        AuthError: It was refused, or can't be checked.
    """
    failures = 0
    while True:
        identity = read(fields.given)
        try:
            return identity, fields.given, _requested(identity, fields.given)
        except AuthError as error:
            failures += 1
            may_ask = is_terminal() and failures < MOST_WRONG_ANSWERS
            again = fields.asked_again(error) if may_ask else None
            if again is None:
                tell("The check failed, so nothing was stored.")
                raise
            fields = again


def _requested(credentials: ClientCredentials, given: GivenFields) -> AccessToken:
    tell(f"Asking for a token: {label_of(credentials)} …")
    # In memory alone: what is refused leaves no trace.
    proxy = given.secret_or_none("proxy")
    transport = token_transport(
        given.settings(),
        proxy,
        origin=given.origin,
        truststore_password=given.secret_or_none("truststore_password"),
        named_by=given.who_named(given.settings()),
    )
    provider = OAuthCredentialsProvider(credentials, transport=transport)
    with provider, waiting_for("the token endpoint"):
        return provider.fetch_token()
