"""``zeebe-grpc sandbox`` as a real process, with children and signals."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from zeebe_grpc.cli import sandbox as cli

PYTHON = sys.executable
CLI = [PYTHON, "-c", "import sys; from zeebe_grpc.cli.main import main; sys.exit(main())"]
CALL = """
import grpc, os, urllib.request, ssl, json
from urllib.parse import urlencode
from zeebe_grpc import gateway_pb2, gateway_pb2_grpc
ca = os.environ["CAMUNDA_CA_CERTIFICATE_PATH"]
form = {"grant_type": "client_credentials", "client_id": os.environ["ZEEBE_CLIENT_ID"],
        "client_secret": os.environ["CAMUNDA_CLIENT_SECRET"]}
with urllib.request.urlopen(os.environ["CAMUNDA_OAUTH_URL"], urlencode(form).encode(),
                            context=ssl.create_default_context(cafile=ca)) as reply:
    token = json.load(reply)["access_token"]
with open(ca, "rb") as file:
    credentials = grpc.ssl_channel_credentials(file.read())
with grpc.secure_channel(os.environ["ZEEBE_ADDRESS"], credentials) as channel:
    gateway_pb2_grpc.GatewayStub(channel).Topology(
        gateway_pb2.TopologyRequest(), metadata=[("authorization", "Bearer " + token)])
"""


def run(*arguments, env=None):
    return subprocess.run(
        [*CLI, "sandbox", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **(env or {})},
    )


@pytest.fixture
def end_of():
    """End a process, whatever the test does, after two minutes at the latest."""
    processes = []

    def end_of(process):
        late = threading.Timer(120, process.kill)
        late.start()
        processes.append((process, late))
        return process

    yield end_of
    for process, late in processes:
        late.cancel()
        process.kill()
        process.communicate()


@pytest.fixture
def start(end_of):
    """Starts the command."""

    def start(*arguments):
        return end_of(
            subprocess.Popen(
                [*CLI, "sandbox", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )

    return start


def test_a_child_uses_the_sandbox_and_the_report_tells():
    """A child finds everything in its environment; the report counts what it did."""
    ended = run("--report", "--", PYTHON, "-c", CALL)

    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.splitlines() == [
        "token requests: 1",
        "  1 x 200 to sandbox~client.1",
        "calls: 1",
        "  1 x Topology OK",
    ]


def test_a_second_topology_makes_no_token_request():
    """Two processes in one sandbox share one token, and the report proves it."""
    twice = f"""
import subprocess
for _ in range(2):
    subprocess.run({[*CLI, "topology", "--output", "json"]!r}, check=True)
"""
    ended = run("--report", "--", PYTHON, "-c", twice)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count('"clusterSize"') == 2
    assert "token requests: 1\n" in ended.stderr
    assert "  2 x Topology OK" in ended.stderr


def test_the_exit_code_is_the_child_s():
    """The command exits with the child's exit code."""
    assert run("--", PYTHON, "-c", "raise SystemExit(41)").returncode == 41


def test_a_child_that_a_signal_ends():
    """A signal's number is reported as shells report it."""
    code = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"

    assert run("--", PYTHON, "-c", code).returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("command", "code"), [("no-such-program-here", 127), (str(Path(__file__).parent), 126)]
)
def test_a_command_that_can_not_run(command, code):
    """A missing program and one that can't be run end as in a shell, with one sentence."""
    ended = run("--", command)

    assert ended.returncode == code
    assert command in ended.stderr
    assert "Traceback" not in ended.stderr


def test_nothing_inherited_mixes_in():
    """A child sees no variable of another cluster."""
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    ended = run("--", PYTHON, "-c", code, env={"CAMUNDA_CLUSTER_ID": "c", "ZEEBE_ADDRESS": "z"})

    environment = json.loads(ended.stdout)
    assert "CAMUNDA_CLUSTER_ID" not in environment
    assert environment["ZEEBE_ADDRESS"].startswith("127.0.0.1:")


def test_arguments_after_the_dashes_are_the_child_s():
    """Options and further dashes after the first -- belong to the child."""
    code = "import sys; print(sys.argv[1:])"
    ended = run("--", PYTHON, "-c", code, "--report", "--", "-v")

    assert ended.stdout.strip() == "['--report', '--', '-v']"


def test_flags_set_the_switches():
    """Every flag sets its switch."""
    code = """
from zeebe_grpc.sandbox import attach
s = attach()
print(s.token_lifetime_seconds, s.token_delay_seconds, s.gateway_refuses_tokens)
"""
    flags = ["--token-lifetime", "7", "--token-delay", "0.5", "--gateway-refuses-tokens"]

    assert run(*flags, "--", PYTHON, "-c", code).stdout.split() == ["7", "0.5", "True"]


def test_flags_for_refusals_and_plain_servers():
    """The first token requests are refused as configured, over plain http where that was configured
    too."""
    code = """
import os, urllib.request, urllib.error
assert os.environ["ZEEBE_INSECURE_CONNECTION"] == "true"
for _ in range(2):
    try:
        urllib.request.urlopen(os.environ["CAMUNDA_OAUTH_URL"], b"")
    except urllib.error.HTTPError as error:
        print(error.code, error.headers["Retry-After"], error.headers["Content-Type"])
        error.close()
"""
    flags = ["--refuse-token-requests", "1", "--refuse-status", "429", "--refuse-retry-after", "9"]
    plain = ["--plain-token-endpoint", "--plaintext-gateway", "--refuse-html"]
    ended = run(*flags, *plain, "--", PYTHON, "-c", code)

    assert ended.stdout.splitlines() == [
        "429 9 text/html; charset=utf-8",
        "400 None application/json",
    ]


def test_jobs_and_console_file(tmp_path):
    """Jobs wait from the start, and the Console file is there while the child runs."""
    path = tmp_path / "console.env"
    code = f"print(open({str(path)!r}).read().count('export '))"
    ended = run(
        "--job", 'a={"x": 1}', "--job", "b", "--console-file", path, "--", PYTHON, "-c", code
    )

    assert (ended.returncode, ended.stdout.strip()) == (0, "18")


def test_a_console_file_that_can_not_be_written(tmp_path):
    """A path that can't be written is wrong use, reported in one sentence."""
    ended = run("--console-file", tmp_path / "none" / "file", "--", PYTHON, "-c", "")

    assert ended.returncode == 2
    assert ended.stderr.startswith("zeebe-grpc: Can't write the Console file")


@pytest.mark.parametrize(
    "flags",
    [
        ["--token-delay", "-1"],
        ["--token-delay", "inf"],
        ["--refuse-token-requests", "-1"],
        ["--refuse-status", "200"],
        ["--job", "a={"],
        ["--job", "a=[]"],
        ["--job", "={}"],
        pytest.param(["--job", "a=" + "[" * 100_000], id="deep"),
    ],
)
def test_flags_that_make_no_sense(flags):
    """A value out of range is wrong use; nothing is started."""
    ended = run(*flags, "--", PYTHON, "-c", "print('started')")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert flags[0] in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stays_until_a_signal(start, number, monkeypatch):
    """Without a command it prints what a shell can read, keeps running, and exits cleanly on a
    signal."""
    monkeypatch.setenv("CAMUNDA_CLUSTER_ID", "another")
    process = start()
    assert "Ctrl-C" in process.stderr.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)

    assert (process.returncode, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "unset CAMUNDA_CLUSTER_ID"
    exported = dict(re.fullmatch(r"export (\w+)='?([^']*)'?", line).groups() for line in lines[1:])
    assert exported["ZEEBE_ADDRESS"].startswith("127.0.0.1:")
    assert not Path(exported["CAMUNDA_CA_CERTIFICATE_PATH"]).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_reach_the_child(start, number):
    """A signal to the command alone is forwarded to its child, which decides what it means."""
    code = f"""
import os, signal
def end(*_):
    os.write(1, b"child got it")
    os._exit(9)
signal.signal({int(number)}, end)
os.write(1, b"ready\\n")
while True:
    signal.pause()
"""
    process = start("--", PYTHON, "-c", code)
    assert process.stdout.readline().strip() == "ready"
    process.send_signal(number)
    out, err = process.communicate(timeout=30)

    assert (process.returncode, out.strip(), err) == (9, "child got it", "")


def test_a_signal_before_the_child_is_there(sandbox, monkeypatch):
    """A signal that comes while the child is being started reaches it all the same."""
    real = subprocess.Popen

    def interrupted(*arguments, **options):
        os.kill(os.getpid(), signal.SIGTERM)
        return real(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    command = [PYTHON, "-c", "import signal; signal.pause()"]

    assert cli._run_command(command, sandbox) == 128 + signal.SIGTERM


def test_ctrl_c_in_a_terminal_reaches_the_child_once(end_of):
    """The terminal itself signals the child; the command doesn't do it a second time."""
    child = r"""
import os, signal, sys
count = 0
def interrupted(*_):
    global count
    count += 1
    os.write(1, b"interrupt %d\n" % count)
signal.signal(signal.SIGINT, interrupted)
os.write(1, b"ready\n")
sys.exit(0 if sys.stdin.readline() and count == 1 else 1)
"""
    helper = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    terminal = subprocess.Popen(
        [PYTHON, "-c", helper, *CLI, "sandbox", "--", PYTHON, "-c", child],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    end_of(terminal)
    lines = iter(terminal.stdout.readline, b"")
    assert any(b"ready" in line for line in lines)
    terminal.stdin.write(b"\x03")
    terminal.stdin.flush()
    assert any(b"interrupt 1" in line for line in lines)
    terminal.stdin.write(b"\n")
    terminal.stdin.flush()
    assert not any(b"interrupt" in line for line in lines)

    assert terminal.wait(timeout=30) == 0


def test_a_hangup_that_nohup_ignores(monkeypatch):
    """An ignored signal stays ignored, so that a sandbox in the background outlives its
    terminal."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert signal.SIGHUP not in cli._ending_signals()
    finally:
        signal.signal(signal.SIGHUP, before)
    assert signal.SIGHUP in cli._ending_signals()


def test_a_reply_on_the_command_line(tmp_path):
    """A reply is given as JSON, in a file, or as a status."""
    (tmp_path / "reply.json").write_text('{"key": 8}')
    call = [PYTHON, "-m", "zeebe_grpc", "call", "PublishMessage", '{"name": "paid"}']
    for reply, code, shown in (
        ('PublishMessage={"key": 7}', 0, '"key": "7"'),
        (f"PublishMessage=@{tmp_path / 'reply.json'}", 0, '"key": "8"'),
        ("PublishMessage=RESOURCE_EXHAUSTED: too many", 1, "too many"),
    ):
        done = run("--reply", reply, "--", *call)
        assert shown in done.stdout + done.stderr
        assert done.returncode == code


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("PublishMesage={}", "Did you mean PublishMessage?"),
        ("PublishMessage", "METHOD=JSON"),
        ("PublishMessage={", "neither JSON nor a status"),
        ("PublishMessage=@/no/such/file", "/no/such/file can't be read"),
        ("PublishMessage=NO_SUCH_STATUS", "There is no status"),
    ],
)
def test_a_reply_that_can_not_be_given(reply, told):
    """One line says what to write; nothing is run."""
    done = run("--reply", reply, "--", PYTHON, "-c", "print('run')")
    assert done.returncode == 2
    assert done.stdout == ""
    assert told in done.stderr
    assert "--reply" in done.stderr
