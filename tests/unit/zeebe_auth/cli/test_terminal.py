"""When output is coloured, marked and wrapped."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import warnings

import pytest

from zeebe_auth.cli import terminal
from zeebe_auth.cli.main import main
from zeebe_auth.cli.shell import run_command_line
from zeebe_auth.cli.table import Field, field_lines, table_lines
from zeebe_auth.cli.terminal import Look, mark, paragraph_lines, set_color, styled

BOLD = "\x1b[1m"


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """A terminal with all abilities, and no variable that restricts it."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    yield
    set_color("auto")


@pytest.mark.parametrize(
    ("variables", "is_terminal", "is_coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": ""}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": ""}, True, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_what_the_environment_says_of_colours(
    monkeypatch, variables, is_terminal, is_coloured
) -> None:
    """NO_COLOR and FORCE_COLOR count as no-color.org and force-color.org define them; TERM=dumb
    means none."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stream = Terminal() if is_terminal else io.StringIO()
    assert (styled("word", Look.HEADING, stream) == f"{BOLD}word\x1b[0m") is is_coloured
    assert is_coloured or styled("word", Look.HEADING, stream) == "word"


@pytest.mark.parametrize(("choice", "is_coloured"), [("always", True), ("never", False)])
def test_the_option_goes_before_the_environment(monkeypatch, choice, is_coloured) -> None:
    """The option applies to this command alone."""
    monkeypatch.setenv("NO_COLOR" if is_coloured else "FORCE_COLOR", "1")
    set_color(choice)
    assert (styled("word", Look.GOOD, io.StringIO()) != "word") is is_coloured


@pytest.mark.parametrize(
    "arguments",
    [
        ["--color", "always", "--help"],
        ["--color=always", "use", "-h"],
        ["use", "--color=always", "-h"],
    ],
)
def test_color_counts_on_either_side_of_the_command(capsys, arguments) -> None:
    """It also applies to the help."""
    assert main(arguments) == 0
    assert f"{BOLD}options:" in capsys.readouterr().out
    assert main([*arguments, "--help"][-1:]) == 0
    assert BOLD not in capsys.readouterr().out, "it holds for one command line"


def test_a_misspelt_color_names_the_choices(capsys) -> None:
    """The error is one line, like every usage error."""
    assert main(["--color", "sometimes", "status"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "--color" in told
    assert "always" in told


@pytest.mark.parametrize("arguments", [["--color", "always", "status"], ["--help"]])
def test_without_the_extra_output_is_plain(arguments) -> None:
    """``--color always`` says what to install; nothing else needs it."""
    code = (
        "import sys; sys.modules['rich'] = None; from zeebe_auth.cli.main import main; "
        f"sys.exit(main({arguments}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"FORCE_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "\x1b" not in done.stdout + done.stderr
    if arguments == ["--help"]:
        assert done.returncode == 0
    else:
        assert done.returncode == 2
        assert 'pip install "zeebe-credentials[cli]"' in done.stderr


@pytest.mark.parametrize(
    ("stream", "shown"),
    [
        (Terminal(), ["✓", "✗", "-"]),
        (Terminal("ascii"), ["ok", "FAILED", "skipped"]),
        (io.StringIO(), ["ok", "FAILED", "skipped"]),
    ],
)
def test_marks_are_for_terminals_that_can_show_them(stream, shown) -> None:
    """Elsewhere words are used, which can be searched for."""
    assert [mark(word, stream) for word in ("ok", "FAILED", "skipped")] == shown


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_a_paragraph_is_broken_between_words_alone(monkeypatch, columns) -> None:
    """It is not broken at hyphens; a word longer than a line stays whole."""
    monkeypatch.setenv("COLUMNS", str(columns))
    path = "/a-long-path/" + "x" * 210
    text = f"{'zeebe-grpc well-known words ' * 12}{path} end"
    lines = paragraph_lines(text, indent=4, stream=Terminal())
    assert " ".join(line.strip() for line in lines) == text
    assert all(len(line) <= columns or path in line for line in lines)
    assert all(line.startswith("    ") for line in lines[1:])


def test_a_long_word_that_fits_a_line_fits_it(monkeypatch) -> None:
    """It is indented less, if it has to be."""
    monkeypatch.setenv("COLUMNS", "40")
    lines = paragraph_lines(f"so: {'x' * 38} {'y' * 41} end", indent=4, stream=Terminal())
    assert lines == ["so:", "  " + "x" * 38, "    " + "y" * 41, "    end"]


def test_a_pipe_gets_whole_lines(monkeypatch) -> None:
    """Each line can be searched for, whatever COLUMNS is."""
    monkeypatch.setenv("COLUMNS", "50")
    assert paragraph_lines("word " * 100, stream=io.StringIO()) == ["word " * 100]


def test_a_look_covers_words_but_no_white_space(monkeypatch) -> None:
    """This holds for a field's label, its value, and each line that the value continues on."""
    monkeypatch.setenv("COLUMNS", "20")
    set_color("always")
    lines = field_lines([Field("label", "word " * 5, Look.BAD, Look.HEADING)], width=8)
    red = "\x1b[1;31m"
    assert lines == [
        f"{BOLD}label\x1b[0m   {red}word word\x1b[0m",
        f"        {red}word word\x1b[0m",
        f"        {red}word\x1b[0m",
    ]


def test_a_table_that_does_not_fit_is_told_row_by_row(monkeypatch) -> None:
    """There is a line for each field; an empty cell has none."""
    rows = [("prod", "a.example"), ("test", "")]
    monkeypatch.setenv("COLUMNS", "20")
    assert table_lines(("NAME", "ADDRESS"), rows) == ["NAME  ADDRESS", "prod  a.example", "test"]
    monkeypatch.setenv("COLUMNS", "14")
    assert table_lines(("NAME", "ADDRESS"), rows) == [
        "name    prod",
        "address a.example",
        "",
        "name    test",
    ]


def run_command(command) -> int:
    """Run a function as the command of a program."""

    def make_parser(_):
        from argparse import Namespace

        parser = type("Parser", (), {})()
        parser.parse_args = lambda _: Namespace(
            command_parser=parser,
            run=command,
            profile_before_command=None,
            output_before_command=None,
        )
        return parser

    return run_command_line("zeebe-auth", ["x"], make_parser)


def test_warnings_have_the_prefix_however_they_come(capsys, monkeypatch) -> None:
    """They come from `warnings` or a logger, and each is shown once."""
    monkeypatch.setattr(logging.getLogger("zeebe_auth"), "propagate", False)

    def command(_) -> int:
        warnings.simplefilter("always")
        for _ in range(2):
            warnings.warn("by warnings", UserWarning, stacklevel=1)
            logging.getLogger("zeebe_auth").warning("by %s", "logging")
            logging.getLogger("zeebe_auth").info("not told")
        return 0

    before = logging.lastResort
    assert run_command(command) == 0
    assert logging.lastResort is before
    assert capsys.readouterr().err == (
        "zeebe-auth: warning: by warnings\nzeebe-auth: warning: by logging\n"
    )


def test_a_log_record_that_can_not_be_shown_stops_no_command(monkeypatch, capsys) -> None:
    """It is handled as by logging's own handlers."""
    monkeypatch.setattr(logging.getLogger("zeebe_auth"), "propagate", False)

    def command(_) -> int:
        logging.getLogger("zeebe_auth").warning("%d", "no number")  # noqa: PLE1205, RUF100 - the mistake is tested
        return 0

    assert run_command(command) == 0
    assert "Logging error" in capsys.readouterr().err


def test_terminal_columns_are_the_variables_before_the_terminals(monkeypatch) -> None:
    """Shells set COLUMNS for those that run without a terminal."""
    monkeypatch.setenv("COLUMNS", "61")
    assert terminal.terminal_columns() == 61
