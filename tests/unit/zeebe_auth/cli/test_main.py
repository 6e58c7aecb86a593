"""What all commands share: dispatch, exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import errno
import io
import re
import subprocess
import sys
import warnings

import pytest

from zeebe_auth import errors
from zeebe_auth.cli import status
from zeebe_auth.cli.main import main
from zeebe_auth.cli.shell import exit_code_of
from zeebe_auth.keychain.access import KeychainLocked
from zeebe_auth.profiles import lookup


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigurationError, 2),
        (errors.CredentialsUnavailable, 2),
        (errors.InvalidClientError, 3),
        (errors.TokenEndpointUnreachable, 4),
        (errors.RateLimitedError, 4),
        (errors.TokenTimeout, 4),
        (errors.TokenResponseError, 1),
        (errors.TokenEndpointError, 1),
        (errors.StoreError, 1),
        (KeychainLocked, 1),
    ],
)
def test_each_error_has_an_exit_code(error, code) -> None:
    """2 is configuration, 3 refused credentials, 4 not reachable, 1 anything else."""
    assert exit_code_of(error("Something.")) == code


@pytest.mark.parametrize("command", ["login", "logout", "token", "status"])
def test_each_command_explains_itself(command, capsys) -> None:
    """--help of each command prints its usage and ends with 0."""
    assert main([command, "--help"]) == 0
    assert f"usage: zeebe-auth {command}" in capsys.readouterr().out


def test_no_option_takes_a_secret(capsys) -> None:
    """A secret in an argument could be read by every user of the machine."""
    main(["login", "--help"])
    options = re.findall(r"^  (?:-\w, )?(--\S+.*)$", capsys.readouterr().out, re.MULTILINE)
    assert len(options) > 35
    assert [each.split()[0] for each in options if "secret" in each.split("  ")[0]] == [
        "--secret-stdin"
    ]


def test_help_lists_every_command_and_exit_code(capsys) -> None:
    """A new user finds the commands and the meaning of their exit codes."""
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for word in ("login", "logout", "token", "status", "3  credentials rejected"):
        assert word in out


def test_ctrl_c_ends_with_130_without_a_traceback(monkeypatch, capsys) -> None:
    """An interrupted command ends with the shell's code and no traceback."""

    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(status, "look_for_profile", interrupted)
    assert main(["status"]) == 130
    assert capsys.readouterr() == ("", "zeebe-auth: Interrupted.\n")


def test_a_warning_is_one_plain_line(monkeypatch, capsys) -> None:
    """A warning is shown once, without its class and the source line."""

    def warned(name):
        warnings.warn("The file can be read by all.", UserWarning, stacklevel=1)
        warnings.warn("The file can be read by all.", UserWarning, stacklevel=1)
        raise errors.CredentialsUnavailable("Nothing.")

    monkeypatch.setattr(lookup, "load_profile", warned)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert main(["token"]) == 2
    assert capsys.readouterr().err == (
        "zeebe-auth: warning: The file can be read by all.\nzeebe-auth: Nothing.\n"
    )


def test_a_reader_that_has_gone_is_no_traceback() -> None:
    """Output into a closed pipe ends the command silently."""
    program = (
        "import sys\n"
        "from zeebe_auth.cli import status, main\n"
        "from zeebe_auth.explanation import Explanation\n"
        "sys.stdin.readline()\n"
        "status._explain = lambda name: (Explanation(problem='x' * 1_000_000), None)\n"
        "sys.exit(main.main(['status']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert process.stderr.read() == b""
        process.stdin.close()
        assert process.wait(30) == 1


def test_a_full_disk_behind_stdout_is_one_line(monkeypatch, capsys) -> None:
    """Output that can't be written is an error with the system's reason, not a traceback."""

    class FullDisk(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            if self.closed:
                return 0
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("CAMUNDA_AUTH_STRATEGY", "NONE")
    full = io.TextIOWrapper(io.BufferedWriter(FullDisk()))
    monkeypatch.setattr("sys.stdout", full)
    assert main(["status"]) == 1
    assert capsys.readouterr().err == (
        "zeebe-auth: The output can't be written: No space left on device.\n"
    )
    with pytest.raises(OSError, match="No space"):
        full.close()


def test_a_command_imports_no_other_command() -> None:
    """`token` must start fast: nothing is loaded for commands that aren't used."""
    program = (
        "import sys\n"
        "from zeebe_auth.cli.main import main\n"
        "main(['token', '--help'])\n"
        "print([name for name in sys.modules if name.startswith('zeebe_auth.cli.')])\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    last = out.splitlines()[-1]
    assert "zeebe_auth.cli.token" in last
    for other in ("login", "logout", "status"):
        assert f"zeebe_auth.cli.{other}" not in last
