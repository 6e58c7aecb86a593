"""The config file as TOML: where it is, which profiles it has, what one of them says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from zeebe_auth.configuration.config_folder import inside, user_config_folder
from zeebe_auth.configuration.given import GivenFields, did_you_mean, text_of
from zeebe_auth.configuration.one_secret import one_secret
from zeebe_auth.configuration.secret_reference import (
    ESCAPED_BY_BACKSLASH,
    SecretReference,
    with_references,
)
from zeebe_auth.configuration.toml_limits import check_toml
from zeebe_auth.configuration.vocabulary import FIELDS, FORM_BY_FIELD, PATH_FIELDS, SECRET_FIELDS
from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.files.small_files import FileEmpty, FileMissing, read_small_text
from zeebe_auth.secret import DeferredSecret, Secret

_TOP_LEVEL = ("default_profile", "profiles")
_TABLES = ("source", "token", "store")
_MAX_NAMES = 20
_warned_paths: set[Path] = set()


@dataclass(frozen=True, slots=True)
class ConfigDocument:
    """A config file that was read.

    Args:
        path: The file.
        default_profile: The profile it names as its default, if it does.
        profiles: Each profile's table, unjudged.
    """

    path: Path
    default_profile: str | None
    profiles: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @property
    def folder(self) -> Path:
        """What relative paths in it are relative to."""
        return self.path.absolute().parent

    @property
    def profile_names(self) -> str:
        """The names of the profiles there are, for people."""
        names = sorted(self.profiles)
        more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
        return (", ".join(names[:_MAX_NAMES]) or "none") + more

    def origin_of(self, profile: str) -> str:
        """How a profile of this file is called, for people."""
        return f"profile {profile} in {self.path}"

    @without_frames
    def fields_of(self, profile: str) -> GivenFields:
        """What a profile says beside its tables; references are kept, not followed.

        Raises:
            ConfigurationError: A key is unknown or a value has the wrong type. The message holds
                no value.
        """
        origin = self.origin_of(profile)
        texts: dict[str, str] = {}
        secrets: dict[str, Secret | DeferredSecret] = {}
        for name, value in self.profiles[profile].items():
            if name in _TABLES:
                continue
            if name in _TOP_LEVEL:
                raise ConfigurationError(
                    f'The {origin} has the key "{name}", which is no key of a profile. Move it to '
                    "the beginning of the file, above the first table."
                )
            if name not in FIELDS:
                self._refuse_nested(profile, name, value)
                known = (*FIELDS, *_TABLES)
                raise ConfigurationError(
                    f'The {origin} has the key "{name}", which is not known.'
                    f" {did_you_mean(name, known)}"
                )
            if FORM_BY_FIELD[name] == "metadata":
                from zeebe_auth.configuration.metadata_table import MetadataTable

                secrets[name] = MetadataTable.parse(value, f"{name} in the {origin}", self.folder)
                continue
            if name in SECRET_FIELDS:
                secret = self._secret(name, value, origin)
                if secret:
                    secrets[name] = secret
                continue
            text = text_of(name, value, f"the {origin}").rstrip("\r\n")
            if name in PATH_FIELDS and not ESCAPED_BY_BACKSLASH.isdisjoint(text):
                from zeebe_auth.configuration.toml_mistakes import CONTROL_CHARACTERS_ADVICE

                raise ConfigurationError(f"{name} in the {origin} {CONTROL_CHARACTERS_ADVICE}")
            if text or FORM_BY_FIELD[name] == "prefix":
                texts[name] = str(inside(self.folder, text)) if name in PATH_FIELDS else text
        return GivenFields(origin, texts, secrets)

    @without_frames
    def table_of(self, profile: str, name: str) -> dict[str, Any] | None:
        """The ``source`` or ``store`` of a profile: its ``use`` and the other keys.

        References to secrets are kept, not followed.

        ``store = "memory"`` is short for ``store = { use = "memory" }``.

        Raises:
            ConfigurationError: It is neither a string nor a table with ``use``.
        """
        value = self.profiles[profile].get(name)
        if value is None:
            return None
        table = {"use": value} if isinstance(value, str) else value
        if not isinstance(table, dict) or not isinstance(table.get("use"), str):
            raise ConfigurationError(
                f"{name} in the {self.origin_of(profile)} must say what to use, such as "
                f'{name} = {{ use = "…" }}.'
            )
        return with_references(table, f"{name} of the {self.origin_of(profile)}", self.folder)

    def _refuse_nested(self, profile: str, name: str, value: object) -> None:
        """Refuse a table inside a profile: most likely the dot in a profile's name, unquoted."""
        if isinstance(value, Mapping) and (not value or set(value) & {*FIELDS, *_TABLES}):
            from zeebe_auth.configuration.profile_name import table_heading, written_key

            raise ConfigurationError(
                f"The config file {self.path} has a table [profiles.{written_key(profile)}."
                f"{written_key(name)}], which TOML takes for a table inside the profile {profile}. "
                f"For a profile of that name write {table_heading(f'{profile}.{name}')}."
            )

    def _secret(self, name: str, value: object, origin: str) -> Secret | DeferredSecret | None:
        if isinstance(value, str):
            return one_secret(value, name, f"{name} in the {origin}") or None
        reference = SecretReference.parse(value, f"{name} in the {origin}", self.folder)
        if reference is None:
            raise ConfigurationError(
                f"{name} in the {origin} must be a string or one of "
                '{ keyring = "…" }, { env = "…" }, { file = "…" }, { command = ["…"] }.'
            )
        return reference


def config_location(path: str | os.PathLike[str] | None = None) -> tuple[Path | None, bool]:
    """Where the config file is, and whether somebody named it: then it must be there.

    ``path``, else ``ZEEBE_AUTH_CONFIG``, else ``zeebe-auth/config.toml`` in the user's
    configuration directory; None if nobody named it and this user has no home directory, as one
    of an arbitrary number in a container.

    Raises:
        ConfigurationError: The name begins with a home directory that is not known.
    """
    named = path if path is not None else os.environ.get("ZEEBE_AUTH_CONFIG")
    if named:
        return inside(Path(), os.fspath(named)), True
    folder = user_config_folder()
    return (None if folder is None else folder / "config.toml"), False


def config_file_at(path: Path | None) -> str:
    """How to call the config file there, for people."""
    return "config file" if path is None else f"config file {path}"


def no_config_file_at(path: Path | None) -> str:
    """The end of a sentence that says that there is none there."""
    why = ", since this user has no home directory" if path is None else ""
    return f"no {config_file_at(path)}{why}"


@without_frames
def read_config(path: Path | None) -> ConfigDocument | None:
    """The config file at ``path``; None if there is none.

    Warns:
        SecretsExposedWarning: It holds a literal secret and every user may read it.

    Raises:
        ConfigurationError: It can't be read, is no TOML, is nested deeper or has more entries than
            `check_toml` allows, or isn't made of profiles.
    """
    if path is None:
        return None
    import tomllib

    try:
        with _naming_variable(path):
            text = read_small_text(path, "config file")
    except FileMissing:
        return None
    except FileEmpty:
        text = ""  # a file without a profile, as one with nothing but comments is
    check_toml(text, f"config file {path}")
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        # The parser's error may carry a piece of the file.
        from zeebe_auth.configuration.toml_mistakes import advice_on_syntax

        raise ConfigurationError(
            f"The config file {path} is not TOML{advice_on_syntax(str(error), text)}"
        ) from None
    for name, value in document.items():
        if name not in _TOP_LEVEL:
            _refuse_at_top(path, name, value, text)
    default_profile = document.get("default_profile")
    profiles = document.get("profiles", {})
    if not isinstance(default_profile, str | None) or not (
        isinstance(profiles, dict) and all(isinstance(table, dict) for table in profiles.values())
    ):
        raise ConfigurationError(
            f"The config file {path} must be made of tables [profiles.NAME] and a string "
            "default_profile."
        )
    _warn_of_exposed_secrets(path, profiles)
    return ConfigDocument(path, default_profile or None, profiles)


def _naming_variable(path: Path) -> AbstractContextManager[None]:
    named = os.environ.get("ZEEBE_AUTH_CONFIG")
    if not named or inside(Path(), named) != path:
        return nullcontext()
    from zeebe_auth.credentials.named_files import naming

    return naming("ZEEBE_AUTH_CONFIG in the environment")


def _refuse_at_top(path: Path, name: str, value: object, text: str) -> NoReturn:
    from zeebe_auth.configuration.toml_mistakes import advice_on_misplaced, line_of

    table = advice_on_misplaced(name, value, text)
    if table is not None:
        raise ConfigurationError(f"The config file {path} has a table {table}. Write it so.")
    advice = "" if name in FIELDS else f" {did_you_mean(name, _TOP_LEVEL)}"
    raise ConfigurationError(
        f'The config file {path} has the key "{name}" outside a profile{line_of(name, text)}.'
        f"{advice} A profile's keys are under [profiles.NAME]."
    )


def _warn_of_exposed_secrets(path: Path, profiles: Mapping[str, Mapping[str, Any]]) -> None:
    # Elsewhere than on POSIX the mode bits don't tell who may read.
    if os.name != "posix":
        return
    has_literal = any(
        isinstance(text := table.get(name), str) and (name != "proxy" or "@" in text)
        for table in profiles.values()
        for name in SECRET_FIELDS
    )
    if has_literal and _others_may_read(path):
        # Imported here: few files are.
        from zeebe_auth.exposure import SecretsExposedWarning, find_caller, warn_at_caller

        # Threads of ours read it again for every token request; no line of a program is to blame.
        if find_caller() is None and path in _warned_paths:
            return
        warn_at_caller(
            f"The config file {path} holds a secret and every user of this machine may read it. "
            f'Run "chmod 600 {path}", or refer to the secret with {{ keyring = "…" }}.',
            SecretsExposedWarning,
        )
        _warned_paths.add(path)


def _others_may_read(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o004)
    except OSError:
        return False  # it was removed since it was read
