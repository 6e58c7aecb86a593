"""What is a secret in a text that somebody else wrote, such as a file or a program's output."""

from __future__ import annotations

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

__all__ = ["is_pem_text", "one_secret"]


def one_secret(text: str, place: str) -> Secret:
    """Return the secret that is all of ``text`` but for the line ends behind it.

    Whoever calls it is `without_frames`: those in here hold the text.

    Args:
        text: One line, or PEM.
        place: What holds the text, the beginning of a sentence for people.

    Raises:
        ConfigurationError: It has several lines and is no PEM: notes below a password, or two
            secrets, would all be sent as one.
    """
    secret = text.rstrip("\r\n")
    if not is_pem_text(secret) and ("\n" in secret or "\r" in secret):
        raise ConfigurationError(
            f"{place} has several lines, and only a PEM key has more than one. Keep the secret "
            "alone there, in one line."
        )
    return Secret(secret)


def is_pem_text(text: str) -> bool:
    """Whether it is, or holds, PEM (RFC 7468)."""
    return "-----BEGIN" in text
