"""Reads a file of a person's size as text; what goes wrong names the file, never its content."""

from __future__ import annotations

from pathlib import Path

from zeebe_auth.errors import ConfigurationError

__all__ = ["read_small_file"]

_MOST_BYTES = 1024 * 1024


def read_small_file(path: Path, what: str) -> str | None:
    """The text of ``path`` in UTF-8, a byte order mark left out; None if there is no such file.

    Args:
        path: The file.
        what: What it is, for people, such as ``env file``.

    Raises:
        ConfigurationError: It can't be read, is larger than 1 MiB, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ConfigurationError(
            f"The {what} {path} can't be read: {reason}. Name a file that this user may read."
        ) from error
    if len(content) > _MOST_BYTES:
        raise ConfigurationError(f"The {what} {path} is larger than 1 MiB. Name the right file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The decoder's error would carry the content.
        raise ConfigurationError(
            f"The {what} {path} is not text in UTF-8. Save it as UTF-8."
        ) from None
