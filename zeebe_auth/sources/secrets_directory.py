"""Credentials from a directory with one file a field, as orchestrators mount secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.finding import findings_of_fields
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.names import choose
from zeebe_auth.configuration.one_secret import one_secret
from zeebe_auth.configuration.vocabulary import FIELD_OF_NAME, FIELDS, PATH_FIELDS, SECRET_FIELDS
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import (
    ConfigurationError,
    CredentialsUnavailable,
    without_arguments,
    without_frames,
)
from zeebe_auth.files.descriptors import lack_of_descriptors
from zeebe_auth.files.one_version import ChangedMeanwhile, link_target, read_together, resolved
from zeebe_auth.files.small_files import FileEmpty, FileMissing, absolute, read_small_text
from zeebe_auth.finding import Finding
from zeebe_auth.public_class import public_class

_VERSION_LINK = "..data"
"""The link to the version that counts: Kubernetes renames a new one over it, all files at once."""


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class SecretsDirectorySource:
    """Reads one file for each field, as Kubernetes, Docker and systemd mount secrets.

    A file is called like a field of a profile (``client_id``, ``client-secret``) or like an
    environment variable (``ZEEBE_CLIENT_ID``), in upper or lower case; other files are left alone.
    New lines at the end are no part of the value; a secret has one line, or is PEM. A field that
    names a file, such as ``ca_certificate``, is the mounted file itself. All are read anew for each
    `load`, so a secret that is replaced is noticed; a mount that is swapped in the middle gives the
    whole of one version, never some of each, and so does any directory whose files are behind one
    symbolic link. Plain files that are replaced one by one are read again if they change meanwhile,
    but two versions that take turns while they are read can't be told apart: swap a link instead.

    Args:
        path: The directory.
    """

    path: Path

    @without_arguments
    def __init__(self, path: str | os.PathLike[str]) -> None:
        object.__setattr__(self, "path", Path(path))

    def load(self) -> ClientCredentials:
        """The identity in the directory's files.

        Raises:
            CredentialsUnavailable: There is no such directory, or no part of an identity in it.
            ConfigurationError: A file can't be read, a part is missing, two files for one field
                disagree, or the files are replaced each time that they are read.
        """
        return read_together(
            lambda: credentials_from(self.fields()), f"secrets directory {self.path}"
        )

    def settings(self) -> Mapping[str, str]:
        """Address, CA file and the like, as texts.

        Raises:
            CredentialsUnavailable: There is no such directory.
            ConfigurationError: A file can't be read, or two files for one field disagree.
        """
        return self.fields().settings()

    def explain(self) -> Sequence[Finding]:
        """Whether the directory holds an identity, and why not."""
        return findings_of_fields(f"secrets directory {self.path}", self.fields, self.load)

    @without_frames
    def fields(self) -> GivenFields:
        """All that the files give, before it is judged; all of one version of the mount."""
        origin = f"secrets directory {self.path}"
        return read_together(lambda: self._fields(origin), origin)

    def _fields(self, origin: str) -> GivenFields:
        given: dict[str, dict[str, str]] = {}
        mount = self._mount()
        for file_name, file in sorted(mount.files.items()):
            name = _field_of(file_name)
            if name is None or resolved(file).is_dir():
                continue
            if name in PATH_FIELDS and file_name.upper() not in FIELD_OF_NAME:
                # Whoever reads it later must find the version of then.
                value = str(absolute(self.path, "secrets directory") / file_name)
            else:
                value = _text_of(file_name, mount)
            value = value.rstrip("\r\n")
            if value:
                given.setdefault(name, {})[file_name] = value

        def disagreement(names: list[str]) -> ConfigurationError:
            return ConfigurationError(
                f"The files {' and '.join(sorted(names))} in the {origin} disagree. Remove all but "
                "one, or give them the same content."
            )

        texts, given_as, newer, ignored = choose(given, disagreement)
        return GivenFields(
            origin,
            {name: text for name, text in texts.items() if name not in SECRET_FIELDS},
            {
                name: one_secret(text, name, f"The file {given_as[name]} in the {origin}")
                for name, text in texts.items()
                if name in SECRET_FIELDS
            },
            given_as,
            newer=newer,
            ignored=ignored,
        )

    def _mount(self) -> _Mount:
        try:
            return _mounted(self.path)
        except (FileNotFoundError, NotADirectoryError):
            raise CredentialsUnavailable(
                f"There is no secrets directory {self.path}. Mount the secret there, or name the "
                "right directory."
            ) from None
        except OSError as error:
            why = lack_of_descriptors(error) or f"{error.strerror}. Let this user read it"
            raise ConfigurationError(
                f"The secrets directory {self.path} can't be listed: {why}."
            ) from error
        except ValueError as error:  # a NUL, or on Windows what no name can have
            raise ConfigurationError(
                f"The secrets directory has a name that no directory can have: {str(self.path)!a}. "
                "Name the right one."
            ) from error


def _field_of(file_name: str) -> str | None:
    name = file_name.lower().replace("-", "_")
    return name if name in FIELDS else FIELD_OF_NAME.get(file_name.upper())


@dataclass(frozen=True, slots=True)
class _Mount:
    """The files of a directory, as one version of it has them.

    Args:
        folder: The directory itself, links in its own path followed.
        version: What its version link said; None if it has none.
        files: The names of the files that are called like a field, and where each is in that
            version.
    """

    folder: Path
    version: str | None
    files: Mapping[str, Path]

    def was_swapped(self) -> bool:
        return _link(self.folder / _VERSION_LINK) != self.version


def _mounted(path: Path) -> _Mount:
    # Links are resolved here, once: followed again for each file, they may lead to two versions.
    folder = Path(os.path.realpath(resolved(path)))
    version = link_target(folder / _VERSION_LINK)
    files: dict[str, Path] = {}
    if version is not None:
        # Files that are new in this version may not have a link of their own yet.
        for name in _names(folder / version):
            files[name] = folder / version / name
    for name in _field_files(folder):
        file = folder / name
        target = link_target(file)
        through = None if target is None else Path(target).parts
        if version is None or through is None or through[0] != _VERSION_LINK:
            files[name] = file
        else:
            files[name] = folder.joinpath(version, *through[1:])
    return _Mount(folder, version, files)


def _names(folder: Path) -> list[str]:
    try:
        return _field_files(folder)
    except OSError:
        return []  # gone: reading its files tells whether it was swapped


def _field_files(folder: Path) -> list[str]:
    # Others are not even looked at: there may be any number of them.
    return [file.name for file in folder.iterdir() if _field_of(file.name) is not None]


def _link(path: Path) -> str | None:
    try:
        return os.readlink(path)  # noqa: PTH115 - as it is written
    except OSError:
        return None


def _text_of(name: str, mount: _Mount) -> str:
    """The text of a file, empty if it is empty or leads nowhere."""
    try:
        return read_small_text(mount.files[name], "secret file")
    except FileEmpty:
        return ""
    except FileMissing:
        # Kubernetes removes the old version once it has linked the new one.
        if mount.was_swapped() or not os.path.lexists(mount.folder / name):
            raise ChangedMeanwhile from None
        return ""
