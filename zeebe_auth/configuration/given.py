"""The fields of a profile: one vocabulary for files, documents, helper programs and mounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import DeferredSecret, Secret

__all__ = [
    "FIELDS",
    "IDENTITY_FIELDS",
    "PATH_FIELDS",
    "SECRET_FIELDS",
    "SECRET_SETTINGS",
    "SETTINGS",
    "WHERE_FIELDS",
    "GivenFields",
    "did_you_mean",
    "text_of",
]

IDENTITY_FIELDS = (
    "client_id",
    "client_secret",
    "private_key",
    "private_key_file",
    "private_key_password",
    "private_key_certificate",
    "key_id",
    "algorithm",
    "assertion_audience",
    "assertion_file",
    "assertion_subject",
    "authentication_method",
    "token_url",
    "well_known_url",
    "issuer",
    "revocation_url",
    "audience",
    "scope",
    "resource",
    "subject_token_file",
    "subject_token_type",
    "subject_token_subject",
    "actor_token_file",
    "actor_token_type",
    "actor_token_subject",
    "requested_token_type",
    "request_format",
    "dialect",
)
"""What makes an OAuth identity."""

SETTINGS = (
    "address",
    "cluster_id",
    "region",
    "insecure",
    "authority",
    "ca_certificate",
    "token_ca_certificate",
    "client_certificate",
    "client_key",
    "keep_alive_ms",
    "tenant_id",
)
"""What is carried to whoever connects, uninterpreted."""

SECRET_SETTINGS = ("client_key_password", "proxy")
"""The same, never shown and looked up only when needed."""

WHERE_FIELDS = ("address", "cluster_id", "region", "insecure", "authority")
"""The settings that decide where a token goes: never mixed with an identity from elsewhere."""

FIELDS = (
    *IDENTITY_FIELDS,
    *SETTINGS,
    *SECRET_SETTINGS,
    "auth_strategy",
    "username",
    "password",
    "bearer_token",
)
"""What a profile, a document or a helper program may say."""

SECRET_FIELDS = frozenset(
    {
        "client_secret",
        "private_key",
        "private_key_password",
        "client_key_password",
        "proxy",  # its URL may hold a password
        "password",
        "bearer_token",
    }
)
PATH_FIELDS = frozenset(
    {
        "ca_certificate",
        "token_ca_certificate",
        "client_certificate",
        "client_key",
        "private_key_file",
        "private_key_certificate",
        "assertion_file",
        "subject_token_file",
        "actor_token_file",
    }
)
_LIST_FIELDS = frozenset({"scope", "resource"})
_NUMBER_FIELDS = frozenset({"keep_alive_ms"})
_SWITCH_FIELDS = frozenset({"insecure"})


@dataclass(frozen=True, slots=True)
class GivenFields:
    """What one place gave, before it is judged. Its text shows no values.

    Args:
        origin: The place, for people.
        texts: The fields that are no secret.
        secrets: The secrets, or references to them that are followed only when needed.
        given_as: How the place calls each field it gave, such as ``ZEEBE_CLIENT_ID``.
        spellings: How the place calls a field that it did not give.
    """

    origin: str
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, Secret | DeferredSecret] = field(default_factory=dict, repr=False)
    given_as: Mapping[str, str] = field(default_factory=dict)
    spellings: Callable[[str], tuple[str, ...]] = field(default=lambda name: (name,), repr=False)

    def __contains__(self, name: str) -> bool:
        return name in self.texts or name in self.secrets

    def name_of(self, name: str) -> str:
        """How the place calls a field that it gave."""
        return self.given_as.get(name, name)

    def names_of(self, names: Iterable[str]) -> list[str]:
        """How the place calls those of the fields that it gave."""
        return [self.name_of(name) for name in names if name in self]

    def secret(self, name: str) -> Secret:
        """The secret itself, its reference followed.

        Raises:
            ConfigurationError: The reference leads nowhere.
            StoreError: It leads into a keychain that can't be used.
        """
        value = self.secrets[name]
        return value if isinstance(value, Secret) else value.secret_for(name)

    def secret_or_none(self, name: str) -> Secret | None:
        """The same; None if the place didn't give it."""
        return self.secret(name) if name in self.secrets else None

    def settings(self) -> dict[str, str]:
        """Those fields that are settings."""
        return {name: self.texts[name] for name in SETTINGS if name in self.texts}

    def secret_settings(self) -> dict[str, Secret | DeferredSecret]:
        """Those fields that are secret settings."""
        return {name: self.secrets[name] for name in SECRET_SETTINGS if name in self.secrets}


def text_of(name: str, value: object, place: str) -> str:
    """A value of TOML or JSON as the text of a field.

    Raises:
        ConfigurationError: It has the wrong type; the message names the field, not the value.
    """
    if isinstance(value, str):
        return value
    if name in _SWITCH_FIELDS and isinstance(value, bool):
        return "true" if value else "false"
    if name in _NUMBER_FIELDS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if (
        name in _LIST_FIELDS
        and isinstance(value, list)
        and all(isinstance(item, str) for item in value)
    ):
        return " ".join(value)
    wanted = "a text"
    if name in _SWITCH_FIELDS:
        wanted = "true or false"
    elif name in _NUMBER_FIELDS:
        wanted = "a whole number"
    elif name in _LIST_FIELDS:
        wanted = "a text or a list of texts"
    raise ConfigurationError(f"{name} in {place} must be {wanted}.")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the one it may be meant for, else all there are."""
    from difflib import get_close_matches

    words = list(known)
    near = get_close_matches(word, words, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"The known ones are {', '.join(words)}."
