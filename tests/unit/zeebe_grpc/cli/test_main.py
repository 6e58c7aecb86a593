import errno
import json
import os
import subprocess
import sys
import warnings

import pytest

from zeebe_auth import InvalidClientError
from zeebe_grpc.cli import main as command
from zeebe_grpc.cli import proto
from zeebe_grpc.diagnosis.printable import printable


def test_help_loads_no_grpc():
    """Help and wrong use are fast: no heavy package is loaded for them."""
    heavy = ("grpc", "google.protobuf", "cryptography", "authlib", "asyncio", "ssl")
    code = (
        "import sys; from zeebe_grpc.cli.main import main; "
        f"main(['--help']); sys.exit(any(name in sys.modules for name in {heavy}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["proto", "--profile", "x"]])
def test_wrong_use_is_a_code(arguments, capsys):
    """Wrong use is returned as an exit code, for those who call main themselves."""
    assert command.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "zeebe-grpc" in err


def test_an_error_is_a_sentence(monkeypatch, capsys):
    """A typed error is a sentence on stderr and an exit code."""

    def run(_):
        raise InvalidClientError("The secret was refused. Check it.")

    monkeypatch.setattr(proto, "run", run)
    assert command.main(["proto"]) == 3
    assert capsys.readouterr() == ("", "zeebe-grpc: The secret was refused. Check it.\n")


def test_a_warning_is_a_sentence(monkeypatch, capsys):
    """A warning is a sentence too, shown once and without a line of code."""

    def run(_):
        warnings.warn("The file is readable for all.", UserWarning, stacklevel=1)
        warnings.warn("The file is readable for all.", UserWarning, stacklevel=1)
        return 0

    monkeypatch.setattr(proto, "run", run)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert command.main(["proto"]) == 0
    assert capsys.readouterr().err == "zeebe-grpc: warning: The file is readable for all.\n"


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch):
    """An unexpected error is not hidden."""

    def run(_):
        raise ZeroDivisionError

    monkeypatch.setattr(proto, "run", run)
    with pytest.raises(ZeroDivisionError):
        command.main(["proto"])


def test_an_ascii_terminal_is_no_obstacle():
    """A character that a stream can't encode is escaped instead of raising."""
    code = (
        "import sys; from zeebe_grpc.cli import main, proto; "
        "proto.run = lambda _: print('caf\\xe9') or 0; sys.exit(main.main(['proto']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, rb"caf\xe9"), done.stderr


def test_a_full_disk_behind_stdout(monkeypatch, capsys):
    """Output that can't be written is a sentence with the system's reason, not a traceback."""

    def run(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(proto, "run", run)
    assert command.main(["proto"]) == 1
    assert capsys.readouterr().err == (
        "zeebe-grpc: The output can't be written: No space left on device.\n"
    )


def test_what_others_wrote_can_not_steer_the_terminal():
    """A server's text is shown in one line, shortened, and without control characters."""
    assert printable("a\x1b[31m\r\nb") == "a [31m  b"
    assert len(printable("x" * 10_000)) < 600


def test_the_methods_are_listed(capsys):
    """They are listed for people and for programs, without a gateway."""
    assert command.main(["call", "--list"]) == 0
    assert "PublishMessage " in capsys.readouterr().out
    assert command.main(["call", "--list", "-o", "json"]) == 0
    listed = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert listed["ActivateJobs"]["streams_responses"] is True
    assert listed["Topology"]["request"] == "gateway_protocol.TopologyRequest"


def test_an_example_is_json_alone(capsys):
    """Notes are on stderr, so that the output can be written to a file."""
    assert command.main(["call", "--example", "DeployResource"]) == 0
    assert json.loads(capsys.readouterr().out)["resources"]


@pytest.mark.parametrize("arguments", [["call"], ["call", "--example"]])
def test_a_method_is_needed(capsys, arguments):
    """The error says how to list them."""
    assert command.main(arguments) == 2
    assert "--list" in capsys.readouterr().err
