"""The fields that one place gave, before they are judged."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from zeebe_auth.configuration.field import LIST_FORMS, Form
from zeebe_auth.configuration.placeholders import on_placeholder
from zeebe_auth.configuration.saas import DEFAULT_DOMAIN, cluster_of_rest_address
from zeebe_auth.configuration.vocabulary import FORM_BY_FIELD, SECRET_SETTINGS, SETTINGS
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import DeferredSecret, Secret

_MAX_BITS = 64


# Nothing compares them or shows them by fields, and each method that is generated costs 0.1 ms at
# every start.
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GivenFields:
    """What one place gave, before it is judged. Its text shows no values.

    The REST address of a cluster in Camunda SaaS gives its cluster id and its region too, unless
    something else names the gateway.

    Args:
        origin: The place, for people.
        texts: The fields that are no secret.
        secrets: The secrets, or references to them that are followed only when needed.
        given_as: How the place calls each field it gave, such as ``ZEEBE_CLIENT_ID``.
        spellings: How the place calls a field that it did not give.
        newer: The fields that only newer names gave; see `zeebe_auth.configuration.names`.
        ignored: Names that were left out, and why, in words that follow a colon.
        from_elsewhere: Who named a field, as `named_by` tells it, where that isn't ``origin``.
    """

    origin: str
    texts: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret | DeferredSecret] = field(default_factory=dict)
    given_as: Mapping[str, str] = field(default_factory=dict)
    spellings: Callable[[str], tuple[str, ...]] = lambda name: (name,)
    newer: frozenset[str] = frozenset()
    ignored: tuple[tuple[str, str], ...] = ()
    from_elsewhere: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rest_address = self.texts.get("rest_address")
        if rest_address is None or "address" in self.texts or "cluster_id" in self.texts:
            return
        domain = self.texts.get("cloud_domain", DEFAULT_DOMAIN).strip().lower()
        cluster = cluster_of_rest_address(rest_address, domain)
        if cluster is None:
            return
        found = dict(zip(("cluster_id", "region"), cluster, strict=True))
        name = self.name_of("rest_address")
        set_field = object.__setattr__
        # A region that is given by itself may be another cluster's.
        set_field(self, "texts", {**self.texts, **found})
        set_field(self, "given_as", {**self.given_as, **dict.fromkeys(found, name)})
        if "rest_address" in self.newer:
            set_field(self, "newer", self.newer | found.keys())

    def __repr__(self) -> str:
        names = ", ".join((*self.texts, *self.secrets))
        return f"<fields of the {self.origin}: {names}>"

    def __contains__(self, name: str) -> bool:
        return name in self.texts or name in self.secrets

    def without(self, names: Container[str]) -> GivenFields:
        """The same, but for those fields."""
        return replace(
            self,
            texts={name: text for name, text in self.texts.items() if name not in names},
            secrets={name: secret for name, secret in self.secrets.items() if name not in names},
            newer=frozenset(name for name in self.newer if name not in names),
        )

    def name_of(self, name: str) -> str:
        """How the place calls a field that it gave."""
        return self.given_as.get(name, name)

    def named_by(self, name: str) -> str:
        """Who named a field, for messages: such as "ZEEBE_ADDRESS in the environment"."""
        return self.from_elsewhere.get(name) or f"{self.name_of(name)} in the {self.origin}"

    def who_named(self, names: Iterable[str]) -> dict[str, str]:
        """The same for those of the fields that the place gave."""
        return {name: self.named_by(name) for name in names if name in self}

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

    def refuse_placeholders(self) -> None:
        """Refuse what a template left in one of the fields that are no secret.

        Raises:
            ConfigurationError: One is a placeholder that nothing replaced.
        """
        for name, text in self.texts.items():
            left = on_placeholder(text, is_secret=False)
            if left is not None:
                raise ConfigurationError(f"{self.named_by(name)} {left}")

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
    form = FORM_BY_FIELD[name]
    text = value if isinstance(value, str) else _written(form, value)
    if text is None:
        raise ConfigurationError(f"{name} in {place} must be {_WANTED.get(form, 'a string')}.")
    return text


def _written(form: Form, value: object) -> str | None:
    """What is not a string as one; None if the form has no such values."""
    if form in LIST_FORMS:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return " ".join(value)
    elif isinstance(value, bool):
        if form == "switch":
            return "true" if value else "false"
    elif isinstance(value, int):
        # TOML's hexadecimal ones may have more digits than Python writes in decimal.
        if form in {"number", "size", "duration"} and value.bit_length() <= _MAX_BITS:
            return str(value)
    elif isinstance(value, float) and form == "duration":
        return str(value)
    return None


_NUMBER = f"a whole number of at most {_MAX_BITS} bits"
_WANTED: Mapping[Form, str] = {
    "switch": "true or false",
    "number": _NUMBER,
    "size": f'{_NUMBER} or a size such as "5MB"',
    "duration": 'a number of seconds or a string such as "45s"',
    **dict.fromkeys(LIST_FORMS, "a string or a list of strings"),
}


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at the one that a word may be meant for, after a space; nothing if none is near."""
    from difflib import get_close_matches

    names = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), names, n=1)
    return f' Did you mean "{names[near[0]]}"?' if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the one it may be meant for, else all there are."""
    from difflib import get_close_matches

    words = list(known)
    near = get_close_matches(word, words, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"The known ones are {', '.join(words)}."
