"""HTTP Basic authentication as a token."""

from __future__ import annotations

from base64 import b64encode

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.token import AccessToken

__all__ = ["basic_token"]


def basic_token(username: str, password: Secret, *, named: str) -> AccessToken:
    """User name and password joined in UTF-8 (RFC 7617, 2.1).

    Args:
        username: The user name.
        password: The password.
        named: What the user name is called where it was given, for an error.

    Raises:
        ConfigurationError: The user name is empty or holds a colon or a control character.
    """
    if not username or ":" in username or not username.isprintable():
        raise ConfigurationError(
            f"{named} is empty or has a colon or a control character, which Basic authentication "
            "can't carry (RFC 7617, 2). Use a user name without one."
        )
    # What an environment holds beyond UTF-8 goes out byte by byte as it came.
    pair = f"{username}:{password.reveal()}".encode("utf-8", "surrogateescape")
    return AccessToken(Secret(b64encode(pair).decode("ascii")), "Basic")
