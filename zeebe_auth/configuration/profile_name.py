"""The name of a profile: who gives it, and what it may be."""

from __future__ import annotations

import os
import re

from zeebe_auth.errors import ConfigurationError

_ADDRESS = re.compile(r"[a-z+]+://.|[^/ ]+:\d+(/|$)|dns:", re.IGNORECASE)


def named_profile(profile: str | None = None) -> str | None:
    """The profile that ``profile``, else ``ZEEBE_AUTH_PROFILE``, names; None if neither does."""
    return profile or os.environ.get("ZEEBE_AUTH_PROFILE") or None


def checked_profile_name(profile: str) -> str:
    """``profile``, which may be any printable string: it is in messages.

    Raises:
        ConfigurationError: It is empty or has a character that can't be printed.
    """
    if not isinstance(profile, str) or not profile or not profile.isprintable():
        raise ConfigurationError(
            "A profile's name must be a string of at least one character and none that can't be "
            "printed."
        )
    return profile


def advice_on_address(profile: str) -> str | None:
    """What to write instead of an address in the place of a profile's name; None for a name.

    Args:
        profile: What was given as the name of a profile that isn't there.
    """
    if not _ADDRESS.match(profile):
        return None
    return (
        f'"{profile}" is an address, not the name of a profile. Set ZEEBE_ADDRESS to it, or write '
        "it into a profile as address, and give that profile's name."
    )


def written_string(text: str) -> str:
    """``text`` as a string of TOML."""
    import json

    # A basic string of TOML takes the escapes of JSON.
    return json.dumps(text, ensure_ascii=False)


def written_key(name: str) -> str:
    """``name`` as a key of TOML: in quotes, unless letters, digits, ``_`` and ``-`` are all."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else written_string(name)


def table_heading(profile: str) -> str:
    """The heading of a profile's table in the config file."""
    return f"[profiles.{written_key(profile)}]"
