"""Changes the default profile of a config file, and nothing else in it."""

from __future__ import annotations

import os
import secrets
import tomllib
from contextlib import suppress
from pathlib import Path

from zeebe_auth.configuration.profile_name import written_string
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.files.small_files import FileEmpty, FileMissing, read_small_file

_KEY = "default_profile"
_MARK = b"\xef\xbb\xbf"


def set_default_profile(path: Path, name: str) -> None:
    """Make ``name`` the default profile of the config file at ``path``.

    Comments, order, line ends, mode and owner stay. The file is written aside, read again (only
    the default may differ) and renamed over what a symbolic link leads to.

    Args:
        path: The config file. One that is missing is made, for its owner alone.
        name: The profile.

    Raises:
        ConfigurationError: It was not changed. The message has the line to write.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        # Not to be waited for twice, and nothing to be replaced.
        raise ConfigurationError(f"{path} is no file that can be changed. {_by_hand(path, name)}")
    try:
        read_small_file(target, "config file")
        before: bytes | None = target.read_bytes()  # with its byte order mark
    except FileMissing:
        before = None
    except FileEmpty:
        before = b""
    try:
        after = _edited(before or b"", name)
    except ImportError:
        raise ConfigurationError(
            f'{_by_hand(path, name)} To let this command do it, run: pip install "zeebe-credentials'
            '[cli]".'
        ) from None
    except ValueError as error:  # tomlkit's ParseError is one
        raise ConfigurationError(
            f"The config file {path} can't be changed without changing more. {_by_hand(path, name)}"
        ) from error
    try:
        _replace(target, before, after)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(
            f"The config file {path} can't be written: {reason}. {_by_hand(path, name)}"
        ) from error


def _by_hand(path: Path, name: str) -> str:
    return (
        f"Let {path} have this line at its beginning, instead of another {_KEY}:\n"
        f"{_KEY} = {written_string(name)}"
    )


def _edited(before: bytes, name: str) -> bytes:
    """The content with another default.

    Raises:
        ImportError: tomlkit is not installed.
        ValueError: It is no TOML, or something else would change with it.
    """
    import tomlkit

    mark, content = (_MARK, before[len(_MARK) :]) if before.startswith(_MARK) else (b"", before)
    text = content.decode("utf-8")
    document = tomlkit.parse(text)
    if _KEY in document:
        document[_KEY] = name
        edited = tomlkit.dumps(document)
    else:
        # At the beginning, where no table is yet: a comment up there stays above the rest.
        end = "\r\n" if "\r\n" in text else "\n"
        edited = f"{_KEY} = {written_string(name)}{end}{end if text.strip() else ''}{text}"
    wanted = {**tomllib.loads(text), _KEY: name}
    if tomllib.loads(edited) != wanted:
        raise ValueError("more than the default profile would differ")
    return mark + edited.encode("utf-8")


def _replace(target: Path, before: bytes | None, after: bytes) -> None:
    """Write ``after`` over ``target``, if that still holds ``before``."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
            if before is not None:
                _take_over_owner(target, file.fileno())
        if (target.read_bytes() if target.exists() else None) != before:
            raise OSError(None, "somebody else changed it meanwhile; run the command again")
        aside.replace(target)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def _take_over_owner(target: Path, descriptor: int) -> None:
    status = target.stat()
    if hasattr(os, "fchown"):
        own = os.fstat(descriptor)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            os.fchown(descriptor, status.st_uid, status.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, status.st_mode & 0o7777)
