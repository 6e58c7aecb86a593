r"""What people write wrong in the config file, told from what the parser complains of.

The parser's own words may carry a piece of the file, which may be a secret: only their beginning
counts here, and the place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zeebe_auth.configuration.profile_name import table_heading, written_key
from zeebe_auth.configuration.vocabulary import FIELDS

_PLACE = re.compile(r"\(at (line (\d+), column \d+|end of document)\)")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_HEADING = re.compile(r"\s*\[profiles\.([^\]\[\"'#]+?)\s*\]\s*(?:#.*)?")
_BACKSLASH = (
    r"A backslash in double quotes begins an escape: write a path in single quotes, such as "
    r"'C:\certs', or with forward slashes."
)
_QUOTE = "A string has no closing quote in its line."
# The beginnings of what tomllib says, from Python 3.11 on; what isn't here gets general advice.
_ADVICE = {
    "Unescaped '\\'": _BACKSLASH,
    "Invalid hex value": _BACKSLASH,
    "Escaped character": _BACKSLASH,
    "Illegal character": _QUOTE,
    "Unterminated string": _QUOTE,
    'Expected "\'"': _QUOTE,
    "Expected ']' at the end of a table": (
        "A ] is missing at the end of the table's name, as in [profiles.prod]."
    ),
    "Unclosed inline table": "A } is missing at the end of what { begins.",
    "Unclosed array": "A ] is missing at the end of what [ begins.",
    "Cannot declare": (
        "That table is there twice: put all keys of a profile under one [profiles.NAME]."
    ),
    "Invalid value": "Strings are in double quotes; true and false are lower case.",
    "Expected '='": "A key is followed by = and its value.",
    "Expected newline": (
        "Something is behind the value: one key and its value are in a line, and a comment begins "
        "with #."
    ),
}
_TWICE = ("Cannot overwrite a value", "Duplicate inline table key")
_OTHERWISE = "Strings are in double quotes, tables in [brackets]."
CONTROL_CHARACTERS_ADVICE = (
    "holds a tab, a line end or another control character, as a backslash in double quotes makes "
    r"one: write the path in single quotes, such as 'C:\temp', or with forward slashes."
)


def advice_on_syntax(said: str, text: str) -> str:
    """Where a file is no TOML, and what to write instead: the end of a sentence, and another.

    Args:
        said: What the parser says.
        text: The file.
    """
    place = _PLACE.search(said)
    where = f": see {place[1]}" if place else ""
    if said.startswith(_TWICE):
        lines = text.rstrip().splitlines()
        number = int(place[2]) if place and place[2] else len(lines)
        key = _KEY.match(lines[min(number, len(lines)) - 1])
        name = key[1] if key and key[1] in FIELDS else "A key"
        return f"{where}. {name} is there twice: remove one of them."
    if (name := _unquoted_name(place, text)) is not None:
        return (
            f"{where}. A name with other characters than letters, digits, _ and - is in quotes: "
            f"{table_heading(name)}."
        )
    advice = next((a for begin, a in _ADVICE.items() if said.startswith(begin)), _OTHERWISE)
    return f"{where}. {advice}"


def _unquoted_name(place: re.Match[str] | None, text: str) -> str | None:
    lines = text.splitlines()
    if place is None or place[2] is None or int(place[2]) > len(lines):
        return None
    heading = _HEADING.fullmatch(lines[int(place[2]) - 1])
    if heading is None or re.fullmatch(r"[A-Za-z0-9_.-]+", heading[1]):
        return None
    return heading[1]


def advice_on_misplaced(name: str, value: object, text: str) -> str | None:
    """What to write instead of a table at the top that is meant for a profile; None for others.

    Args:
        name: The table's name.
        value: What is at the top under that name.
        text: The file.
    """
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, Mapping):
        return None
    inner = _only_table(value) if name.lower() in {"profile", "profiles", "default_profile"} else ""
    wanted = written_key(inner or name)
    found = f"{written_key(name)}.{written_key(inner)}" if inner else written_key(name)
    return f"[{found}]{line_of(name, text)}, and a profile is a table [profiles.{wanted}]"


def line_of(name: str, text: str) -> str:
    """Where a name at the top of the file is, in brackets; nothing if it isn't found."""
    written = rf"\s*\[*\s*[\"']?{re.escape(name)}[\"']?\s*[\].=]"
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(written, line):
            return f" (line {number})"
    return ""


def _only_table(value: Mapping[str, Any]) -> str:
    tables = [name for name, each in value.items() if isinstance(each, Mapping)]
    return tables[0] if tables else ""
