"""A file that holds one token, which somebody else renews."""

from __future__ import annotations

from pathlib import Path

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret

__all__ = ["is_one_word", "read_token_file"]


def read_token_file(path: Path, called: str) -> Secret:
    """The token as it stands in the file now.

    Args:
        path: The file.
        called: What it holds, for the errors, such as ``client assertion``.

    Raises:
        ConfigurationError: It can't be read, or holds anything but one word of ASCII.
    """
    try:
        token = Secret(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        cause = type(error).__name__
    else:
        if is_one_word(token):
            return token
        raise ConfigurationError(
            f"The file {path} holds no JWT. It should hold one line, the signed {called}."
        )
    raise ConfigurationError(
        f"The {called} in {path} can't be read ({cause}). Check that the file is mounted and that "
        "this user may read it."
    )


def is_one_word(secret: Secret) -> bool:
    """Whether the text can be a token: visible ASCII without a space."""
    text = secret.reveal()
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
