"""``completion``: how shells use the script, for both programs."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from zeebe_auth.cli.main import main as zeebe_auth
from zeebe_grpc.cli.main import main as zeebe_grpc

pytest.importorskip("shtab")

PROGRAMS = {"zeebe-auth": zeebe_auth, "zeebe-grpc": zeebe_grpc}
ASK = """
source /dev/stdin
function_name=$(complete -p "$1" | sed 's/.*-F \\([^ ]*\\).*/\\1/')
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
"$function_name"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(capsys):
    """The script that a program prints for a shell."""

    def script(program: str, shell: str) -> str:
        assert PROGRAMS[program](["completion", shell]) == 0
        return capsys.readouterr().out

    return script


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        (["zeebe-auth", "sta"], {"status"}),
        (["zeebe-auth", "token", "--fr"], {"--fresh"}),
        (["zeebe-auth", "status", "--output", ""], {"text", "json"}),
        (["zeebe-auth", "-p", "prod", "log"], {"login", "logout"}),
        (["zeebe-auth", "login", "--token-u"], {"--token-url"}),
        (["zeebe-auth", "completion", "ba"], {"bash"}),
        (["zeebe-grpc", "call", "--ex"], {"--example"}),
        (["zeebe-grpc", "to"], {"topology"}),
    ],
)
def test_bash_completes(script, words, completions) -> None:
    """A real bash completes commands, options of each, and values."""
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "--norc", "-c", ASK, "bash", *words],
        input=script(words[0], "bash"),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    assert set(done.stdout.split()) == completions


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_each_shell_has_a_script(script, program, shell) -> None:
    """The script has every command of the program."""
    text = script(program, shell)
    assert program in text
    for command in ("status", "logout") if program == "zeebe-auth" else ("topology", "sandbox"):
        assert command in text


def test_another_shell_is_wrong_usage(capsys) -> None:
    """The error lists the shells that are supported."""
    assert zeebe_auth(["completion", "tcl"]) == 2
    assert "bash" in capsys.readouterr().err


@pytest.mark.parametrize("program", PROGRAMS)
def test_without_the_extra_it_is_told_what_to_install(program, monkeypatch, capsys) -> None:
    """One line says what to install."""
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert PROGRAMS[program](["completion", "bash"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{program}: ")
    assert 'pip install "zeebe-credentials[cli]"' in err
