"""Credentials from a directory with one file a field, as orchestrators mount secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.environment_names import FIELD_OF_NAME
from zeebe_auth.configuration.equivalence import is_true, normalised
from zeebe_auth.configuration.finding import finding_of
from zeebe_auth.configuration.given import FIELDS, PATH_FIELDS, SECRET_FIELDS, GivenFields
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import ConfigurationError, CredentialsUnavailable, without_frames
from zeebe_auth.explanation import Finding
from zeebe_auth.secret import Secret
from zeebe_auth.small_files import read_small_file

__all__ = ["SecretsDirectorySource"]


@dataclass(frozen=True, slots=True, init=False)
class SecretsDirectorySource:
    """Reads one file for each field, as Kubernetes, Docker and systemd mount secrets.

    A file is called like a field of a profile (``client_id``, ``client-secret``) or like an
    environment variable (``ZEEBE_CLIENT_ID``), in upper or lower case; other files are left alone.
    One new line at the end is no part of the value. A field that names a file, such as
    ``ca_certificate``, is the mounted file itself. All are read anew for each `load`, so a secret
    that is replaced is noticed.

    Args:
        path: The directory.
    """

    path: Path

    def __init__(self, path: str | os.PathLike[str]) -> None:
        object.__setattr__(self, "path", Path(path))

    def load(self) -> ClientCredentials:
        """The identity in the directory's files.

        Raises:
            CredentialsUnavailable: There is no such directory, or no part of an identity in it.
            ConfigurationError: A file can't be read, a part is missing, or two files for one
                field disagree.
        """
        return credentials_from(self.fields())

    def settings(self) -> Mapping[str, str]:
        """Address, CA file and the like, as texts.

        Raises:
            CredentialsUnavailable: There is no such directory.
            ConfigurationError: A file can't be read, or two files for one field disagree.
        """
        return self.fields().settings()

    def explain(self) -> Sequence[Finding]:
        """Whether the directory holds an identity, and why not."""
        return finding_of(f"secrets directory {self.path}", self.load)

    @without_frames
    def fields(self) -> GivenFields:
        """All that the files give, before it is judged."""
        origin = f"secrets directory {self.path}"
        given: dict[str, dict[str, str]] = {}
        for file in self._files():
            name = _field_of(file.name)
            if name is None or file.is_dir():
                continue
            if name in PATH_FIELDS and file.name.upper() not in FIELD_OF_NAME:
                value: str | None = str(file)
            else:
                value = read_small_file(file, "secret file")
            if value is not None:
                value = value.removesuffix("\n").removesuffix("\r")
            if value:
                given.setdefault(name, {})[file.name] = value
        insecure = any(is_true(value) for value in given.get("insecure", {}).values())
        for name, values in given.items():
            if len({normalised(name, v, insecure=insecure) for v in values.values()}) > 1:
                raise ConfigurationError(
                    f"The files {' and '.join(sorted(values))} in the {origin} disagree. Remove "
                    "all but one, or give them the same content."
                )
        firsts = {name: min(values.items()) for name, values in given.items()}
        return GivenFields(
            origin,
            {name: value for name, (_, value) in firsts.items() if name not in SECRET_FIELDS},
            {name: Secret(value) for name, (_, value) in firsts.items() if name in SECRET_FIELDS},
            {name: file_name for name, (file_name, _) in firsts.items()},
        )

    def _files(self) -> list[Path]:
        try:
            return sorted(self.path.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            raise CredentialsUnavailable(
                f"There is no secrets directory {self.path}. Mount the secret there, or name the "
                "right directory."
            ) from None
        except OSError as error:
            raise ConfigurationError(
                f"The secrets directory {self.path} can't be listed: {error.strerror}. Let this "
                "user read it."
            ) from error


def _field_of(file_name: str) -> str | None:
    name = file_name.lower().replace("-", "_")
    return name if name in FIELDS else FIELD_OF_NAME.get(file_name.upper())
