"""The command line's help and the options that its commands share."""

from __future__ import annotations

from importlib import metadata

import pytest
from help_pages import check_help_fits

from zeebe_grpc.cli import call, doctor, topology
from zeebe_grpc.cli.main import main


@pytest.fixture
def seen(monkeypatch):
    """The arguments that the commands get, which do nothing else."""
    arguments = []
    for module in (call, doctor, topology):
        monkeypatch.setattr(module, "run", lambda args: arguments.append(args) or 0)
    return arguments


def test_the_version(capsys):
    """It is the distribution's version, after the program's name."""
    assert main(["--version"]) == 0
    assert capsys.readouterr() == (f"zeebe-grpc {metadata.version('zeebe-credentials')}\n", "")


@pytest.mark.parametrize("rest", [["topology"], ["doctor"], ["call", "Topology"]], ids=" ".join)
def test_shared_options_count_on_either_side_of_the_command(rest, seen):
    """They may be short or long, before the command or after it."""
    assert main(["-p", "prod", "-o", "json", *rest]) == 0
    assert main([*rest, "-p", "prod", "-o", "json"]) == 0
    assert main(["--output=json", *rest, "--profile", "prod"]) == 0
    assert main(rest) == 0
    assert [(each.profile, each.output) for each in seen] == [
        *[("prod", "json")] * 3,
        (None, "text"),
    ]


def test_options_after_the_command_of_a_sandbox_are_its_own(monkeypatch):
    """What is run in the sandbox gets its options, also those that we have ourselves."""
    from zeebe_grpc.cli import sandbox as cli

    commands = []
    monkeypatch.setattr(cli, "run", lambda args: commands.append(args.command) or 0)
    assert main(["sandbox", "--", "zeebe-grpc", "-p", "x", "topology", "-o", "json"]) == 0
    assert commands == [["zeebe-grpc", "-p", "x", "topology", "-o", "json"]]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["topologie"],
            ('There is no command "topologie". Did you mean topology? See "zeebe-grpc --help".'),
        ),
        (
            ["call"],
            (
                'METHOD is missing. "zeebe-grpc call --list" shows the methods. See '
                '"zeebe-grpc call --help".'
            ),
        ),
        (
            ["doctor", "--timeot", "1"],
            (
                "There is no option --timeot. Did you mean --timeout? See "
                '"zeebe-grpc doctor --help".'
            ),
        ),
        (
            ["sandbox", "--refuse-token-requests", "lots"],
            (
                "--refuse-token-requests: 'lots' is not a valid value. See "
                '"zeebe-grpc sandbox --help".'
            ),
        ),
        (
            ["sandbox", "--refuse-status", "200"],
            (
                "--refuse-status: 200 is no HTTP error status (400 to 599). See "
                '"zeebe-grpc sandbox --help".'
            ),
        ),
        (["proto", "-o", "json"], 'There is no option -o. See "zeebe-grpc proto --help".'),
        (
            ["-p", "prod", "proto"],
            ('"zeebe-grpc proto" has no option -p/--profile. See "zeebe-grpc proto --help".'),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_usage_error_is_one_line(arguments, says, capsys, seen):
    """It says what is wrong, what was probably meant, and where the help is; nothing was run."""
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", f"zeebe-grpc: {says}\n")
    assert seen == []


@pytest.mark.parametrize(
    "command", [[], ["topology"], ["call"], ["proto"], ["doctor"], ["sandbox"]]
)
def test_help_fits_the_terminal(command, monkeypatch, capsys):
    """From 50 columns up no line is longer and no word is broken, and all has examples."""
    check_help_fits(main, command, "zeebe-grpc", monkeypatch, capsys)
