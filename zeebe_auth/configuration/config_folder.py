"""Where this project's files of a user's configuration are."""

from __future__ import annotations

from pathlib import Path

__all__ = ["user_config_folder"]


def user_config_folder() -> Path | None:
    """Return ``zeebe-auth`` in the user's configuration directory.

    None if this user has no home directory.
    """
    from platformdirs import user_config_path

    try:
        folder = user_config_path("zeebe-auth", appauthor=False)
    except RuntimeError:
        return None
    # Older versions of platformdirs leave the "~" of an unknown home directory as it is.
    return folder if folder.is_absolute() else None
