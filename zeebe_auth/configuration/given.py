"""The fields that one place gave, before they are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from zeebe_auth.configuration.vocabulary import (
    FORM_BY_FIELD,
    LIST_FORMS,
    SECRET_SETTINGS,
    SETTINGS,
)
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import DeferredSecret, Secret

__all__ = ["GivenFields", "did_you_mean", "text_of"]

_MAX_BITS = 64


# Nothing compares them or shows them by fields, and each method that is generated costs 0.1 ms at
# every start.
@dataclass(frozen=True, slots=True, eq=False, repr=False)
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
    texts: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret | DeferredSecret] = field(default_factory=dict)
    given_as: Mapping[str, str] = field(default_factory=dict)
    spellings: Callable[[str], tuple[str, ...]] = lambda name: (name,)

    def __repr__(self) -> str:
        names = ", ".join((*self.texts, *self.secrets))
        return f"<fields of the {self.origin}: {names}>"

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
    """A value of TOML or JSON as the text of a field of the vocabulary.

    Raises:
        ConfigurationError: It has the wrong type; the message names the field, not the value.
    """
    if isinstance(value, str):
        return value
    form = FORM_BY_FIELD[name]
    if form == "switch":
        if isinstance(value, bool):
            return "true" if value else "false"
        wanted = "true or false"
    elif form in {"number", "size"}:
        # TOML's hexadecimal ones may have more digits than Python writes in decimal.
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and value.bit_length() <= _MAX_BITS
        ):
            return str(value)
        wanted = f"a whole number of at most {_MAX_BITS} bits"
        if form == "size":
            wanted += ' or a size such as "5MB"'
    elif form in LIST_FORMS:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return " ".join(value)
        wanted = "a text or a list of texts"
    else:
        wanted = "a text"
    raise ConfigurationError(f"{name} in {place} must be {wanted}.")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the one it may be meant for, else all there are."""
    from difflib import get_close_matches

    words = list(known)
    near = get_close_matches(word, words, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"The known ones are {', '.join(words)}."
