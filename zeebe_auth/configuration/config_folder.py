"""Where a user's configuration is, and what a path in it means."""

from __future__ import annotations

from pathlib import Path

from zeebe_auth.errors import ConfigurationError


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


def inside(folder: Path, path: str) -> Path:
    """``path`` as seen from ``folder``, ``~`` being the user's home.

    Raises:
        ConfigurationError: The home directory it names is not known.
    """
    try:
        return folder / Path(path).expanduser()
    except RuntimeError as error:
        raise ConfigurationError(
            f"The home directory in the path {path} is not known. Write the path in full."
        ) from error
