"""Which of several names for one field counts, and which of several fields for one thing.

A name that was not read from the beginning (see ``newer`` in `zeebe_auth.configuration.field`)
must not make an error of what worked without it: it gives way to a name that was, also where the
two name different fields that exclude each other, such as an address and a cluster. Where the older
names alone make a whole identity, newer ones change neither who that is nor where and how its
secret and its token travel, and what can't be used of them is left out. Else two newer names that
disagree are an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from zeebe_auth.configuration.credentials import refuse_partial
from zeebe_auth.configuration.equivalence import host_of, is_false, is_true, normalised
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.saas import is_saas_host, login_host
from zeebe_auth.configuration.strategy import FIELDS_OF_STRATEGY, Strategy, strategy_of
from zeebe_auth.configuration.values_of_newer_names import can_be_read, translated
from zeebe_auth.configuration.vocabulary import (
    DESTINATION_FIELDS,
    ENVIRONMENT_NAMES,
    FORM_BY_FIELD,
    IDENTITY_FIELDS,
    NEWER_FIELDS,
    NEWER_NAMES,
    TOKEN_ENDPOINT_FIELDS,
)
from zeebe_auth.errors import ConfigurationError, CredentialsUnavailable

COUNT_WITH_BASIC_ONLY = frozenset({"CAMUNDA_USERNAME", "CAMUNDA_PASSWORD"})
"""Names of c8ctl, which other programs may use for anything."""

_SELF_MANAGED = ("CAMUNDA_CLIENT_MODE", "self-managed")

_EXCLUDING: tuple[tuple[str, ...], ...] = (
    ("address", "cluster_id"),
    TOKEN_ENDPOINT_FIELDS,
    FIELDS_OF_STRATEGY["OAUTH"][1:],
)
"""Fields of which one is enough, and two may contradict each other."""

_GIVES_WAY: Mapping[str, tuple[str, ...]] = {
    "ca_certificate_pem": ("ca_certificate",),
    "truststore": ("ca_certificate", "token_ca_certificate"),
    "client_key": ("client_certificate",),
}
"""A field that a newer name gives, and those that an older name gives instead of it."""


_WHO = tuple(name for name in IDENTITY_FIELDS if name != "private_key_alias") + tuple(
    name for strategy in ("BASIC", "BEARER") for name in FIELDS_OF_STRATEGY[strategy]
)
"""What makes an identity another one. An alias says which key of the same store is meant."""

_GATEWAY = tuple(name for name in DESTINATION_FIELDS if name not in {"insecure", "rest_address"})
"""Where a token goes. A switch and an address that nobody connects to are judged by themselves."""

_TRUST = (
    "ca_certificate",
    "ca_certificate_pem",
    "truststore",
    "truststore_password",
    "client_certificate",
    "client_certificate_pem",
    "client_key",
    "client_key_pem",
    "client_key_password",
)
"""To whom a token is shown, and as whom."""

_NAMED = ("address", "cluster_id")
"""What names a gateway."""

_OF_SAAS = ("cloud_domain", "cloud_port")
_WHOLE = "the older names beside it make a whole identity"


class Chosen(NamedTuple):
    """What is left once each field has one value.

    Args:
        texts: The value of each field.
        given_as: The name that gave it.
        newer: The fields that only newer names gave.
        ignored: Names that were left out, and why.
    """

    texts: dict[str, str]
    given_as: dict[str, str]
    newer: frozenset[str]
    ignored: tuple[tuple[str, str], ...]


def choose(
    values: Mapping[str, Mapping[str, str]],
    disagreement: Callable[[list[str]], ConfigurationError],
) -> Chosen:
    """Choose one value for each field.

    Args:
        values: The field, and what each of its names says, in the order in which they count.
        disagreement: The error for names that say different things.

    Raises:
        ConfigurationError: Two names that were read from the beginning disagree, or two newer ones
            of which none gives way.
        CredentialsUnavailable: Two newer ones disagree, and no older name says who somebody is.
    """
    names = _Names(values)
    names.keep_what_is_whole()
    names.choose_strategy()
    names.give_way()
    return names.chosen(disagreement)


class _Names:
    """The names of each field that are still in, older ones and newer ones."""

    def __init__(self, values: Mapping[str, Mapping[str, str]]) -> None:
        self._older: dict[str, dict[str, str]] = {}
        self._newer: dict[str, dict[str, str]] = {}
        self._ignored: dict[str, str] = {}
        self._is_self_managed = False
        for field, said in values.items():
            for name, value in said.items():
                if name.upper() not in NEWER_NAMES:
                    # A secrets directory may call a field by its own name.
                    kind = self._newer if field in NEWER_FIELDS else self._older
                    kind.setdefault(field, {})[name] = value
                elif (name.upper(), value.strip().lower()) == _SELF_MANAGED:
                    self._is_self_managed = True
                elif (text := translated(field, name.upper(), value)) is not None:
                    self._newer.setdefault(field, {})[name] = text

    def keep_what_is_whole(self) -> None:
        """Drop what would change an identity of the older names alone, or where its token goes."""
        strategy = self._whole_strategy() if self._newer else None
        if strategy is None:
            if self._newer and self._older_name_nobody():
                self._drop_secrets_of_no_use()
            return
        for name, text in list(self._newer.get("auth_strategy", {}).items()):
            if text.upper() != strategy:
                self._leave_out("auth_strategy", name, _WHOLE)
        self._drop_all(_WHO, _WHOLE)
        gateway = next((name for each in _NAMED for name in self._older.get(each, ())), None)
        if gateway is not None:
            self._keep_gateway(gateway)
        elif not any(self._has(field) for field in (*_NAMED, "rest_address")):
            self._drop_all((*_TRUST, *_OF_SAAS), _WHOLE)
        if "dialect" in self._older or not self._has("cluster_id"):
            # The domain is that of a token endpoint that is filled in, too.
            self._drop_all(_OF_SAAS, _WHOLE)
        for field in list(self._newer):
            self._drop_what_is_of_no_use(field)

    def _whole_strategy(self) -> Strategy | None:
        """The strategy of the older names alone; None if they make no whole identity."""
        older = self._older_alone()
        try:
            strategy = strategy_of(older)
            if strategy == "OAUTH":
                refuse_partial(older)
                return strategy
        except ConfigurationError:
            return None
        if strategy is None or any(
            name not in older for name in FIELDS_OF_STRATEGY.get(strategy, ())
        ):
            return None
        return strategy

    def _older_name_nobody(self) -> bool:
        try:
            return strategy_of(self._older_alone()) is None
        except ConfigurationError:
            return False

    def _older_alone(self) -> GivenFields:
        texts = {field: next(iter(said.values())) for field, said in self._older.items()}
        return GivenFields("environment", texts)

    def _keep_gateway(self, named: str) -> None:
        self._drop_all((*_GATEWAY, *_TRUST), f"{named} is set, which takes precedence")
        if "insecure" in self._older:
            return
        address = next(iter(self._older.get("address", {}).values()), "")
        for name, text in list(self._newer.get("insecure", {}).items()):
            if is_true(text) and _says_plaintext(address):
                # It agrees, but it would also let a token leave the machine like that.
                del self._newer["insecure"][name]
            elif not is_false(text):
                reason = f"{named} is set, which means TLS without ZEEBE_INSECURE_CONNECTION=true"
                self._leave_out("insecure", name, reason)

    def _drop_secrets_of_no_use(self) -> None:
        for field in list(self._newer):
            if FORM_BY_FIELD[field] == "secret":
                self._drop_what_is_of_no_use(field, disagreeing=False)

    def _drop_what_is_of_no_use(self, field: str, *, disagreeing: bool = True) -> None:
        """Leave out what is no value of the field, and values that contradict each other."""
        if field in self._older or field == "auth_strategy":
            return
        for name, text in list(self._newer[field].items()):
            if not can_be_read(field, text):
                self._leave_out(field, name, "its value can't be used")
        if disagreeing and _number_of_meanings(field, self._newer[field]) > 1:
            self._drop(field, "they disagree")

    def _leave_out(self, field: str, name: str, reason: str) -> None:
        del self._newer[field][name]
        self._ignored[name] = reason

    def choose_strategy(self) -> None:
        """Keep the first name that chooses a strategy, and drop the others."""
        implied = self._implied_by_older()
        named = self._named_strategy(implied)
        if named != "BASIC":
            self._drop_what_counts_with_basic_only()
        if named is not None:
            strategy, reason = named, f"the strategy is {named}"
        elif implied is not None:
            strategy, reason = implied[0], f"{implied[1]} is set, which takes precedence"
        else:
            return
        for each, fields in FIELDS_OF_STRATEGY.items():
            if each != strategy:
                self._drop_all(fields, reason)

    def _named_strategy(self, implied: tuple[Strategy, str] | None) -> str | None:
        older = [text.upper() for text in self._older.get("auth_strategy", {}).values()]
        named = older[0] if older else None
        for name, text in list(self._newer.get("auth_strategy", {}).items()):
            if named is None and (implied is None or self._can_be_followed(text)):
                named = text
                continue
            del self._newer["auth_strategy"][name]
            if named is None and implied is not None:
                self._ignored[name] = (
                    f"it chooses a strategy of which nothing is set, and {implied[1]} is set"
                )
            elif text != named:
                self._ignored[name] = "another name that chooses the strategy takes precedence"
        return named

    def _drop_what_counts_with_basic_only(self) -> None:
        for field in FIELDS_OF_STRATEGY["BASIC"]:
            for name in list(self._newer.get(field, ())):
                if name.upper() in COUNT_WITH_BASIC_ONLY:
                    del self._newer[field][name]
                    self._ignored[name] = "Basic authentication isn't chosen by name"

    def give_way(self) -> None:
        """Drop what newer names say beside older ones that exclude it."""
        if self._is_self_managed:
            self._drop("cluster_id", "CAMUNDA_CLIENT_MODE is self-managed")
        for group in _EXCLUDING:
            self._exclude(group, group)
        for field, others in _GIVES_WAY.items():
            self._exclude((field,), others)
        if self._comes_from_elsewhere("client_certificate", "CAMUNDA_MTLS_CERT_PATH"):
            self._exclude(("client_certificate_pem", "client_key_pem"), ("client_certificate",))
        if not any(self._has(name) for name in ("client_certificate", "client_certificate_pem")):
            self._drop("client_key", "no certificate is set beside it")
        if self._has("address") or self._has("cluster_id"):
            self._drop_if_they_disagree("rest_address", "the gateway is named")
        self._keep_saas()
        self._settle_plaintext()

    def chosen(self, disagreement: Callable[[list[str]], ConfigurationError]) -> Chosen:
        texts: dict[str, str] = {}
        given_as: dict[str, str] = {}
        fields = [field for field in ENVIRONMENT_NAMES if self._has(field)]
        insecure = any(is_true(text) for text in self._said("insecure").values())
        for field in fields:
            older, newer = self._older.get(field, {}), self._newer.get(field, {})
            counting = older or newer
            if _number_of_meanings(field, counting, insecure=insecure) > 1:
                error = disagreement(list(counting))
                if not older and self._older_name_nobody():
                    raise CredentialsUnavailable(error.message)
                raise error
            name, texts[field] = next(iter(counting.items()))
            given_as[field] = name
            if older and newer:
                meaning = normalised(field, texts[field], insecure=insecure)
                for other, text in newer.items():
                    if normalised(field, text, insecure=insecure) != meaning:
                        self._ignored[other] = f"{name} is set, which takes precedence"
        only_newer = frozenset(field for field in fields if field not in self._older)
        return Chosen(texts, given_as, only_newer, tuple(self._ignored.items()))

    def _has(self, field: str) -> bool:
        return bool(self._older.get(field) or self._newer.get(field))

    def _said(self, field: str) -> Mapping[str, str]:
        return self._older.get(field) or self._newer.get(field) or {}

    def _drop(self, field: str, reason: str) -> None:
        """Leave out what newer names say of a field, unless an older name says it, too."""
        if field not in self._older:
            for name in self._newer.pop(field, ()):
                self._ignored[name] = reason

    def _drop_all(self, fields: Iterable[str], reason: str) -> None:
        for field in fields:
            self._drop(field, reason)

    def _exclude(self, fields: Iterable[str], others: Iterable[str]) -> None:
        first = next((name for each in others for name in self._older.get(each, ())), None)
        if first is not None:
            self._drop_all(fields, f"{first} is set, which takes precedence")

    def _comes_from_elsewhere(self, field: str, variable: str) -> bool:
        return any(name.upper() != variable for name in self._older.get(field, ()))

    def _drop_if_they_disagree(self, field: str, reason: str) -> None:
        if _number_of_meanings(field, self._said(field)) > 1:
            self._drop(field, f"they disagree, and {reason}")

    def _implied_by_older(self) -> tuple[Strategy, str] | None:
        """The strategy that the older names alone mean, and one of them."""
        for strategy, fields in FIELDS_OF_STRATEGY.items():
            for field in fields:
                for name in self._older.get(field, ()):
                    return strategy, name
        return None

    def _can_be_followed(self, strategy: str) -> bool:
        match strategy:
            case "NONE":
                return True
            case "BASIC":
                return all(self._has(field) for field in FIELDS_OF_STRATEGY["BASIC"])
            case "OAUTH":
                return self._has("client_id")
            case _:
                return False

    def _keep_saas(self) -> None:
        """An older name for a cluster of Camunda SaaS implies its token endpoint, too."""
        where = self._older.get("address") or self._older.get("cluster_id") or {"": ""}
        name, text = next(iter(where.items()))
        if "address" in self._older and not is_saas_host(host_of(text)):
            return
        if not name or any(field in self._older for field in TOKEN_ENDPOINT_FIELDS):
            return
        urls = [text for field in TOKEN_ENDPOINT_FIELDS for text in self._said(field).values()]
        if any(host_of(url) != login_host() for url in urls):
            for field in (*TOKEN_ENDPOINT_FIELDS, "audience", "scope", "resource"):
                self._drop(field, f"{name} is set, which is in Camunda SaaS")

    def _settle_plaintext(self) -> None:
        """An address that says whether it is plaintext goes before a newer switch."""
        address = next(iter(self._said("address").values()), "")
        scheme, found, _ = address.lower().partition("://")
        if found and scheme in {"http", "grpc", "https", "grpcs"}:
            is_plaintext, reason = scheme in {"http", "grpc"}, f"begins with {scheme}://"
        elif found:
            return  # which is refused by whoever reads the address
        elif address.endswith(":443") or is_saas_host(host_of(address)):
            is_plaintext, reason = False, "is one of TLS"
        else:
            return
        for name, text in list(self._newer.get("insecure", {}).items()):
            if is_true(text) is not is_plaintext:
                del self._newer["insecure"][name]
                self._ignored[name] = f"the address {reason}"


def _says_plaintext(address: str) -> bool:
    return address.strip().lower().startswith(("http://", "grpc://"))


def _number_of_meanings(field: str, said: Mapping[str, str], *, insecure: bool = False) -> int:
    if len(said) <= 1:
        return len(said)
    return len({normalised(field, text, insecure=insecure) for text in said.values()})
