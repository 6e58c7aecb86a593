"""The sources that a ``source = { use = "…" }`` table of the config file can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zeebe_auth.plugins import SOURCE_GROUP, make_part, unfit
from zeebe_auth.protocols import CredentialSource
from zeebe_auth.sources.command import CommandSource
from zeebe_auth.sources.env_file import EnvFileSource
from zeebe_auth.sources.environment import EnvSource
from zeebe_auth.sources.keychain import KeyringSource
from zeebe_auth.sources.secrets_directory import SecretsDirectorySource

OUR_SOURCES: Mapping[str, Callable[..., CredentialSource]] = {
    "command": CommandSource,
    "env-file": EnvFileSource,
    "environment": EnvSource,
    "keyring": KeyringSource,
    "secrets-directory": SecretsDirectorySource,
}


def make_source(table: Mapping[str, object]) -> CredentialSource:
    """The source that a table of the config file names.

    Args:
        table: ``use`` names one of ours (see `OUR_SOURCES`) or a registered one; the other keys
            become keyword arguments, references to secrets resolved to `Secret`.

    Raises:
        ConfigurationError: There is none of that name, it can't be imported, it doesn't take
            these arguments, or it makes something that is no source; or a reference leads nowhere.
    """
    name, source = make_part("source", SOURCE_GROUP, OUR_SOURCES, table)
    if isinstance(source, type) or not isinstance(source, CredentialSource):
        raise unfit("source", name, source, "load()")
    return source
