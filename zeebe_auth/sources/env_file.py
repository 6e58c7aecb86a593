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
from zeebe_auth.files.one_version import read_together
from zeebe_auth.files.small_files import FileEmpty, FileMissing, read_small_text
from zeebe_auth.finding import Finding
from zeebe_auth.public_class import public_class
from zeebe_auth.sources.environment import fields_from_variables

_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n|\Z)")
_ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Up to a slash, a colon or the end of the word; quoted in any part, it is no tilde prefix.
_TILDE_PREFIX = re.compile(r"""~[^/:\s'"\\$`;|&<>()]*(?=[/: \t\n;|&<>()]|\Z)""")
_DIRECTORY_STACK = re.compile(r"[+-]|[+-]?0+")
_QUOTE = re.compile(r"'([^']*)'")
_ESCAPED_QUOTE = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_OPERATORS = frozenset(";|&<>()")


@public_class("zeebe_auth")
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
    r"""The variables that ``text`` sets; a later line outweighs an earlier one, as in a shell.

    A value is what a shell takes it for (POSIX.1-2017, XCU 2.2, 2.6.1 and 2.9.1): one that is
    quoted as a whole may have several lines, and ``~`` at its beginning or behind a colon is a
    home directory unless it is quoted. Beyond that ``$'…'`` is understood, which ``printf %q``
    writes.

    Args:
        text: Lines of ``[export ]NAME=value``, comments and blank lines; the value is quoted with
            single or double quotes or not at all.
        place: Where the text is from, for people.

    Raises:
        ConfigurationError: A line is anything else. The message holds its number, never its
            content.
    """
    text = text.replace("\r\n", "\n").removesuffix("\r")
    variables: dict[str, str] = {}
    at, number = 0, 1
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank is not None:
            end = blank.end()
        else:
            try:
                name, value, end = _parse_assignment(text, at, variables)
            except _Refused as refused:
                raise ConfigurationError(
                    f"Line {number} of the {place} has {refused}; the file is never run, and only "
                    "NAME='value' or export NAME='value' is understood. Put the value in single "
                    "quotes, or remove the line."
                ) from None
            variables[name] = value
        number += text.count("\n", at, end + 1)
        at = end + 1
    return variables


class _Refused(Exception):
    """Says what is in the line, without its content."""


def _parse_assignment(text: str, at: int, variables: Mapping[str, str]) -> tuple[str, str, int]:
    """Name and value of the assignment there, and where its last line ends."""
    assignment = _ASSIGNMENT.match(text, at)
    if assignment is None:
        raise _Refused("a shell command or something else that sets no variable")
    begin = assignment.end()
    value, end = _word(text, begin, variables)
    if _CONTROL.search(text, begin, end):
        raise _Refused("a control character")
    return assignment[1], value, end


def _word(text: str, at: int, variables: Mapping[str, str]) -> tuple[str, int]:
    """The value of a shell word that needs no shell to know it, and where its last line ends."""
    parts: list[str] = []
    begin, may_be_home, has_bare = at, True, False
    while at < len(text) and text[at] != "\n":
        character = text[at]
        if may_be_home and character == "~":
            home, at = _home(text, at, variables)
            parts.append(home)
        elif character == "'" or text.startswith("$'", at):
            inside, at = _single_quoted(text, at)
            parts.append(inside)
        elif character == '"':
            inside, at = _double_quoted(text, at + 1)
            parts.append(inside)
        elif character in " \t":
            end = _line_end(text, at)
            rest = text[at:end].strip(" \t")
            if rest and not rest.startswith("#"):
                raise _Refused("more than one word after the equals sign, a shell command")
            at = end
        elif character == "\\":
            if at + 1 == len(text) or text[at + 1] == "\n":
                raise _Refused("a continuation onto the next line")
            parts.append(text[at + 1])
            at += 2
        else:
            _refuse_shell_syntax(character)
            parts.append(character)
            at += 1
            has_bare = True
        may_be_home = character == ":"
    if has_bare and "\n" in text[begin:at]:
        # To a shell, two apostrophes in two unquoted values hold all the lines between them.
        raise _Refused("a quote that isn't closed in that line, in a value not quoted as a whole")
    return "".join(parts), at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _home(text: str, at: int, variables: Mapping[str, str]) -> tuple[str, int]:
    """What a tilde means, if it means a home directory, and where to go on."""
    prefix = _TILDE_PREFIX.match(text, at)
    if prefix is None:
        return "~", at + 1  # a part of its word is quoted
    name = prefix[0][1:]
    if _DIRECTORY_STACK.fullmatch(name):
        raise _Refused("a tilde that not every shell expands alike (~+, ~- or ~0)")
    home = None if name else variables.get("HOME", os.environ.get("HOME"))
    if home is None:
        home = os.path.expanduser(prefix[0])  # noqa: PTH111 - Path raises for a name nobody has
    if home == "~":
        raise _Refused("a home directory that is not known (~)")
    return home, prefix.end()


def _single_quoted(text: str, at: int) -> tuple[str, int]:
    escaped = text[at] == "$"
    quoted = (_ESCAPED_QUOTE if escaped else _QUOTE).match(text, at)
    if quoted is None:
        raise _Refused("a quote that isn't closed")
    return (_ESCAPE.sub(_unescaped, quoted[1]) if escaped else quoted[1]), quoted.end()


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1] not in _ESCAPES:
        raise _Refused("an escape in $'…' that is not known here")
    return _ESCAPES[escape[1]]


def _double_quoted(text: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while at < len(text):
        character = text[at]
        if character == '"':
            return "".join(parts), at + 1
        if character == "\\" and at + 1 < len(text) and text[at + 1] in '"\\$`\n':
            at += 1
            character = "" if text[at] == "\n" else text[at]
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
