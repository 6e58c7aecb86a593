"""What is a secret in a string that somebody else wrote, such as a file or a program's output."""

from __future__ import annotations

from zeebe_auth.configuration.placeholders import on_placeholder
from zeebe_auth.configuration.vocabulary import PEM_SECRET_FIELDS
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret


def one_secret(text: str, field: str, place: str) -> Secret:
    """Return the secret that is all of ``text`` but for the line ends behind it.

    Whoever calls it is `without_frames`: those in here hold the text.

    Args:
        text: One line; PEM, if the field is a key.
        field: Which secret it is.
        place: What holds the text, the beginning of a sentence for people.

    Raises:
        ConfigurationError: It has several lines and is no key in PEM: notes below a password, or
            two secrets, would all be sent as one. Or it is a placeholder of a template.
    """
    secret = text.rstrip("\r\n")
    left = on_placeholder(secret, is_secret=True)
    if left is not None:
        raise ConfigurationError(f"{place} {left}")
    if not may_have_lines(secret, field) and ("\n" in secret or "\r" in secret):
        raise ConfigurationError(
            f"{place} has several lines, and only a PEM key has more than one. Keep the secret "
            "alone there, in one line."
        )
    return Secret(secret)


def may_have_lines(text: str, field: str) -> bool:
    """Whether all lines of ``text`` are the secret: those of a key in PEM (RFC 7468).

    PEM below a password, such as a certificate in somebody's notes, is no part of that password.
    """
    return field in PEM_SECRET_FIELDS and "-----BEGIN" in text
