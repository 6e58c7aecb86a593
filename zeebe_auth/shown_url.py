"""How an address is shown to people: by scheme, host, port and path."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["shown_text", "shown_url"]

_UNREADABLE = "<an unreadable address>"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>]*")


def shown_url(text: str) -> str:
    """The address in ``text`` without user, password, query and fragment.

    Those may be secrets: a token URL may carry ``?subscription-key=…``. A text in which it isn't
    clear where the password ends (it has a ``/``, ``?`` or ``#`` that isn't percent-encoded) or
    that is no URL with a host is not shown at all.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return _UNREADABLE
    rest = f"{parts.path}{parts.query}{parts.fragment}"
    if not parts.scheme or not host or "@" in rest or not _is_plain(f"{host}{parts.path}"):
        return _UNREADABLE
    if ":" in host:
        host = f"[{host}]"
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{parts.path}"


def shown_text(text: str) -> str:
    """``text`` with each address in it as `shown_url` shows it."""
    return _URL.sub(lambda found: shown_url(found[0]), text) if "://" in text else text


def _is_plain(text: str) -> bool:
    return text.isprintable() and not {" ", "\\"}.intersection(text)
