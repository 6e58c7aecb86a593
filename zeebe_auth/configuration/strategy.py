"""Which way to authenticate one place chose, by word or by what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from zeebe_auth.arguments import unknown_word
from zeebe_auth.configuration.client_authentication import METHOD_BY_FIELD
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.vocabulary import IDENTITY_FIELDS
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.token import AccessToken, basic_token, has_scheme

Strategy = Literal["NONE", "OAUTH", "BASIC", "BEARER"]

FIELDS_OF_STRATEGY: Mapping[Strategy, tuple[str, ...]] = {
    # A client certificate, which is a setting, may be for the gateway alone.
    "OAUTH": ("client_id", *(name for name in METHOD_BY_FIELD if name in IDENTITY_FIELDS)),
    "BASIC": ("username", "password"),
    "BEARER": ("bearer_token",),
}
"""What implies each strategy where none is named."""

_WORDS = {
    "CAMUNDA_CLIENT_AUTH_METHOD": "none, oidc, basic",
    "CAMUNDA_CLIENT_MODE": "saas, self-managed",
    "CAMUNDA_OAUTH_DISABLED": "true, false",
}


def strategy_of(given: GivenFields) -> Strategy | None:
    """The strategy that ``given`` names or implies; None if it says nothing of identity.

    Raises:
        ConfigurationError: The named one is unknown, or several are implied and none is named.
    """
    named = given.texts.get("auth_strategy", "").upper()
    if named:
        if named in {"NONE", *FIELDS_OF_STRATEGY}:
            return named
        name = given.name_of("auth_strategy")
        words = _WORDS.get(name.upper(), "NONE, OAUTH, BASIC, BEARER")
        raise unknown_word(
            given.named_by("auth_strategy"), given.texts["auth_strategy"], words.split(", ")
        )
    implied = [
        strategy for strategy, names in FIELDS_OF_STRATEGY.items() if any(n in given for n in names)
    ]
    if len(implied) > 1:
        names = given.names_of(
            name for strategy in implied for name in FIELDS_OF_STRATEGY[strategy]
        )
        raise ConfigurationError(
            f"The {given.origin} sets {' and '.join(implied)} at once ({', '.join(names)}). Choose "
            f"with {(given.spellings('auth_strategy') or ('auth_strategy',))[0]}, or unset one."
        )
    if implied:
        return implied[0]
    return "OAUTH" if any(name in given for name in IDENTITY_FIELDS) else None


def passed_by(given: GivenFields, strategy: Strategy | None) -> list[str]:
    """The names that ``given`` set for another strategy than the chosen one."""
    others = [names for other, names in FIELDS_OF_STRATEGY.items() if other != strategy]
    return given.names_of(name for names in others for name in names)


def ready_token(given: GivenFields, strategy: Literal["BASIC", "BEARER"]) -> AccessToken:
    """The token of the strategies that need no endpoint.

    Raises:
        ConfigurationError: A part is missing or is not valid in an HTTP header.
    """
    missing = [name for name in FIELDS_OF_STRATEGY[strategy] if name not in given]
    if missing:
        wanted = " and ".join((given.spellings(name) or (name,))[0] for name in missing)
        raise ConfigurationError(
            f"The {given.origin} chooses the strategy {strategy} but doesn't set {wanted}. "
            "Set what is missing."
        )
    if strategy == "BASIC":
        named = f"{given.name_of('username')} in the {given.origin}"
        return basic_token(given.texts["username"], given.secret("password"), named=named)
    try:
        return AccessToken(given.secret("bearer_token"))
    except ValueError as error:
        if has_scheme(given.secret("bearer_token")):
            raise ConfigurationError(
                f'{given.named_by("bearer_token")} begins with "Bearer". Set the token alone, '
                'without "Bearer" in front of it.'
            ) from None
        raise ConfigurationError(
            f"{given.name_of('bearer_token')} in the {given.origin} is not valid in an HTTP "
            "header. Set a token of visible ASCII."
        ) from error
