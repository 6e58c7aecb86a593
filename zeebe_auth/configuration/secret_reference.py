"""A secret that a config file refers to instead of holding it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeebe_auth.configuration.config_folder import inside
from zeebe_auth.configuration.equivalence import unquoted
from zeebe_auth.configuration.one_secret import may_have_lines, one_secret
from zeebe_auth.configuration.vocabulary import PEM_SECRET_FIELDS, SECRET_FIELDS
from zeebe_auth.credentials.file_formats import der_kind, is_pem
from zeebe_auth.credentials.named_files import naming
from zeebe_auth.errors import ConfigurationError, without_frames
from zeebe_auth.files.small_files import FileEmpty, FileMissing, read_small_text
from zeebe_auth.secret import PlainText, Secret

if TYPE_CHECKING:
    from zeebe_auth.configuration.helper_program import Argv

# Who reads a keychain, runs a program or signs with a key is imported where a reference leads
# there: a command whose secret is in the environment starts sooner.

ESCAPED_BY_BACKSLASH = frozenset("\b\t\n\f\r\x1b")
"""What a path has where one of Windows was written in double quotes."""

_KINDS = ("keyring", "env", "file", "command")


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is: exactly one of the four is set.

    Args:
        place: Where the reference is, for people.
        folder: What relative paths are relative to.
        keyring: A profile in the OS keychain: the field of the same name of what ``login`` put
            there, else the text kept under that field's name as user name.
        env: The name of an environment variable.
        file: A file that holds nothing else; new lines at its end are no part of the secret.
        command: A program and its arguments that prints the secret in its first line, or PEM. An
            argument may name a secret, or be one, so only the program is shown.
    """

    place: str
    folder: Path
    keyring: str | None = None
    env: str | None = None
    file: str | None = None
    command: tuple[str | PlainText, ...] | None = None

    @classmethod
    def parse(cls, value: object, place: str, folder: Path) -> SecretReference | None:
        """The reference that a table of the config file is; None if it is none.

        Raises:
            ConfigurationError: It looks like one but has the wrong shape.
        """
        if not isinstance(value, Mapping) or len(value) != 1:
            return None
        ((kind, target),) = value.items()
        if kind not in _KINDS:
            return None
        if kind == "command":
            if not (
                isinstance(target, list)
                and target
                and all(isinstance(part, str) and part for part in target[:1])
                and all(isinstance(part, str) for part in target)
            ):
                raise ConfigurationError(
                    f"The command of {place} must be a list of strings, the program first, such as "
                    '{ command = ["pass", "zeebe"] }.'
                )
            program, *arguments = target
            return cls(place, folder, command=(program, *map(PlainText, arguments)))
        if not isinstance(target, str) or not target:
            raise ConfigurationError(
                f"The reference of {place} must name its {kind} by a string, such as "
                f'{{ {kind} = "…" }}.'
            )
        if kind == "file" and not ESCAPED_BY_BACKSLASH.isdisjoint(target):
            from zeebe_auth.configuration.toml_mistakes import CONTROL_CHARACTERS_ADVICE

            raise ConfigurationError(f"The file of {place} {CONTROL_CHARACTERS_ADVICE}")
        named: dict[str, Any] = {kind: target}
        return cls(place, folder, **named)

    @without_frames
    def secret_for(self, field: str) -> Secret:
        """The secret itself.

        It is one line, or PEM, unless it is for another field than a profile's own.

        Args:
            field: Which field it is for: a profile in the keychain holds several.

        Raises:
            ConfigurationError: It isn't where the reference says, or has several lines.
            StoreError: The keychain can't be used.
        """
        if self.keyring is not None:
            return _from_keychain(self.keyring, field, self.place)
        is_ours = field in SECRET_FIELDS
        if self.env is not None:
            text = unquoted(os.environ.get(self.env, ""))
            where, missing = f"the environment variable {self.env}", "is not set. Set it"
        elif self.file is not None:
            path = inside(self.folder, self.file)
            with naming(self.place):
                text = _text_or_none(path, field) or ""
            where, missing = f"the file {path}", "is missing or empty. Put the secret there"
        else:
            from zeebe_auth.configuration.helper_program import output_of

            argv = self._argv()
            with naming(self.place):
                text = output_of(argv)
            if is_ours and not may_have_lines(text, field):
                # As pass keeps it: the password in the first line, notes below.
                text = text.partition("\n")[0]
            where = f"the output of {argv[0]}"
            missing = "is empty or begins with an empty line. Run it by hand to see why"
        text = text.rstrip("\r\n")
        if not text:
            raise ConfigurationError(
                f"{self.place} refers to {where}, which {missing}, or change the reference."
            )
        # What a third party's source or store takes may have any number of lines.
        return (
            one_secret(text, field, f"{self.place} refers to {where}, which")
            if is_ours
            else Secret(text)
        )

    def _argv(self) -> Argv:
        from zeebe_auth.configuration.helper_program import Argv

        program, *arguments = (
            part.reveal() if isinstance(part, PlainText) else part for part in self.command or ("",)
        )
        # A bare name is looked up on PATH, as a shell does.
        has_folder = "/" in program or "\\" in program or program.startswith("~")
        return Argv([str(inside(self.folder, program)) if has_folder else program, *arguments])


def with_references(table: Mapping[str, object], place: str, folder: Path) -> dict[str, Any]:
    """``table`` with each reference to a secret in it, at any depth, made a `SecretReference`.

    What it says literally is a `PlainText`, since it may be a secret as well.

    Raises:
        ConfigurationError: One looks like a reference but has the wrong shape.
    """
    return PlainText.in_table(
        {name: _with_references(name, value, place, folder) for name, value in table.items()}
    )


def _with_references(name: str, value: object, place: str, folder: Path) -> object:
    reference = SecretReference.parse(value, f"{name} in the {place}", folder)
    if reference is not None:
        return reference
    return with_references(value, place, folder) if isinstance(value, Mapping) else value


def _text_or_none(path: Path, field: str) -> str | None:
    try:
        if field in PEM_SECRET_FIELDS:
            _refuse_binary_key(path, field)
        return read_small_text(path, "secret file")
    except (FileMissing, FileEmpty):
        return None


def _refuse_binary_key(path: Path, field: str) -> None:
    from zeebe_auth.credentials.key_files import read_key_file

    content = read_key_file(path, "private key in")
    kind = None if is_pem(content) else der_kind(content)
    if kind is not None:
        form = "PKCS#12" if kind == "PKCS#12" else "DER"
        file_field = "private_key_file" if field == "private_key" else "client_key"
        raise ConfigurationError(
            f"The private key in {path} is {form}, and {field} is PEM text. Name the file by "
            f"{file_field}, which takes both."
        )


def _from_keychain(profile: str, field: str, place: str) -> Secret:
    from zeebe_auth.configuration.kept_login import keychain_service, login_command, read_login
    from zeebe_auth.errors import CredentialsUnavailable, StoreError
    from zeebe_auth.keychain import access as keychain

    service = keychain_service(profile)
    try:
        given = read_login(profile)
        if field in given.secrets:
            return given.secret(field)
    except CredentialsUnavailable:
        pass
    except StoreError as error:
        raise type(error)(
            f'{place} refers to the keychain profile "{profile}". {error.message}'
        ) from error
    text = keychain.read(service, field)
    if not text:
        raise ConfigurationError(
            f'{place} refers to the keychain profile "{profile}", which holds no {field}. Run '
            f'"{login_command(profile)}", or keep it there as service {service}, user '
            f"name {field}."
        )
    return one_secret(text, field, f'{place} refers to the keychain profile "{profile}", which')
