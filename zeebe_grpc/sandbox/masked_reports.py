"""Reports of failed tests without the tokens that were compared: CI keeps and shows them.

pytest writes the operands of a failed ``assert`` as they are, and compares texts letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

_MASK = "**********"
_MAX_SHOWN_CHARACTERS = 240
_MAX_DEPTH = 6
_MIN_SECRET_CHARACTERS = 8
_CREDENTIALS = r"[A-Za-z0-9._~+/=-]"  # b64token (RFC 6750, 2.1)
_HEADER = re.compile(r"(Bearer|Basic) +\S+", re.IGNORECASE)
_QUOTED_HEADER = re.compile(r"(?<=['\"])(Bearer|Basic) +[^\s'\"]+(?=['\"])", re.IGNORECASE)
# In running text "Bearer" is also a word: only what is long enough for a token is one.
_HEADER_IN_TEXT = re.compile(rf"\b(Bearer|Basic) +{_CREDENTIALS}{{16,}}", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w.-]*")


class MaskedReports:
    """Takes tokens, and texts that are known to be secret, out of what pytest reports."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def hide(self, secret: str) -> None:
        """Take ``secret`` out as well, wherever it is."""
        if secret:
            self._secrets.add(secret)

    def comparison(self, op: str, left: object, right: object) -> list[str] | None:
        """The explanation of a failed comparison; None if there is nothing to hide in it."""
        secrets = {*_secrets_in(left), *_secrets_in(right)}
        shown = [self._shown(operand, secrets) for operand in (left, right)]
        if not secrets and shown == [repr(left), repr(right)]:
            return None
        return [
            f"{_shortened(shown[0])} {op} {_shortened(shown[1])}",
            "",
            "Tokens are not shown. Compare parts of them, or their claims, to see a difference.",
        ]

    def text(self, text: str, secrets: AbstractSet[str] = frozenset()) -> str:
        """``text`` with stars in place of secrets."""
        for pattern in (_QUOTED_HEADER, _HEADER_IN_TEXT):
            text = pattern.sub(rf"\1 {_MASK}", text)
        for secret in sorted(self._secrets | secrets, key=len, reverse=True):
            # A shorter one would also be found in words.
            if len(secret) >= _MIN_SECRET_CHARACTERS:
                text = text.replace(secret, _MASK)
        return _JWT.sub(_MASK, text)

    def report(self, report: Any) -> None:
        """Mask a test's report: tracebacks, variables, and what was captured."""
        report.longrepr = self._masked(report.longrepr, set())
        report.sections = [(name, self.text(content)) for name, content in report.sections]

    def _shown(self, operand: object, secrets: AbstractSet[str]) -> str:
        return self.text(repr(operand), secrets)

    def _masked(self, value: Any, seen: set[int]) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._masked(each, seen) for each in value)
        if id(value) in seen:
            return value
        seen.add(id(value))
        if isinstance(value, list):
            value[:] = [self._masked(each, seen) for each in value]
        elif type(value).__module__.startswith("_pytest.") and hasattr(value, "__dict__"):
            for name, part in vars(value).items():
                setattr(value, name, self._masked(part, seen))
        return value


def _secrets_in(operand: object, depth: int = 0) -> Iterator[str]:
    """The credentials in header values, however short."""
    if isinstance(operand, str):
        # A str that hides its own text is `AccessToken.authorization`.
        if _HEADER.fullmatch(operand) or type(operand).__repr__ is not str.__repr__:
            yield operand.partition(" ")[2].strip() or str(operand)
    elif isinstance(operand, Mapping | list | tuple | AbstractSet) and depth < _MAX_DEPTH:
        parts = [*operand.values()] if isinstance(operand, Mapping) else operand
        for part in parts:
            yield from _secrets_in(part, depth + 1)


def _shortened(text: str) -> str:
    if len(text) <= _MAX_SHOWN_CHARACTERS:
        return text
    half = _MAX_SHOWN_CHARACTERS // 2
    return f"{text[:half]}...{text[-half:]}"
