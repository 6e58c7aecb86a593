"""Sizes of messages and the like, as people and Camunda's variables write them."""

from __future__ import annotations

import re

from zeebe_auth.errors import ConfigurationError

_SIZE = re.compile(r"([0-9]{1,12})\s*(?:([kmg])i?)?b?", re.ASCII | re.IGNORECASE)
_FACTORS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_HIGHEST = (1 << 31) - 1


def parse_size(text: str) -> int:
    """Read a size, in bytes.

    It is a whole number of bytes, or one with a unit: ``B``, ``KB``, ``MB``, ``GB``, in any case.
    Units are binary, as in Spring's ``DataSize``, which Camunda's own clients use: ``5MB`` is
    5,242,880 bytes. ``KiB``, ``MiB`` and ``GiB`` mean the same.

    Args:
        text: The size.

    Raises:
        ConfigurationError: It is no such size, or not from 1 to 2,147,483,647 bytes, which is the
            most that gRPC counts.
    """
    match = _SIZE.fullmatch(text.strip())
    size = int(match[1]) * _FACTORS[(match[2] or "").lower()] if match else 0
    if not 1 <= size <= _HIGHEST:
        shown = text if len(text) <= len(str(_HIGHEST)) else text[: len(str(_HIGHEST))] + "…"
        raise ConfigurationError(
            f"{shown!r} is not a size from 1 to {_HIGHEST} bytes. Write a whole number of bytes, "
            'or one with a unit, such as "5MB" or "16KB".'
        )
    return size
