"""Refuses TOML that takes long to parse, before it is parsed.

The time that `tomllib` takes grows with the square of a key's parts: 32 s for a dotted key of
64 KiB (Python 3.11). A config file needs four parts.
"""

from __future__ import annotations

import re
from collections import Counter

from zeebe_auth.errors import ConfigurationError

MAX_ENTRIES = 1000
"""How many keys, how many tables and how many elements of lists a file may have."""

MAX_DEPTH = 16
"""How many names and lists may lead to a value."""

# What tells entries and depth apart. Strings are wholes, and comments are with the ends of lines:
# nothing in them counts. A string that isn't closed goes to the end of its line or of the file,
# which is for the parser to complain about. Without backtracking, so that no file takes long here.
_MARK = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{0,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*+'{0,5}"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|(?:#[^\n]*+|\n[ \t\r\n]*+)++"
    r"|[\[\]{}=.,]",
    re.DOTALL,
)


def check_toml(text: str, what: str) -> None:
    """Refuse a file with more entries than `MAX_ENTRIES`, or nested deeper than `MAX_DEPTH`.

    It goes through the file once. Whether that is TOML is for the parser to say.

    Args:
        text: The file, at most 1 MiB.
        what: What it is, for people, such as ``config file /etc/zeebe-auth.toml``.

    Raises:
        ConfigurationError: The message holds the number of a line, and nothing of the content.
    """
    line, nesting, counts = 1, _Nesting(), Counter[str]()
    for match in _MARK.finditer(text):
        mark = match[0]
        if entries := nesting.entry(mark):
            counts[entries] += 1
            if counts[entries] > MAX_ENTRIES:
                raise ConfigurationError(
                    f"The {what} has more than {MAX_ENTRIES} {entries}. Divide its profiles among "
                    "several files (ZEEBE_AUTH_CONFIG names the one to use)."
                )
        if nesting.depth > MAX_DEPTH:
            raise ConfigurationError(
                f"The {what} is nested more than {MAX_DEPTH} deep in line {line}. A profile's key "
                "is under [profiles.NAME]; its tables need one or two names more."
            )
        line += mark.count("\n")


class _Nesting:
    """How many names and lists lead to the last mark."""

    def __init__(self) -> None:
        self.depth = 0
        self._surroundings: list[tuple[str, int]] = []
        """Each open bracket of a value, and the depth outside of it."""
        self._outside = 0
        """The depth of where the key that is being written begins."""
        self._is_key = True
        self._is_header = False

    def entry(self, mark: str) -> str:
        """Go on to the mark. Return what kind of entry it adds, or an empty string."""
        if mark[0] in "#\n":
            self._end_line()
        elif mark == "." and self._is_key:
            self.depth += 1
        elif mark == "=" and self._is_key:
            self.depth += 1
            self._is_key = False
            return "keys"
        elif mark in {"[", "{"}:
            return self._open(mark)
        elif mark in {"]", "}"}:
            self._close()
        elif mark == "," and self._surroundings:
            bracket, self.depth = self._surroundings[-1][0], self._outside
            self._is_key = bracket == "{"
            return "" if self._is_key else "elements of lists"
        return ""

    def _open(self, bracket: str) -> str:
        if self._is_key and not self._surroundings:
            # Of [table] or [[table]], at the beginning of a line.
            is_new, self._is_header = not self._is_header, True
            self.depth = 1
            return "tables" if is_new else ""
        self._surroundings.append((bracket, self._outside))
        # In a list there is no name: the list itself counts.
        self.depth += not self._is_key and bracket == "["
        self._outside = self.depth
        self._is_key = bracket == "{"
        return ""

    def _close(self) -> None:
        if self._surroundings:
            _, self._outside = self._surroundings.pop()
            self.depth, self._is_key = self._outside, False

    def _end_line(self) -> None:
        if self._is_header:
            self._outside = self.depth
            self._is_header = False
        if not self._surroundings:
            self.depth, self._is_key = self._outside, True
