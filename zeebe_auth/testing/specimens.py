"""Keys and tokens to try a store with: numbered, so that a torn or mixed-up one is recognised."""

from __future__ import annotations

import secrets

from zeebe_auth.protocols import TokenStore
from zeebe_auth.secret import Secret
from zeebe_auth.testing.conformance import ConformanceError, expect
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

_FAR_AWAY = 9_999_999_999.0
_LONG = 100_000
_MAX_SHOWN_CHARACTERS = 60

ODD_TEXTS = (
    "",
    " ",
    "two\nlines\r\nand\ttabs",
    "../../../../etc/passwd",
    "a/b\\c:d|e?f*g",
    "C:\\Windows\\system32",
    "NUL",
    "quotes ' \" ` and {braces} %s %(x)s $HOME",
    "null \x00 and escape \x1b[31m",
    "grüße 令牌 🔑 \u202e\u0301",
    "a lone surrogate \udc80",
    "x" * _LONG,
)
"""Texts that a label or a scope may be, the last one of 100 KB."""


def fresh_key(label: str = "conformance check") -> TokenKey:
    """A key that nothing was kept under before."""
    return TokenKey(secrets.token_hex(32), label)


def numbered_token(number: int, length: int = 200) -> AccessToken:
    """The token of this number. Its value, time and scope belong together.

    Args:
        number: From 0 to 999999.
        length: How long its value is, in characters; odd numbers make it a third as long, so
            that one written over another without care leaves a rest.
    """
    value = f"{number:06d}." * (length // 7 // (1 + 2 * (number % 2)) + 1)
    return AccessToken(
        Secret(value), "Bearer", float(number), _FAR_AWAY + number, scope=f"scope-{number}"
    )


def read_numbered(store: TokenStore, key: TokenKey, doing: str) -> AccessToken:
    """Load one of the numbered tokens, whole, while something is going on."""
    try:
        loaded = store.load(key)
    except Exception as error:
        raise ConformanceError(
            f"load raised {type(error).__name__} {doing}: a reader must get a whole token, the "
            "one from before or the new one."
        ) from error
    return expect_numbered(loaded, doing)


def expect_numbered(loaded: object, doing: str) -> AccessToken:
    """Expect one of the numbered tokens, whole, and give it."""
    expect(loaded is not None, f"A reader saw no token {doing}, though one was kept all the time.")
    expect(
        isinstance(loaded, AccessToken), f"load gave a {type(loaded).__name__} {doing}, no token."
    )
    token = loaded
    assert isinstance(token, AccessToken)  # said by the line above, for mypy
    expect(
        token == numbered_token(int(token.issued_at))
        or token == numbered_token(int(token.issued_at), _LONG),
        f"A reader saw a torn token {doing}: its parts come from different ones.",
    )
    return token


def describe(text: str) -> str:
    """The text for an error sentence, cut."""
    return (
        repr(text)
        if len(text) <= _MAX_SHOWN_CHARACTERS
        else f"{text[:20]!r}… ({len(text)} characters)"
    )
