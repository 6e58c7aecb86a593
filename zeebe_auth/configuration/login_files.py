"""The files of ``zeebe-auth login --store file``, for machines without a keychain."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, unquote

from zeebe_auth.configuration.config_folder import user_config_folder
from zeebe_auth.errors import StoreError
from zeebe_auth.files.private_file import read_private_file, rename, write_private_file

_SUFFIX = ".json"
_SECRET_SUFFIX = ".client_secret"


def login_file(profile: str) -> Path | None:
    """Where a profile is kept: in ``zeebe-auth/logins`` of the user's configuration directory.

    Returns:
        The file, whether it is there or not; None if this user has no home directory.
    """
    folder = _folder()
    return None if folder is None else folder / f"{_file_name(profile)}{_SUFFIX}"


def secret_file(profile: str) -> Path | None:
    """Where the client secret of a profile is kept whose other fields are in the config file.

    Returns:
        The file, whether it is there or not; None if this user has no home directory.
    """
    folder = _folder()
    return None if folder is None else folder / f"{_file_name(profile)}{_SECRET_SUFFIX}"


def login_files() -> tuple[str, ...]:
    """The names of the profiles that are kept in files, sorted."""
    folder = _folder()
    if folder is None:
        return ()
    try:
        files = [each.name for each in folder.iterdir()]
    except OSError:
        return ()
    kept = [each.removesuffix(_SUFFIX) for each in files if each.endswith(_SUFFIX)]
    # A file that is being written begins with a dot, which is quoted in no name.
    return tuple(sorted(unquote(each) for each in kept if not each.startswith(".")))


def read_login_file(path: Path) -> str | None:
    """Return what a file holds; None if there is none.

    Raises:
        StoreError: Somebody else may read or write it, or it can't be read.
    """
    try:
        return read_private_file(path).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(
            f"The login in {path} can't be read: {error.strerror}. Correct its permissions, or log "
            "in again."
        ) from error


def write_login_file(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, in place of the one that is there.

    Raises:
        StoreError: It can't be written; the one that is there is unchanged.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private_file(aside, text.encode())
        rename(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise StoreError(
            f"The login can't be written to {path}: {error.strerror}. Nothing was stored. Let this "
            "user write to that directory, and log in again."
        ) from error


def delete_login_file(path: Path) -> bool:
    """Remove a file; it returns whether there was one.

    Raises:
        StoreError: It can't be removed.
    """
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreError(
            f"{path} can't be removed: {error.strerror}. Remove it yourself."
        ) from error
    return True


def _file_name(profile: str) -> str:
    return quote(profile, safe="").replace(".", "%2E")


def _folder() -> Path | None:
    folder = user_config_folder()
    return None if folder is None else folder / "logins"
