"""Whether two ways to write a value mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from zeebe_auth.configuration.field import Form
from zeebe_auth.configuration.vocabulary import FORM_BY_FIELD

if TYPE_CHECKING:
    from zeebe_auth.configuration.addresses import Address


_DNS = "dns:///"
_DEFAULT_PORTS = {"https": 443, "http": 80}
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def unquoted(text: str) -> str:
    """``text`` without the white space and the one pair of quotes around it.

    ``docker --env-file`` hands on the quotes of the file that Camunda's Console writes, and
    ``NAME="$(cat FILE)"`` the byte order mark of a file that Windows saved.
    """
    text = text.strip().removeprefix("\ufeff")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


def is_true(text: str | None) -> bool:
    """Whether a switch is on."""
    return text is not None and text.strip().lower() in _TRUE


def is_false(text: str | None) -> bool:
    """Whether a switch is off by its own word."""
    return text is not None and text.strip().lower() in _FALSE


def is_switch(text: str) -> bool:
    """Whether ``text`` says on or off in a way that is known."""
    return text.strip().lower() in _TRUE | _FALSE


def normalised(field: str, text: str, *, insecure: bool = False) -> object:
    """What two values of ``field`` have in common when they mean the same.

    Args:
        field: The field's name.
        text: Its value.
        insecure: Whether an address without a scheme is meant in plaintext.
    """
    match FORM_BY_FIELD[field]:
        case "url":
            return _normalised_url(text)
        case "address":
            return _normalised_address(text, insecure=insecure)
        case "scopes":
            return frozenset(text.split())
        case "uris":
            return tuple(_normalised_url(uri) for uri in text.split())
        case "switch":
            return is_true(text)
        case "size" | "duration" as form:
            return _normalised_quantity(form, text)
        case "rest address":
            # The clients of Camunda's REST API add the version themselves.
            return _normalised_url(text.rstrip("/").removesuffix("/v2"))
        case "number":
            # As text: Python refuses to read thousands of digits.
            digits = text.strip()
            return (digits.lstrip("0") or "0") if digits.isdecimal() else text
        case "host":
            return text.lower()
        case _:
            return text


def host_of(address: str) -> str:
    """The host of an address with or without a scheme and port, lower case, without a last dot.

    Empty if it has none.
    """
    parts = _split(address)
    return "" if parts is None else (parts.hostname or "").rstrip(".")


def _split(address: str) -> SplitResult | None:
    # gRPC's dns:///host:port has an authority of its own in front, which is empty.
    if address[: len(_DNS)].lower() == _DNS:
        address = address[len(_DNS) :]
    try:
        return urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return None


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return -1


def _normalised_url(text: str) -> object:
    parts = _split(text)
    if parts is None or not parts.hostname or _port(parts) == -1:
        return text
    port = _port(parts) or _DEFAULT_PORTS.get(parts.scheme)
    user = parts.netloc.rpartition("@")[0]
    return (parts.scheme, user, parts.hostname, port, parts.path.rstrip("/"), parts.query)


def _normalised_quantity(form: Form, text: str) -> object:
    # Imported here: sizes and times are compared only where two names give one.
    from zeebe_auth.configuration.durations import parse_duration
    from zeebe_auth.configuration.sizes import parse_size
    from zeebe_auth.errors import ConfigurationError

    try:
        return parse_size(text) if form == "size" else parse_duration(text)
    except ConfigurationError:
        return text


def _normalised_address(text: str, *, insecure: bool) -> object:
    address = _address(text, insecure or None) or _address(text, None)
    if address is None:
        return text
    return (address.plaintext, address.host.lower().removesuffix("."), address.port)


def _address(text: str, insecure: bool | None) -> Address | None:
    # Imported here: addresses are compared only where two names give one.
    from zeebe_auth.configuration.addresses import parse_address
    from zeebe_auth.errors import ConfigurationError

    try:
        return parse_address(text, insecure=insecure)
    except ConfigurationError:
        return None
