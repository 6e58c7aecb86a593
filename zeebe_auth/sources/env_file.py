"""Credentials from the file of variables that Camunda's Console lets users download."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zeebe_auth.configuration.credentials import credentials_from
from zeebe_auth.configuration.finding import findings_of_fields
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import (
    ConfigurationError,
    CredentialsUnavailable,
    without_arguments,
    without_frames,
)
from zeebe_auth.explanation import Finding
from zeebe_auth.small_files import FileEmpty, FileMissing, read_small_text, read_together
from zeebe_auth.sources.environment import fields_from_variables

__all__ = ["EnvFileSource", "parse_env_file"]

_ASSIGNMENT = re.compile(r"\s*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OPERATORS = frozenset(";|&<>()")


@dataclass(frozen=True, slots=True)
class EnvFileSource:
    """Reads lines of ``export NAME='value'``, with or without ``export`` and quotes.

    The file is parsed and never run: a line that a shell would do more with than set a variable
    is refused. It is read anew for each `load`.

    Args:
        path: The file.
    """

    path: Path

    @without_arguments
    def __init__(self, path: str | os.PathLike[str]) -> None:
        object.__setattr__(self, "path", Path(path))

    def load(self) -> ClientCredentials:
        """The identity that the file's variables name.

        Raises:
            CredentialsUnavailable: There is no such file, or none of an identity in it.
            ConfigurationError: It can't be read or parsed, a part is missing, or two names of one
                field disagree.
        """
        return read_together(lambda: credentials_from(self.fields()), f"env file {self.path}")

    def settings(self) -> Mapping[str, str]:
        """Address, CA file and the like, as texts.

        Raises:
            CredentialsUnavailable: There is no such file.
            ConfigurationError: It can't be read or parsed, or two names disagree.
        """
        return self.fields().settings()

    def explain(self) -> Sequence[Finding]:
        """Whether the file holds an identity, and why not."""
        return findings_of_fields(f"env file {self.path}", self.fields, self.load)

    @without_frames
    def fields(self) -> GivenFields:
        """All that the file gives, before it is judged."""
        try:
            text = read_small_text(self.path, "env file")
        except FileMissing:
            raise CredentialsUnavailable(
                f"There is no env file {self.path}. Download one from Camunda's Console, or name "
                "the right path."
            ) from None
        except FileEmpty:
            text = ""  # as a file with nothing but comments
        origin = f"env file {self.path}"
        return fields_from_variables(parse_env_file(text, origin), origin)


def parse_env_file(text: str, place: str) -> dict[str, str]:
    """The variables that ``text`` sets; a later line outweighs an earlier one, as in a shell.

    Args:
        text: Lines of ``[export ]NAME=value``, comments and blank lines; the value is quoted with
            single or double quotes or not at all.
        place: Where the text is from, for people.

    Raises:
        ConfigurationError: A line is anything else. The message holds its number, never its
            content.
    """
    variables: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r").strip(" \t")  # noqa: PLW2901
        if not line or line.startswith("#"):
            continue
        try:
            name, value = _parse_line(line)
        except _Refused as refused:
            raise ConfigurationError(
                f"Line {number} of the {place} has {refused}; the file is never run, and only "
                "NAME='value' or export NAME='value' is understood. Put the value in single "
                "quotes, or remove the line."
            ) from None
        variables[name] = value
    return variables


class _Refused(Exception):  # noqa: N818
    """Says what is in the line, without its content."""


def _parse_line(line: str) -> tuple[str, str]:
    assignment = _ASSIGNMENT.fullmatch(line)
    if assignment is None:
        raise _Refused("a shell command or something else that sets no variable")
    name, word = assignment.groups()
    if _CONTROL.search(word):
        raise _Refused("a control character")
    return name, _unquoted_word(word)


def _unquoted_word(word: str) -> str:
    """The value of a shell word that needs no shell to know it."""
    parts: list[str] = []
    at = 0
    while at < len(word):
        character = word[at]
        if character == "'":
            end = word.find("'", at + 1)
            if end < 0:
                raise _Refused("a quote that isn't closed")
            parts.append(word[at + 1 : end])
            at = end + 1
        elif character == '"':
            inside, at = _double_quoted(word, at + 1)
            parts.append(inside)
        elif character in " \t":
            rest = word[at:].strip(" \t")
            if rest and not rest.startswith("#"):
                raise _Refused("more than one word after the equals sign, a shell command")
            break
        elif character == "\\":
            if at + 1 == len(word):
                raise _Refused("a continuation onto the next line")
            parts.append(word[at + 1])
            at += 2
        else:
            _refuse_shell_syntax(character)
            parts.append(character)
            at += 1
    return "".join(parts)


def _double_quoted(word: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while at < len(word):
        character = word[at]
        if character == '"':
            return "".join(parts), at + 1
        if character == "\\" and at + 1 < len(word) and word[at + 1] in '"\\$`':
            at += 1
            character = word[at]
        elif character in "$`":
            _refuse_shell_syntax(character)
        parts.append(character)
        at += 1
    raise _Refused("a quote that isn't closed")


def _refuse_shell_syntax(character: str) -> None:
    if character == "`":
        raise _Refused("a command substitution (a backtick)")
    if character == "$":
        raise _Refused("a substitution of a variable or command (a dollar sign)")
    if character in _OPERATORS:
        raise _Refused(f"a shell operator ({character})")
