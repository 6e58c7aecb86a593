"""Credentials from a profile of the config file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zeebe_auth.arguments import check_text
from zeebe_auth.configuration.config_folder import inside
from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.document import (
    ConfigDocument,
    config_file_at,
    config_location,
    no_config_file_at,
    read_config,
)
from zeebe_auth.configuration.finding import finding_of
from zeebe_auth.configuration.given import GivenFields, nearest
from zeebe_auth.configuration.profile_name import named_profile, table_heading
from zeebe_auth.configuration.vocabulary import DESTINATION_FIELDS, SECRET_SETTINGS, SETTINGS
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.named_files import naming
from zeebe_auth.errors import (
    ConfigurationError,
    CredentialsUnavailable,
    without_arguments,
    without_frames,
)
from zeebe_auth.files.one_version import read_together
from zeebe_auth.finding import Finding
from zeebe_auth.protocols import CredentialSource
from zeebe_auth.public_class import public_class

_OAUTH = ("auth_strategy", "oauth")


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class ConfigFileSource:
    """Reads one profile of the config file, anew for each `load`.

    Args:
        profile: The profile; None takes ``ZEEBE_AUTH_PROFILE``, else the file's
            ``default_profile``, else ``default``.
        path: The file; None takes ``ZEEBE_AUTH_CONFIG``, else ``zeebe-auth/config.toml`` in the
            user's configuration directory.
    """

    profile: str | None
    path: Path | None

    @without_arguments
    def __init__(
        self, profile: str | None = None, path: str | os.PathLike[str] | None = None
    ) -> None:
        check_text(profile, "profile of ConfigFileSource")
        object.__setattr__(self, "profile", profile)
        object.__setattr__(self, "path", None if path is None else Path(path))

    def load(self) -> ClientCredentials:
        """The identity that the profile names, its references followed.

        Raises:
            CredentialsUnavailable: Nobody named file or profile, and it isn't there; or the
                profile names no part of an identity.
            ConfigurationError: A named file or profile isn't there, the file is no TOML, has an
                unknown key, a part is missing, or a reference leads nowhere.
            StoreError: A reference leads into a keychain that can't be used.
        """
        return read_together(self._load, config_file_at(config_location(self.path)[0]))

    def _load(self) -> ClientCredentials:
        document, profile = self._chosen()
        source = source_of(document, profile)
        if source is None:
            return credentials_from(document.fields_of(profile))
        with naming(f"source in the {document.origin_of(profile)}"):
            return source.load()

    def settings(self) -> Mapping[str, str]:
        """Address, CA file and the like, as texts; paths are full.

        Raises:
            CredentialsUnavailable: As `load`.
            ConfigurationError: As `load`; a reference is not followed for it.
        """
        return settings_of(*self._chosen()).settings()

    def explain(self) -> Sequence[Finding]:
        """Whether the profile holds an identity, and why not."""
        try:
            path = config_location(self.path)[0]
        except ConfigurationError:
            path = None  # its name begins with a home directory that is not known
        file = config_file_at(path)
        profile = named_profile(self.profile)
        subject = f"profile {profile} in {path or file}" if profile else file
        return finding_of(subject, self.load)

    def _chosen(self) -> tuple[ConfigDocument, str]:
        path, is_named = config_location(self.path)
        document = read_config(path)
        profile = named_profile(self.profile)
        if document is None:
            kind = ConfigurationError if is_named or profile else CredentialsUnavailable
            raise kind(
                f"There is {no_config_file_at(path)}. Write one with a table "
                f"{table_heading(profile or 'default')}, or name another with ZEEBE_AUTH_CONFIG."
            )
        profile = profile or document.default_profile
        if (profile or "default") not in document.profiles:
            kind = ConfigurationError if profile else CredentialsUnavailable
            near = nearest(profile or "default", document.profiles)
            raise kind(
                f'The config file {path} has no profile "{profile or "default"}". The profiles '
                f"there are: {document.profile_names}."
                f"{near or ' Name one of them, or add it.'}"
            )
        return document, profile or "default"


@without_frames
def source_of(document: ConfigDocument, profile: str) -> CredentialSource | None:
    """The source that a profile names in ``source = { use = … }``; None if it names none.

    Raises:
        ConfigurationError: The profile has an identity beside it, there is no such source, or it
            doesn't take the other keys of the table.
        StoreError: A reference leads into a keychain that can't be used.
    """
    table = document.table_of(profile, "source")
    if table is None:
        return None
    # Not before: it imports them all, and few profiles name one.
    from zeebe_auth.sources.configured import OUR_SOURCES, make_source

    origin = document.origin_of(profile)
    given = document.fields_of(profile)
    others = [
        name
        for name in (*given.texts, *given.secrets)
        if name not in (*SETTINGS, *SECRET_SETTINGS)
        and (name, given.texts.get(name, "").lower()) != _OAUTH
    ]
    if others:
        raise ConfigurationError(
            f"The {origin} has a source and {', '.join(others)} beside it, and an identity is "
            "never mixed from two places. Remove one of them."
        )
    if table["use"] in OUR_SOURCES and isinstance(table.get("path"), str):
        table["path"] = str(inside(document.folder, table["path"]))
    if table["use"] == "keyring":
        table.setdefault("profile", profile)
    with naming(f"source in the {origin}"):
        return make_source(table)


def settings_of(document: ConfigDocument, profile: str) -> GivenFields:
    """The settings of a profile: its own, and beside them those of its source if that is ours.

    Raises:
        AuthError: As `source_of`, and if the source can't be read.
    """
    given = document.fields_of(profile)
    own = replace(given, texts=given.settings(), secrets=given.secret_settings())
    source = source_of(document, profile)
    if source is None:
        return own
    from zeebe_auth.sources.configured import OUR_SOURCES

    # A third party's attribute of that name may mean anything.
    if type(source) not in OUR_SOURCES.values():
        return own
    with naming(f"source in the {document.origin_of(profile)}"):
        theirs: GivenFields = source.fields()  # type: ignore[attr-defined]  # one of ours
    texts = theirs.settings()
    if "address" in own or "cluster_id" in own:
        texts = {name: text for name, text in texts.items() if name not in DESTINATION_FIELDS}
    return replace(
        own,
        texts=texts | own.settings(),
        secrets=theirs.secret_settings() | own.secret_settings(),
        ignored=theirs.ignored,
        from_elsewhere=theirs.who_named(
            name for name in (*SETTINGS, *SECRET_SETTINGS) if name not in own
        ),
    )
