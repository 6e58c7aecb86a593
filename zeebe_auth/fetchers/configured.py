"""The fetcher that a profile of the config file names in ``token = { command = […] }``."""

from __future__ import annotations

from collections.abc import Mapping

from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.fetchers.command import CommandTokenFetcher

_KEYS = frozenset({"command", "format", "time_limit_seconds"})
_EXAMPLE = 'token = { command = ["gcloud", "auth", "print-access-token"], format = "text" }'


@without_frames
def make_fetcher(table: object, origin: str) -> CommandTokenFetcher:
    """The fetcher of a profile.

    Args:
        table: What the profile has under ``token``.
        origin: The profile, for people.

    Raises:
        ConfigurationError: It is no such table. The message quotes nothing of it but keys.
    """
    if not isinstance(table, Mapping) or "command" not in table:
        raise ConfigurationError(
            f"token in the {origin} must be a table with the command that prints a token, such as "
            f"{_EXAMPLE}. A token that is there already is bearer_token."
        )
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise ConfigurationError(
            f'token in the {origin} has the key "{unknown[0]}", which is not known. It has '
            "command, format and time_limit_seconds."
        )
    if not isinstance(table["command"], list):
        raise ConfigurationError(
            f"The command of token in the {origin} must be a list of strings, such as {_EXAMPLE}."
        )
    settings = {name: value for name, value in table.items() if name != "command"}
    settings["place"] = f"token in the {origin}"
    try:
        return CommandTokenFetcher(table["command"], **settings)
    except ConfigurationError as error:
        raise ConfigurationError(f"token in the {origin}: {error.message}") from None
