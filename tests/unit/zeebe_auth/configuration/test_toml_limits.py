"""A config file that takes long to parse is refused before it is parsed."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import ConfigFileSource, ConfigurationError
from zeebe_auth.configuration.toml_limits import MAX_DEPTH, MAX_ENTRIES, check_toml

SIZE = 1024 * 1024 - 100
LONG = {
    "dotted key": "a." * (SIZE // 2) + "a = 1",
    "dotted table": "[" + "a." * (SIZE // 2) + "a]",
    "dotted key in a table": "a = {" + "a." * (SIZE // 2) + "a = 1}",
    "nested lists": "a = " + "[" * SIZE,
    "nested tables": "a = " + "{a=" * (SIZE // 3),
}
MANY = {
    "keys": "a = 1\n" * (SIZE // 6),
    "tables": "[a]\n" * (SIZE // 4),
    "lists of tables": "[[a]]\n" * (SIZE // 6),
    "elements of lists": "a = [" + "1," * (SIZE // 2) + "]",
}


@pytest.fixture
def parser(monkeypatch):
    """The strings that the parser gets."""
    given: list[str] = []
    loads = tomllib.loads

    def watched(text: str):
        given.append(text)
        return loads(text)

    monkeypatch.setattr(tomllib, "loads", watched)
    return given


@pytest.mark.parametrize("text", [*LONG.values(), *MANY.values()], ids=[*LONG, *MANY])
def test_the_parser_does_not_see_it(tmp_path, parser, text):
    """Parsing some of them would take half a minute."""
    file = tmp_path / "config.toml"
    file.write_text(text)
    limit = "more than 1000 |nested more than 16 deep in line 1"
    with pytest.raises(ConfigurationError, match=rf"config file .*{limit}"):
        ConfigFileSource("p", file).load()
    assert parser == []


def _deep(depth: int) -> list[str]:
    names = ["a"] * depth
    rest = names[1:]
    return [
        f"{'.'.join(names)} = 1.5",
        f"[{'.'.join(names)}]",
        f"[[{'.'.join(names)}]]",
        f"[{'.'.join(rest)}]\na = '1.2.3'",
        f"[a]\n{'.'.join(rest)} = 1979-05-27T07:32:00.5",
        "a = " + "{a = " * len(rest) + "1" + "}" * len(rest),
        "a = " + "[" * len(rest) + "]" * len(rest),
        "a = " + "[\n" * (len(rest) - 1) + "{a = 1}," + "\n]" * (len(rest) - 1),
        f"[a]\na = {{ {'.'.join(names[2:])} = 1 }}",
    ]


@pytest.mark.parametrize("number", range(len(_deep(2))))
def test_the_depth_counts_names_and_lists(number):
    """The notation doesn't matter."""
    allowed, refused = _deep(MAX_DEPTH)[number], _deep(MAX_DEPTH + 1)[number]
    for text in (allowed, refused):
        tomllib.loads(text)
    check_toml(allowed, "config file")
    with pytest.raises(ConfigurationError, match="nested more than 16 deep in line"):
        check_toml(refused, "config file")


def test_the_line_is_named():
    """Lines inside of multi-line strings are counted."""
    text = (
        '# a.b\n\na = """\n[[[[[[[[[[[[[[[[[[[\n"""\nb = [ # [[[\n1.5,\n]\n' + "a." * 20 + "b = 1"
    )
    with pytest.raises(ConfigurationError, match="in line 9") as caught:
        check_toml(text, "config file")
    assert "a.a" not in caught.value.message


@pytest.mark.parametrize("text", ["k{} = 1", "[t{}]", "[[t{}]]"])
def test_the_entries_of_each_kind_are_counted(text):
    """The limit is as high as a large company needs."""
    lines = [text.format(number) for number in range(MAX_ENTRIES + 1)]
    check_toml("\n".join(lines[:-1]), "config file")
    with pytest.raises(ConfigurationError, match="more than 1000"):
        check_toml("\n".join(lines), "config file")


def test_what_is_in_strings_and_comments_does_not_count():
    """A secret may contain any character."""
    marks = "a.=,[{" * MAX_ENTRIES
    for text in (
        f"a = '{marks}'",
        f'a = "{marks}\\"{marks}"',
        f"a = '''{marks}\n'{marks}''{marks}'''''",
        f'a = """{marks}\n"{marks}""\\"""{marks}"""""',
        f"a = 1 # {marks}\n# {marks}\n",
        f'"{marks}" = 1',
    ):
        tomllib.loads(text)
        check_toml(f"{text}\n[b]\nc.d = 1\n", "config file")


@given(st.text(alphabet="ab.=,[]{}\"'#\\ \n1", max_size=33))
def test_what_the_parser_takes_is_let_through(text):
    """A file of that length can't be nested too deeply."""
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    check_toml(text, "config file")
