from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from contextlib import suppress
from math import inf
from types import SimpleNamespace

import pytest

from zeebe_auth import ConfigurationError
from zeebe_auth.configuration import helper_program
from zeebe_auth.configuration.helper_program import output_of


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code), *arguments]


class Helper:
    """The far end of a line to a helper's process: it is seen to end when the line does."""

    def __init__(self, listener: socket.socket) -> None:
        self.port = str(listener.getsockname()[1])
        self.listener = listener
        self.line: socket.socket | None = None

    def wait_until_it_runs(self) -> None:
        self.line, _ = self.listener.accept()
        self.line.settimeout(30)

    def is_gone(self) -> bool:
        assert self.line is not None
        with self.line:
            try:
                return self.line.recv(1) == b""
            except ConnectionResetError:
                return True


@pytest.fixture
def helper(monkeypatch):
    """Lets the time limit run out just when the process that is to be killed has started."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        helper = Helper(listener)

        def wait(*_):
            helper.wait_until_it_runs()
            monkeypatch.setattr(helper_program, "time", SimpleNamespace(monotonic=lambda: inf))

        monkeypatch.setattr(helper_program, "_wait_for_more", wait)
        yield helper


def test_gives_the_output():
    """Output is returned as a UTF-8 string, and no shell changes the arguments."""
    code = "import sys; sys.stdout.buffer.write(sys.argv[1].encode())"
    assert output_of(python(code, "$HOME; é `x`")) == "$HOME; é `x`"


@pytest.mark.parametrize("before", [None, "", "/opt/lib"])
def test_gets_no_library_of_a_frozen_program(monkeypatch, before):
    """PyInstaller puts its own libraries first for itself, and keeps what was there before."""
    monkeypatch.setattr(sys, "_MEIPASS", "/bundled", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundled")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    code = "import os; print({n: v for n, v in os.environ.items() if n.startswith('LD_')})"
    expected = {} if before is None else {"LD_LIBRARY_PATH": before}
    assert output_of(python(code)).strip() == str(expected)


def test_gets_the_libraries_of_a_program_that_is_not_frozen(monkeypatch):
    """The user's setting is passed on."""
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    code = "import os; print(os.environ['LD_LIBRARY_PATH'])"
    assert output_of(python(code)).strip() == "/opt/lib"


def test_gets_no_input():
    """A program that reads its input finds the end of it and doesn't wait."""
    assert output_of(python("import sys; print(repr(sys.stdin.read()))")).strip() == "''"


def test_exit_code_is_told_and_messages_are_not():
    """A failing program's exit code is in the error; its output and arguments aren't."""
    code = "import sys; print('s3cr3t'); print('s3cr3t', file=sys.stderr); sys.exit(3)"
    with pytest.raises(ConfigurationError, match="exit code 3") as caught:
        output_of(python(code, "s3cr3t-argument"))
    assert "s3cr3t" not in str(caught.value)
    assert sys.executable in str(caught.value)


def test_not_there():
    """A program that isn't installed is an error that names it."""
    with pytest.raises(ConfigurationError, match=r"no-such-helper-program.*No such file"):
        output_of(["no-such-helper-program"])


def test_a_name_that_no_system_takes():
    """A NUL in a program's name is an error, not a crash."""
    with pytest.raises(ConfigurationError, match="ValueError"):
        output_of(["a\0b"])


def test_output_that_is_no_text():
    """Output in another encoding is an error that doesn't contain it."""
    with pytest.raises(ConfigurationError, match="UTF-8") as caught:
        output_of(python(r"import sys; sys.stdout.buffer.write(b's3cr3t\xff')"))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_endless_output_is_cut_off():
    """A program that prints without end is killed at 1 MiB, long before its time is up."""
    with pytest.raises(ConfigurationError, match="more than 1 MiB"):
        output_of(python("while True: print('s3cr3t' * 1000)"), 110)


PARENT = """
    import subprocess, sys
    code = "import socket; socket.create_connection(('127.0.0.1', PORT)).recv(1)"
    child = subprocess.Popen([sys.executable, "-c", code.replace("PORT", sys.argv[1])])
"""


def test_time_limit():
    """A program that waits for something is killed when its time is up."""
    with pytest.raises(ConfigurationError, match=r"did not finish within 0\.2 seconds"):
        output_of(python("import threading; threading.Event().wait()"), 0.2)


def test_hanging_program_dies_with_its_children(helper):
    """When the time is up the program and what it started are killed."""
    with pytest.raises(ConfigurationError, match="did not finish"):
        output_of(python(PARENT + "    child.wait()", helper.port))
    assert helper.is_gone()


LEAVES_A_CHILD = (
    PARENT
    + """
    import os
    os.write(1, sys.argv[2].encode() * int(sys.argv[3]))
    os._exit(int(sys.argv[4]))
"""
)


@pytest.fixture
def child():
    """What a helper leaves running, until the test ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        yield Helper(listener)


@pytest.mark.parametrize("times", [0, 1, 60_000])
def test_what_a_program_printed_counts_once_it_has_ended(child, times):
    """A child that it leaves with its output open, such as an agent, is neither waited for nor
    killed."""
    code = LEAVES_A_CHILD
    assert output_of(python(code, child.port, "s3cr3t", str(times), "0")) == "s3cr3t" * times
    child.wait_until_it_runs()
    child.line.sendall(b"x")
    assert child.is_gone()


def test_the_exit_code_counts_beside_a_child_that_stays(child):
    """A program that fails is said to have failed, not to have been killed."""
    with pytest.raises(ConfigurationError, match="failed with exit code 7"):
        output_of(python(LEAVES_A_CHILD, child.port, "s3cr3t", "1", "7"))


@pytest.fixture
def looked_early(monkeypatch):
    """The first look at the program and its pipe comes before it has done anything."""
    looked = []
    read, poll = helper_program._read_available, subprocess.Popen.poll
    monkeypatch.setattr(subprocess.Popen, "poll", lambda process: poll(process) if looked else None)

    def look(pipe):
        looked.append(pipe)
        return read(pipe) if len(looked) > 1 else None

    monkeypatch.setattr(helper_program, "_read_available", look)
    return looked


def test_what_was_printed_between_the_looks_counts(monkeypatch, looked_early):
    """If a program prints and ends after the pipe was found empty, its output is read."""
    monkeypatch.setattr(helper_program, "_wait_for_more", lambda process, *_: process.wait())
    assert output_of(python("print('s3cr3t')")) == "s3cr3t\n"


def test_a_pipe_with_a_high_number_is_read(looked_early):
    """A program with thousands of open files gets the output, which select() could not wait for."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 1200
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip("This user may not open that many files.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        assert output_of(python("print('s3cr3t')")) == "s3cr3t\n"
        assert looked_early[0] > 1024
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_waiting_takes_no_descriptor(monkeypatch, looked_early):
    """Another thread may have taken the last one once the program runs."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = []

    class Popen(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            taken.append(os.open(os.devnull, os.O_RDONLY))
            resource.setrlimit(resource.RLIMIT_NOFILE, (taken[0] + 20, hard))
            with suppress(OSError):
                while True:
                    taken.append(os.open(os.devnull, os.O_RDONLY))

    monkeypatch.setattr(subprocess, "Popen", Popen)
    try:
        assert output_of(python("print('s3cr3t')")) == "s3cr3t\n"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for descriptor in taken:
            os.close(descriptor)


def test_a_program_that_closes_its_output_and_hangs(helper):
    """Closing the output doesn't escape the time limit."""
    code = """
        import os, socket, sys
        os.close(1)
        socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(1)
    """
    with pytest.raises(ConfigurationError, match="did not finish"):
        output_of(python(code, helper.port))
    assert helper.is_gone()


def test_interrupt_ends_the_program(helper, monkeypatch):
    """Ctrl-C while a program runs doesn't leave it behind."""

    def interrupt(*_):
        helper.wait_until_it_runs()
        raise KeyboardInterrupt

    monkeypatch.setattr(helper_program, "_wait_for_more", interrupt)
    with pytest.raises(KeyboardInterrupt):
        output_of(python(PARENT + "    child.wait()", helper.port))
    assert helper.is_gone()


if os.name == "posix":

    def test_death_by_signal():
        """A program that a signal ended is reported as such."""
        code = f"import os; os.kill(os.getpid(), {int(signal.SIGTERM)})"
        with pytest.raises(ConfigurationError, match="signal 15"):
            output_of(python(code))
