"""The command lines where the keychain can't be used: they fail in time and say what to do."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

LOCKED = "The OS keychain is locked. Unlock it, then try again."
SILENT = "The OS keychain did not answer within 5 seconds. Unlock it (a prompt may be waiting)"
NONE = "There is no OS keychain that keeps secrets here: keyring offers "
NO_COLLECTION = "The OS keychain can't be opened here (InitError)."
INSTEAD = "Pass the credentials in the environment or a file, keep tokens in the file store"

COMMANDS = (
    ("zeebe-auth", "login", "--from-file", "CamundaCloudCredentials.txt"),
    ("zeebe-auth", "logout"),
    ("zeebe-auth", "status"),
    ("zeebe-auth", "status", "--output", "json"),
    ("zeebe-auth", "token"),
    ("zeebe-grpc", "topology"),
    ("zeebe-grpc", "doctor"),
)


def log_in(machine, sandbox):
    file = sandbox.console_file(machine.home / "CamundaCloudCredentials.txt")
    login = machine.run("zeebe-auth", "login", "--from-file", str(file))
    assert login.returncode == 0, login.stderr
    sandbox.reset()


def run_all(machine, sandbox, *, at_once):
    """What each command says, and the exit codes in their order.

    Those that wait for the keychain wait side by side. But of several processes that ask
    gnome-keyring to unlock it at once, some get no answer at all.
    """
    file = sandbox.console_file(machine.home / "CamundaCloudCredentials.txt")

    def run(command):
        arguments = [str(file) if word == file.name else word for word in command]
        return machine.run(*arguments)

    with ThreadPoolExecutor(len(COMMANDS) if at_once else 1) as threads:
        runs = list(threads.map(run, COMMANDS))
    names = [" ".join(command).removesuffix(f" --from-file {file.name}") for command in COMMANDS]
    said = dict(zip(names, runs, strict=True))
    assert sandbox.token_requests == 0
    return said, [done.returncode for done in runs]


def problem_told_by(said):
    """The message of each command; a report has it on stdout and once, anything else on stderr."""
    told = {}
    for name, done in said.items():
        is_report = name.startswith(("zeebe-auth status", "zeebe-grpc doctor"))
        told[name] = done.stdout if is_report else done.stderr
        assert is_report or done.stdout == ""
    return told


@pytest.fixture
def trouble(request, session, start_session, machine, machine_in, sandbox):
    """A user who logged in yesterday, and what happened to the keychain since."""
    log_in(machine, sandbox)
    if request.param == "locked":
        session.lock()
    elif request.param == "another password":
        session.end()
        return machine_in(start_session(password="another").environment)
    else:
        session.stop_daemon()
    return machine


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [("locked", LOCKED), ("another password", LOCKED), ("stopped", SILENT)],
    indirect=["trouble"],
    ids=["locked", "another password", "stopped"],
)
def test_a_keychain_that_is_shut(trouble, sandbox, sentence):
    """Each command exits with 1 and says once why and what to do; none requests a token."""
    said, codes = run_all(trouble, sandbox, at_once=sentence == SILENT)

    assert codes == [1] * len(COMMANDS)
    for name, told in problem_told_by(said).items():
        assert told.count(sentence) == 1, f"{name}: {told}"
        assert told.count(INSTEAD) == 1, f"{name}: {told}"


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("no bus", NONE), ("no keychain yet", NO_COLLECTION)],
    ids=["no bus", "no keychain yet"],
)
def test_a_machine_without_a_keychain(user, start_session, machine_in, sandbox, kind, sentence):
    """Login and logout say that there is none and what to use instead; the others lack credentials,
    and name the places where some could be."""
    environment = user.environment if kind == "no bus" else start_session(password=None).environment
    said, codes = run_all(machine_in(environment), sandbox, at_once=False)

    assert codes == [1, 1, 2, 2, 2, 2, 2]
    told = problem_told_by(said)
    for name in ("zeebe-auth login", "zeebe-auth logout"):
        assert sentence in told[name]
        assert INSTEAD in told[name]
    for name in ("zeebe-auth token", "zeebe-grpc topology", "zeebe-grpc doctor"):
        assert "Set CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET" in told[name]
    findings = json.loads(told["zeebe-auth status --output json"])["findings"]
    assert findings[-1]["subject"] == "keychain profile default"
    assert sentence in findings[-1]["reason"]
    assert sentence in told["zeebe-auth status"]


@pytest.mark.parametrize(
    ("trouble", "kind"), [("locked", "locked"), ("stopped", "stopped")], indirect=["trouble"]
)
def test_a_token_is_had_without_the_store(trouble, sandbox, kind):
    """With the credentials elsewhere and the tokens in a keychain that can't be used, a command
    succeeds, and says that the token is not stored."""
    commands = [("zeebe-auth", "token"), ("zeebe-grpc", "topology"), ("zeebe-auth", "status")]
    variables = {"ZEEBE_AUTH_STORE": "keyring", **sandbox.environment}

    def run(command):
        # Each with a lock file of its own, or they would wait for one another.
        cache = str(trouble.home / command[1])
        return trouble.run(*command, **variables, XDG_CACHE_HOME=cache)

    with ThreadPoolExecutor(len(commands) if kind == "stopped" else 1) as threads:
        runs = list(threads.map(run, commands))

    assert [done.returncode for done in runs] == [0, 0, 0]
    assert sandbox.token_requests == 2
    for done in runs[:2]:
        assert done.stderr.count("The OS keychain ") == 1
    assert "KeyringStore('zeebe-auth-tokens')" in runs[2].stdout
    assert "The OS keychain " in runs[2].stdout
