"""One row has everything about a field, and an incomplete row is refused."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from zeebe_auth.cli import login_answers, login_fields
from zeebe_auth.configuration import field_table, vocabulary
from zeebe_auth.configuration.equivalence import normalised
from zeebe_auth.configuration.field import (
    NOT_IN_LOGIN,
    SECRET_FORMS,
    Field,
    Option,
    Question,
    check_rows,
)
from zeebe_auth.configuration.field_table import ROWS
from zeebe_auth.configuration.json_document import fields_from_json
from zeebe_auth.configuration.vocabulary import (
    ENVIRONMENT_NAMES,
    FIELDS,
    FORM_BY_FIELD,
    LOGIN_OPTIONS,
    LOGIN_QUESTIONS,
    NEWER_NAMES,
    PATH_FIELDS,
    SECRET_FIELDS,
)
from zeebe_auth.secret import Secret
from zeebe_auth.sources.environment import fields_from_variables

COMPANIONS = {
    "CAMUNDA_USERNAME": {"CAMUNDA_AUTH_STRATEGY": "BASIC"},
    "CAMUNDA_PASSWORD": {"CAMUNDA_AUTH_STRATEGY": "BASIC"},
    "CAMUNDA_CUSTOM_PRIVATE_KEY_PATH": {"CAMUNDA_CUSTOM_CERT_CHAIN_PATH": "chain.pem"},
}
OPTION = Option("WORD", "what it is")


def field(**changes):
    """A complete row, but for what is changed."""
    whole = {
        "name": "field",
        "kind": "setting",
        "form": "text",
        "environment": ("ZEEBE_AUTH_FIELD",),
        "login": OPTION,
    }
    return Field(**(whole | changes))


def test_whole_rows_are_taken():
    """The check returns the rows it was given; otherwise the tests below would prove nothing."""
    rows = (field(), field(name="other", environment=(), login=NOT_IN_LOGIN))
    assert check_rows(rows) == rows


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"environment": None}, "says nothing of its environment names. List them"),
        ({"login": None}, 'says nothing of "login". Give an Option'),
        ({"kind": "settings"}, "is of no known kind. Use one of identity,"),
        ({"form": "texts"}, "has no known form. Use one of text,"),
        ({"name": "fieldName"}, "is not in lower case"),
        ({"login": Option("WORD", "")}, "has an Option without a placeholder"),
        ({"login": Option("", "what it is")}, "has an Option without a placeholder"),
        ({"login": Question(""), "form": "secret"}, "has an empty Question"),
        ({"login": Question("What")}, "is no secret. Give an Option"),
        ({"form": "secret"}, "others could see in an Option. Give a Question"),
    ],
)
def test_an_incomplete_row_is_refused_by_name(changes, fault):
    """An incomplete row is an error that names the field and says what to write."""
    row = field(**changes)
    with pytest.raises(ValueError, match=rf"The field '{row.name}' of the vocabulary .*{fault}"):
        check_rows([row])


def test_two_rows_of_one_field_are_refused():
    """A field has one row."""
    with pytest.raises(ValueError, match="'field' of the vocabulary has two rows"):
        check_rows([field(), field(environment=())])


def test_two_fields_share_no_variable():
    """A variable belongs to one field."""
    for changes in ({}, {"environment": (), "newer": ("ZEEBE_AUTH_FIELD",)}):
        with pytest.raises(ValueError, match=r"'other' .* shares ZEEBE_AUTH_FIELD with field"):
            check_rows([field(), field(name="other", **changes)])


def vocabulary_with(row, monkeypatch):
    """The vocabulary's module loaded again, with one more row in the source of the table."""
    text = Path(field_table.__file__).read_text(encoding="utf-8")
    start = "ROWS = check_rows(\n    ("
    assert text.count(start) == 1
    table = executed("field_table", text.replace(start, f"{start}\n        {row},"))
    monkeypatch.setattr(field_table, "ROWS", table.ROWS)
    return executed("vocabulary", Path(vocabulary.__file__).read_text(encoding="utf-8"))


def executed(name, text):
    names = {"__name__": name}
    exec(compile(text, name, "exec"), names)
    return SimpleNamespace(**names)


def test_an_incomplete_row_fails_the_import(monkeypatch):
    """The vocabulary with an incomplete row can't be imported."""
    with pytest.raises(ValueError, match="'left_open' of the vocabulary says nothing of its env"):
        vocabulary_with('Field("left_open", "setting", "text")', monkeypatch)


@pytest.mark.parametrize(
    ("form", "tables"),
    [
        ("text", {"SETTINGS"}),
        ("number", {"SETTINGS"}),
        ("size", {"SETTINGS"}),
        ("path", {"SETTINGS", "PATH_FIELDS"}),
        ("secret", {"SECRET_SETTINGS", "SECRET_FIELDS"}),
        ("secret pem", {"SECRET_SETTINGS", "SECRET_FIELDS", "PEM_SECRET_FIELDS"}),
    ],
)
def test_a_row_is_all_that_a_new_field_needs(form, tables, monkeypatch):
    """One row puts a field into each table that applies to it, and into no other."""
    login = 'Question("What")' if form in SECRET_FORMS else 'Option("WORD", "what it is")'
    row = f'Field("new", "setting", "{form}", ("ZEEBE_AUTH_NEW",), {login})'
    anew = vocabulary_with(row, monkeypatch)
    groups = {
        name
        for name in vars(vocabulary)
        if name.endswith(("FIELDS", "SETTINGS")) and not name.startswith("_")
    }
    within = {name for name in groups if "new" in getattr(anew, name)}
    assert within == tables | {"FIELDS", "BESIDE_FILE_FIELDS"}
    assert anew.FORM_BY_FIELD["new"] == form
    assert anew.ENVIRONMENT_NAMES["new"] == ("ZEEBE_AUTH_NEW",)
    assert anew.FIELD_OF_NAME["ZEEBE_AUTH_NEW"] == "new"
    assert ("new" in anew.LOGIN_QUESTIONS, "new" in anew.LOGIN_OPTIONS) == (
        form in SECRET_FORMS,
        form not in SECRET_FORMS,
    )


def test_every_field_is_in_every_table():
    """Each row's field may be given, and each variable of it, option and question is known."""
    assert frozenset(name for row in ROWS for name in row.newer) == NEWER_NAMES
    assert sorted(FIELDS) == sorted(row.name for row in ROWS)
    for row in ROWS:
        assert ENVIRONMENT_NAMES.get(row.name, ()) == (*row.environment, *row.newer)
        assert (row.name in LOGIN_OPTIONS, row.name in LOGIN_QUESTIONS) == (
            isinstance(row.login, Option),
            isinstance(row.login, Question),
        )


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_reads_as_its_form_says(name):
    """From JSON and from variables, secrets are hidden, and lists, numbers and switches are
    converted."""
    value, text = {
        "scopes": (["b", "a"], "b a"),
        "uris": (["urn:b", "urn:a"], "urn:b urn:a"),
        "number": (1000, "1000"),
        "size": (1000, "1000"),
        "switch": (True, "true"),
    }.get(FORM_BY_FIELD[name], ("https://host.example", "https://host.example"))
    places = [fields_from_json(json.dumps({name: value}), "document")]
    variables = ENVIRONMENT_NAMES.get(name, ())
    # Some names count only beside others.
    places += [
        fields_from_variables(
            {**COMPANIONS.get(variable, {}), variable: text}, "variables"
        ).without({"auth_strategy", "client_certificate"} - {name})
        for variable in variables
    ]
    assert len(places) == len(variables) + 1
    for given in places:
        if given.name_of(name).endswith("_SECURE_CONNECTION"):  # they say the opposite
            assert dict(given.texts) == {name: "false"}
        elif name in SECRET_FIELDS:
            assert dict(given.texts) == {}
            assert given.secret(name).reveal() == text
        else:
            assert dict(given.texts) == {name: text}
            assert dict(given.secrets) == {}
    assert normalised(name, text) == normalised(name, text)


@pytest.mark.parametrize("name", LOGIN_OPTIONS)
def test_each_option_gives_its_field(name, monkeypatch, tmp_path):
    """The argument of an option of ``login`` is its field's value; a path is made absolute."""
    monkeypatch.chdir(tmp_path)
    console = tmp_path / "console.txt"
    console.write_text("export ZEEBE_CLIENT_ID='c'\n", encoding="utf-8")
    text = {"authentication_method": "none", "dialect": "generic"}.get(name, "jwt")
    beside = name in vocabulary.BESIDE_FILE_FIELDS
    options = dict.fromkeys(LOGIN_OPTIONS) | ({} if beside else {"client_id": "c"}) | {name: text}
    args = argparse.Namespace(
        **options, from_file=str(console) if beside else None, secret_stdin=False
    )
    monkeypatch.setattr(login_fields, "is_terminal", lambda: True)
    monkeypatch.setattr(login_answers, "ask", lambda *_a, **_k: "")
    monkeypatch.setattr(login_answers, "ask_secret", lambda *_a, **_k: Secret(""))
    given = login_fields.login_fields(args).given
    text = str(tmp_path / text) if name in PATH_FIELDS else text
    if name in SECRET_FIELDS:
        assert given.secret(name).reveal() == text
        assert name not in given.texts
    else:
        assert given.texts[name] == text
