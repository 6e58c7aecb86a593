"""The shape of a row of the vocabulary, and the check that each row is complete."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

Kind = Literal["identity", "token endpoint", "strategy", "destination", "tuning", "setting"]
"""What a field is for.

``identity`` is part of an OAuth identity; ``token endpoint`` likewise, and leads to that endpoint.
``strategy`` chooses or makes another authorization than an OAuth identity. The others are settings,
carried uninterpreted to whoever connects: a ``destination`` decides where a token goes, and is
never mixed with an identity from elsewhere; ``tuning`` may be added by the environment to an
unnamed profile from elsewhere; any other ``setting`` is neither.
"""

Form = Literal[
    "text",
    "prefix",
    "metadata",
    "secret",
    "secret pem",
    "path",
    "pem",
    "url",
    "rest address",
    "address",
    "host",
    "scopes",
    "uris",
    "number",
    "size",
    "duration",
    "switch",
]
"""How a value is written, which decides how it is read, hidden, and compared with another.

A ``prefix`` counts when it is empty, too. ``metadata`` is a table of strings, which may be secret.
A ``secret`` is hidden, and looked up only when needed; so is a ``secret pem``, a key in PEM, which
alone has several lines. ``path`` is made absolute. ``scopes`` and
``uris`` may be lists; the order of scopes has no meaning. ``number`` is a whole one. ``size`` is a
whole number of bytes, or one with a unit (`zeebe_auth.configuration.sizes`). ``duration`` is a time
(`zeebe_auth.configuration.durations`), in seconds if it has no unit. ``pem`` is the content of a
PEM file.
"""

_KINDS: tuple[Kind, ...] = get_args(Kind)
_FORMS: tuple[Form, ...] = get_args(Form)

LIST_FORMS: tuple[Form, ...] = ("scopes", "uris")
"""The forms that TOML and JSON may write as a list of strings."""

SECRET_FORMS: tuple[Form, ...] = ("secret", "secret pem", "metadata")
"""The forms of what is hidden."""


class Option:
    """The option of ``zeebe-auth login`` that gives a field.

    Args:
        metavar: The placeholder of its value in the help; empty for a switch, which has none.
        help: What the value is.
        group: The title that it is under in the help; by default among those that most people need.
    """

    __slots__ = ("group", "help", "metavar")

    def __init__(self, metavar: str, help: str, group: str = "options") -> None:  # noqa: A002 - argparse's word
        self.metavar = metavar
        self.help = help
        self.group = group


class Question:
    """How ``zeebe-auth login`` asks for a secret, which is never an option.

    Args:
        text: The question, without a colon.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


NOT_IN_ENVIRONMENT = ()
"""No variable gives the field."""

NOT_IN_LOGIN: Literal["not in login"] = "not in login"
"""``login`` neither has an option for the field nor asks for it."""


class Field:
    """One row of the vocabulary.

    Args:
        name: The field as config files and JSON documents call it.
        kind: What it is for.
        form: How its value is written.
        environment: The variables that give it, as Camunda's own clients and tools know them; where
            those have none, ``ZEEBE_AUTH_`` and the field's name. Where several are set and agree,
            the first one's value is taken; where they disagree, that is an error.
        login: What ``zeebe-auth login`` does about it.
        newer: Variables that were not read from the beginning. Who sets one beside another was
            served by that other, so a newer one that says something else is left out.
    """

    # Not a NamedTuple or a dataclass: those compile code at each start, which costs more than all
    # the rows (0.1 ms for each class).
    __slots__ = ("environment", "form", "kind", "login", "name", "newer")

    def __init__(
        self,
        name: str,
        kind: Kind,
        form: Form,
        environment: tuple[str, ...] | None = None,
        login: Option | Question | Literal["not in login"] | None = None,
        newer: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.form = form
        self.environment = environment
        self.login = login
        self.newer = newer

    @property
    def variables(self) -> tuple[str, ...]:
        """All variables that give it, in the order in which they count."""
        return (*(self.environment or ()), *self.newer)


def check_rows(rows: Iterable[Field]) -> tuple[Field, ...]:
    """The rows as they are, each of them complete.

    Raises:
        ValueError: A row leaves something open or contradicts another; the message names its field
            and says what to write.
    """
    rows = tuple(rows)
    names: set[str] = set()
    variables: dict[str, str] = {}
    for row in rows:
        fault = _fault_of(row)
        if row.name in names:
            fault = "has two rows. Remove one"
        for variable in row.variables:
            if variable in variables:
                fault = f"shares {variable} with {variables[variable]}. Leave it to one of them"
            variables[variable] = row.name
        if fault is not None:
            raise ValueError(f"The field {row.name!r} of the vocabulary {fault}.")
        names.add(row.name)
    return rows


def _fault_of(row: Field) -> str | None:
    if not row.name.isidentifier() or row.name != row.name.lower():
        return "is not in lower case with underscores. Rename it"
    if row.kind not in _KINDS:
        return f"is of no known kind. Use one of {', '.join(_KINDS)}"
    if row.form not in _FORMS:
        return f"has no known form. Use one of {', '.join(_FORMS)}"
    if row.environment is None:
        return "says nothing of its environment names. List them, or write NOT_IN_ENVIRONMENT"
    return _fault_of_login(row)


def _fault_of_login(row: Field) -> str | None:
    login = row.login
    if login is None:
        return 'says nothing of "login". Give an Option or a Question, or write NOT_IN_LOGIN'
    if isinstance(login, Option):
        if not login.help or bool(login.metavar) is (row.form == "switch"):
            return (
                "has an Option without a placeholder for its value or without help. Write both, "
                "for a switch the help alone"
            )
        # A proxy's URL seldom has a password; the help doesn't say to give one.
        if row.form in SECRET_FORMS and row.name != "proxy":
            return "is a secret, which others could see in an Option. Give a Question"
    elif isinstance(login, Question):
        if not login.text:
            return "has an empty Question. Write it"
        if row.form not in SECRET_FORMS:
            return "has a Question, which hides the answer, but is no secret. Give an Option"
    return None
