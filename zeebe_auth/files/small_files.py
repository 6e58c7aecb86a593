"""Reads small files: configuration, secrets, keys and tokens.

What goes wrong names the file and says what to do; no error and no frame of its traceback holds
what a file says.
"""

from __future__ import annotations

import os
from pathlib import Path

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.files.bounded_read import Content, FileEmpty, FileMissing
from zeebe_auth.files.one_version import ChangedMeanwhile, leads_elsewhere, read_file
from zeebe_auth.secret import Secret

__all__ = [
    "MAX_BYTES",
    "FileEmpty",
    "FileMissing",
    "absolute",
    "is_one_word",
    "read_small_file",
    "read_small_text",
    "read_token",
]

MAX_BYTES = 1024 * 1024
"""How much of a file is taken at most, if nothing else is said."""


def read_small_file(
    path: Path,
    what: str,
    *,
    advice: str = "Name a file that this user may read.",
    max_bytes: int = MAX_BYTES,
) -> bytes:
    """Return the content of a file, without the byte order mark that some editors put first.

    A named pipe is read to its end for at most 5 s. One that came with the process, such as a
    shell's ``<(…)``, gives the same again to whoever reads it later. The null device counts as an
    empty file.

    Args:
        path: The file.
        what: What it is, for people, such as ``env file`` or ``client certificate in``.
        advice: What to do if it can't be read: a sentence.
        max_bytes: How large it may be, 1 MiB if nothing else is said.

    Raises:
        ConfigurationError: There is no such file, or it is empty (classes of their own here, for
            callers that go on); it can't be read, is a directory, a device or a socket, is larger
            than that, or is a pipe that nobody wrote to or closed in time.
    """
    found = read_file(path, max_bytes)
    if isinstance(found, Content):
        return found.content
    if found.kind is FileMissing and leads_elsewhere(path):
        # The version that the links led to was removed once they led to another one.
        raise ChangedMeanwhile
    raise found.kind(f"The {what} {path} {found.reason} {found.advice or advice}")


def read_small_text(
    path: Path, what: str, *, advice: str = "Name a file that this user may read."
) -> str:
    """Return the text of a file in UTF-8; otherwise as `read_small_file`.

    Raises:
        FileMissing: There is no such file.
        FileEmpty: It is empty.
        ConfigurationError: As `read_small_file`, or it is not UTF-8.
    """
    text = _decoded(read_small_file(path, what, advice=advice))
    if text is None:
        raise ConfigurationError(f"The {what} {path} is not text in UTF-8. Save it as UTF-8.")
    return text


def read_token(path: Path, what: str) -> Secret:
    """Return the one token in a file that somebody else renews, such as a JWT.

    Args:
        path: The file.
        what: What it holds, for people, such as ``client assertion``.

    Raises:
        ConfigurationError: It can't be read, or holds anything but one word of ASCII.
    """
    token = _one_word(
        read_small_file(
            path,
            f"{what} in",
            advice="Check that the file is mounted and that this user may read it.",
        )
    )
    if token is None:
        raise ConfigurationError(
            f"The file {path} holds no {what}. It should hold one line: the token, in ASCII."
        )
    return token


def is_one_word(secret: Secret) -> bool:
    """Whether the string can be a token: visible ASCII without a space."""
    text = secret.reveal()
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def absolute(path: str | os.PathLike[str], what: str) -> Path:
    """Return ``path`` as seen from the working directory of now.

    The same relative path names another file in another working directory, so that it must not be
    kept or compared as it is. Links in it are not followed: they may be swapped on purpose.

    Raises:
        ConfigurationError: It is relative and the working directory is gone.
    """
    try:
        return Path(path).absolute()
    except OSError as error:
        raise ConfigurationError(
            f"The {what} {path} is relative to a working directory that is gone "
            f"({error.strerror}). Give its full path."
        ) from error


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        # Its error would carry the content.
        return None


def _one_word(content: bytes) -> Secret | None:
    try:
        token = Secret(content.decode("ascii").strip())
    except UnicodeDecodeError:
        return None
    return token if is_one_word(token) else None
