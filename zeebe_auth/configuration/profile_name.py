"""The name of a profile: who gives it, and what it may be."""

from __future__ import annotations

import os

from zeebe_auth.errors import ConfigurationError


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
