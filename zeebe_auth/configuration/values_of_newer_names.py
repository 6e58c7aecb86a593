"""What newer names say, in the words of their fields (see `zeebe_auth.configuration.names`)."""

from __future__ import annotations

from collections.abc import Mapping

from zeebe_auth.configuration.equivalence import is_false, is_true
from zeebe_auth.configuration.strategy import Strategy
from zeebe_auth.configuration.vocabulary import FORM_BY_FIELD
from zeebe_auth.errors import ConfigurationError

_STRATEGY_BY_WORD: Mapping[str, Mapping[str, Strategy | None]] = {
    "CAMUNDA_CLIENT_AUTH_METHOD": {"none": "NONE", "oidc": "OAUTH", "basic": "BASIC"},
    # "simple" and "oidc" are modes of 8.6 and before; the first chose nothing for the gateway.
    "CAMUNDA_CLIENT_MODE": {"saas": "OAUTH", "oidc": "OAUTH", "simple": None},
}
"""What the words of a variable mean; None says nothing of how to authenticate."""


def translated(field: str, name: str, value: str) -> str | None:
    """What a newer name says, in the words of the field; None if it says nothing.

    A time without a unit is in milliseconds under all of these names. What a name can't mean stays
    as it is, for whoever judges the field.
    """
    if field == "auth_strategy":
        return _strategy(name, value)
    if field == "insecure":
        return "false" if is_true(value) else "true" if is_false(value) else value
    if FORM_BY_FIELD[field] == "duration":
        return f"{value.strip()}ms" if _is_time(f"{value}ms") else value
    if field == "keep_alive_ms":
        return _milliseconds(value)
    return value


def _is_time(value: str) -> bool:
    # Imported here: few say a time.
    from zeebe_auth.configuration.durations import parse_duration

    try:
        parse_duration(value)
    except ConfigurationError:
        return False
    return True


def _milliseconds(value: str) -> str:
    # Imported here: few say a time.
    from zeebe_auth.configuration.durations import parse_duration

    try:
        milliseconds = round(parse_duration(value, unit="ms") * 1000, 6)
    except ConfigurationError:
        return value
    return str(int(milliseconds)) if milliseconds.is_integer() else value


def _strategy(name: str, value: str) -> str | None:
    if name == "CAMUNDA_OAUTH_DISABLED":
        return "NONE" if is_true(value) else None if is_false(value) else value
    return _STRATEGY_BY_WORD[name].get(value.strip().lower(), value)


def can_be_read(field: str, text: str) -> bool:
    """Whether ``text``, as `translated` gives it, is a value of ``field`` as far as that is plain.

    Files aren't opened.
    """
    # Imported here: few say these fields by their newer names.
    from zeebe_auth.configuration.durations import parse_duration
    from zeebe_auth.configuration.one_secret import one_secret
    from zeebe_auth.configuration.sizes import parse_size

    try:
        match FORM_BY_FIELD[field]:
            case "size":
                parse_size(text)
            case "duration":
                parse_duration(text)
            case "secret" | "secret pem":
                one_secret(text, field, field)
            case "number" if field == "keep_alive_ms":
                # It is in milliseconds by now, if it can be.
                return text.strip().isdecimal() and parse_duration(text, unit="ms") > 0
            case "host" if field == "cloud_domain":
                from zeebe_auth.configuration.addresses import checked_domain

                checked_domain(text)
            case _:
                pass
    except ConfigurationError:
        return False
    return True
