"""How an address is shown to people: by scheme, host, port and path."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_MAX_CHARACTERS = 300
_UNREADABLE = "an unreadable address"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>]*")


def shown_url(text: str) -> str:
    """The address in ``text`` without user, password, query and fragment.

    Those may be secrets: a token URL may carry ``?subscription-key=…``. A text in which it isn't
    clear where the password ends (it has a ``/``, ``?`` or ``#`` that isn't percent-encoded) or
    that is no URL with a host is not shown at all. A long one is cut off.
    """
    address = _parsed(text)
    if address is None:
        return _UNREADABLE
    scheme, host, port, path = address
    if ":" in host:
        host = f"[{host}]"
    shown = f"{scheme}://{host}{'' if port is None else f':{port}'}{path}"
    # Another's server may have written it: where a redirect leads, what discovery names.
    return shown if len(shown) <= _MAX_CHARACTERS else f"{shown[:_MAX_CHARACTERS]}…"


def shown_host(text: str) -> str:
    """The host alone of the address in ``text``, in lower case. A long one is cut off."""
    address = _parsed(text)
    return _UNREADABLE if address is None else address[1][:_MAX_CHARACTERS]


def shown_text(text: str) -> str:
    """``text`` with each address in it as `shown_url` shows it."""
    return _URL.sub(lambda found: shown_url(found[0]), text) if "://" in text else text


def _parsed(text: str) -> tuple[str, str, int | None, str] | None:
    """Scheme, host, port and path; None if what is what is in doubt."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    rest = f"{parts.path}{parts.query}{parts.fragment}"
    # urlsplit drops new lines and tabs; a parser that doesn't would see another host.
    plain = text.isprintable() and not {" ", "\\"}.intersection(text)
    if not plain or not parts.scheme or not host or "@" in rest:
        return None
    return parts.scheme, host, port, parts.path
