"""What users type: the version, the shared options, mistakes, and the help."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata

import pytest
from help_pages import check_help_fits

from zeebe_auth.cli import status, token
from zeebe_auth.cli.main import main

LOGIN_GROUPS = [
    "options",
    "token request",
    "key or assertion instead of a secret",
    "token exchange (RFC 8693)",
    "TLS and proxy",
    "storage",
    "examples",
]


@pytest.fixture
def seen(monkeypatch):
    """The arguments that the commands get, which do nothing else."""
    arguments = []
    for module in (status, token):
        monkeypatch.setattr(module, "run", lambda args: arguments.append(args) or 0)
    return arguments


def usage_error(arguments, capsys) -> str:
    """The one line that reports wrong usage."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    return line


def test_the_version(capsys) -> None:
    """It is the distribution's version, after the program's name."""
    assert main(["--version"]) == 0
    assert capsys.readouterr() == (f"zeebe-auth {metadata.version('zeebe-credentials')}\n", "")


def test_the_version_without_metadata(monkeypatch, capsys) -> None:
    """A frozen program may be without the metadata of its distributions."""

    def nothing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", nothing)
    assert main(["--version"]) == 0
    assert capsys.readouterr() == ("zeebe-auth (unknown version)\n", "")


@pytest.mark.parametrize("package", ["zeebe_auth", "zeebe_grpc"])
def test_python_m(package) -> None:
    """`python -m` runs the command line, where its script isn't on the path."""
    done = subprocess.run(
        [sys.executable, "-m", package, "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    version = metadata.version("zeebe-credentials")
    assert (done.stdout, done.stderr, done.returncode) == (
        f"{package.replace('_', '-')} {version}\n",
        "",
        0,
    )


def test_without_arguments_the_help_is_shown(capsys) -> None:
    """It goes to stderr, with the code of wrong usage: `$(zeebe-auth $EMPTY)` gets no help text."""
    assert main(["--help"]) == 0
    help_text = capsys.readouterr().out
    assert main([]) == 2
    assert capsys.readouterr() == ("", help_text)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-p", "prod", "status"],
        ["-pprod", "status"],
        ["--profile", "prod", "status"],
        ["--profile=prod", "status"],
        ["status", "-p", "prod"],
        ["status", "-pprod"],
        ["status", "--profile", "prod"],
        ["-p", "prod", "status", "--profile", "prod"],
    ],
    ids=" ".join,
)
def test_profile_counts_on_either_side_of_the_command(arguments, seen) -> None:
    """Short or long, before or after, or the same on both sides."""
    assert main(arguments) == 0
    (args,) = seen
    assert (args.profile, args.output) == ("prod", "text")


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "json", "token"],
        ["--output=json", "token"],
        ["token", "-o", "json"],
        ["token", "-ojson"],
        ["-o", "json", "token", "-o", "json"],
    ],
    ids=" ".join,
)
def test_output_counts_on_either_side_of_the_command(arguments, seen) -> None:
    """The same holds for the other option that commands share."""
    assert main(arguments) == 0
    (args,) = seen
    assert (args.profile, args.output) == (None, "json")


@pytest.mark.parametrize("name", ["token", "login", "--help"])
def test_a_profile_may_have_the_name_of_a_command(name, seen) -> None:
    """The value of an option before the command is not taken for the command."""
    assert main([f"--profile={name}", "status"]) == 0
    assert seen[0].profile == name
    if not name.startswith("-"):
        assert main(["-p", name, "status"]) == 0
        assert seen[1].profile == name


SEE = 'See "zeebe-auth --help".'
SEE_TOKEN = 'See "zeebe-auth token --help".'


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["toekn"], f'There is no command "toekn". Did you mean token? {SEE}'),
        (["-p", "prod", "log"], f'There is no command "log". Did you mean login? {SEE}'),
        (["xyz"], f'There is no command "xyz". {SEE}'),
        (["-p", "prod"], f"No command is given. {SEE}"),
        (
            ["--profil", "x", "token"],
            (f"There is no option --profil before the command. Did you mean --profile? {SEE}"),
        ),
        (
            ["--timeout", "3", "token"],
            (
                "There is no option --timeout before the command. The "
                f"options of a command follow its name. {SEE}"
            ),
        ),
        (
            ["--", "token"],
            (
                "There is no such option before the command. "
                f"The options of a command follow its name. {SEE}"
            ),
        ),
        (["-p"], f"-p/--profile needs a value. {SEE}"),
        (
            ["token", "--timout", "3"],
            f"There is no option --timout. Did you mean --timeout? {SEE_TOKEN}",
        ),
        (
            ["token", "--time", "3"],
            f"There is no option --time. Did you mean --timeout? {SEE_TOKEN}",
        ),
        (["token", "--quiet"], f"There is no option --quiet. {SEE_TOKEN}"),
        (["token", "--quiet", "--loud=1"], f"There are no options --quiet, --loud. {SEE_TOKEN}"),
        (["token", "x"], f"1 argument more than this command takes. {SEE_TOKEN}"),
        (["token", "x", "y"], f"2 arguments more than this command takes. {SEE_TOKEN}"),
        (["token", "--timeout"], f"--timeout needs a value. {SEE_TOKEN}"),
        (
            ["token", "--timeout", "0"],
            f"--timeout: '0' is not a number of seconds above 0. {SEE_TOKEN}",
        ),
        (
            ["-p", "a", "token", "-p", "b"],
            (
                "-p/--profile has one value before the command and "
                f"another after it. Give one of them. {SEE_TOKEN}"
            ),
        ),
        (
            ["-o", "text", "token", "-o", "json"],
            (
                "-o/--output has one value before the command and "
                f"another after it. Give one of them. {SEE_TOKEN}"
            ),
        ),
        (
            ["-o", "json", "login"],
            '"zeebe-auth login" has no option -o/--output. See "zeebe-auth login --help".',
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_usage_error_is_one_line(arguments, says, capsys, seen) -> None:
    """It says what is wrong, what was probably meant, and where the help is; nothing was run."""
    assert usage_error(arguments, capsys) == f"zeebe-auth: {says}"
    assert seen == []


def test_a_wrong_choice_names_the_right_ones(capsys) -> None:
    """It does so on either side of the command. (Older Pythons quote the choices.)"""
    for arguments in (["-o", "jsn", "token"], ["token", "-o", "jsn"]):
        line = usage_error(arguments, capsys).replace("'", "")
        assert line.startswith(
            "zeebe-auth: -o/--output: invalid choice: jsn (choose from text, json). See"
        )


@pytest.mark.parametrize(
    "arguments",
    [
        ["login", "--secret=hunter2"],
        ["login", "--secret", "hunter2"],
        ["login", "--secret-stdin=hunter2"],
        ["login", "--secret-stdin", "hunter2"],
        ["login", "--client=hunter2"],
        ["login", "--secret", "-zhunter2"],
        ["login", "hunter2"],
        ["--secret=hunter2", "login"],
        ["-hunter2", "login"],
        ["hunter2\nhunter2"],
    ],
    ids=" ".join,
)
def test_a_usage_error_repeats_no_value(arguments, capsys) -> None:
    """A secret may have been given where none is taken."""
    assert "hunter2" not in usage_error(arguments, capsys)


@pytest.mark.parametrize("command", [[], ["login"], ["logout"], ["token"], ["status"]])
def test_help_fits_the_terminal(command, monkeypatch, capsys) -> None:
    """From 50 columns up no line is longer and no word is broken, and all ends with examples."""
    check_help_fits(main, command, r"(TOKEN=\$\()?zeebe-auth", monkeypatch, capsys)


def test_a_long_example_is_continued_as_a_shell_reads_it(monkeypatch, capsys) -> None:
    """It can be copied at any width; an option and its value stay together."""
    monkeypatch.setenv("COLUMNS", "50")
    main(["login", "--help"])
    assert capsys.readouterr().out.partition("examples:\n")[2] == (
        "  zeebe-auth login\n"
        "  zeebe-auth login \\\n"
        "      --from-file CamundaCloudCredentials.txt\n"
        "  zeebe-auth login -p prod --cluster-id ID \\\n"
        "      --client-id ID --secret-stdin \\\n"
        "      < SECRET_FILE\n"
        "  zeebe-auth login \\\n"
        "      --address zeebe.example.com:443 \\\n"
        "      --client-id ID --token-url URL\n"
    )


def test_the_help_is_as_wide_as_the_terminal(monkeypatch, capsys) -> None:
    """Shells don't export COLUMNS; without a terminal 80 columns are filled."""
    monkeypatch.delenv("COLUMNS", raising=False)
    main(["login", "--help"])
    at_80 = capsys.readouterr().out
    assert 70 < max(map(len, at_80.splitlines())) <= 80
    for columns in ("0", "wide", "9" * 5000):
        monkeypatch.setenv("COLUMNS", columns)
        main(["login", "--help"])
        assert capsys.readouterr().out == at_80
    monkeypatch.setenv("COLUMNS", "")
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((60, 24)))
    monkeypatch.setattr("sys.__stdout__", sys.__stderr__)
    main(["login", "--help"])
    assert 50 < max(map(len, capsys.readouterr().out.splitlines())) <= 60


def test_login_has_its_options_in_groups(capsys) -> None:
    """The common options come first; each field's option is in the group of its row."""
    main(["login", "--help"])
    out = capsys.readouterr().out
    assert re.findall(r"^(\w.*):$", out, re.MULTILINE) == LOGIN_GROUPS
    sections = re.split(r"^\w.*:$", out, flags=re.MULTILINE)
    for option, group in (
        ("--from-file", "options"),
        ("--client-id", "options"),
        ("--secret-stdin", "options"),
        ("--request-format", "token request"),
        ("--private-key-file", "key or assertion instead of a secret"),
        ("--subject-token-file", "token exchange (RFC 8693)"),
        ("--ca-certificate", "TLS and proxy"),
    ):
        assert f"  {option} " in sections[LOGIN_GROUPS.index(group) + 1]
    assert sections[1].count("\n  -") < 15


def test_a_command_loads_nothing_for_mistakes_or_help() -> None:
    """With or without an option before it, neither other commands nor modules for errors and help
    are loaded."""
    program = (
        "import sys\n"
        "from zeebe_auth.cli import main, token\n"
        "token.run = lambda args: 0\n"
        "main.main(['-p', 'login', 'token', '-o', 'json'])\n"
        "unwanted = {'difflib', 'importlib.metadata', 'shutil', 'zeebe_auth.cli.login'}\n"
        "print(unwanted & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "set()\n"
