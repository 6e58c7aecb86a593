"""The OS keychain is called with a time limit, and used only if it keeps secrets."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from contextlib import suppress

import keyring
import keyring.core
import pytest
from at_line import AtLine
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from thread_ends import join_threads

from zeebe_auth.errors import StoreError
from zeebe_auth.keychain import access as keychain
from zeebe_auth.keychain import calls


class InMemory(KeyringBackend):
    priority = 5

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if self.kept.pop((service, username), None) is None:
            raise errors.PasswordDeleteError("not there")


class PlaintextKeyring(InMemory):
    priority = 9


class WinVaultKeyring(InMemory):
    pass


class AsksOnTheTerminal(InMemory):
    @property
    def keyring_key(self):
        raise AssertionError("it asks")


class Failing(InMemory):
    error: Exception = RuntimeError()

    def get_password(self, *arguments):
        raise self.error

    set_password = delete_password = get_password


class Silent(InMemory):
    def __init__(self):
        super().__init__()
        self.answered = threading.Event()
        self.calls = 0

    def get_password(self, service, username):
        self.calls += 1
        self.answered.wait()
        return super().get_password(service, username)


@pytest.fixture
def use(monkeypatch):
    def use(backend):
        monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
        return backend

    return use


def join_keychain_threads():
    join_threads("zeebe-auth keychain")


def test_what_was_written_is_read(use):
    """A string is read back from the place it was written to, and from no other."""
    use(InMemory())

    keychain.write("zeebe-auth:prod", "client_secret", "grüße\n~._-")

    assert keychain.read("zeebe-auth:prod", "client_secret") == "grüße\n~._-"
    assert keychain.read("zeebe-auth:prod", "client_id") is None
    assert keychain.read("zeebe-auth:dev", "client_secret") is None


def test_delete_tells_whether_there_was_something(use):
    """Deleting twice is no error, and the second time says so."""
    use(InMemory())
    keychain.write("service", "name", "text")

    assert keychain.delete("service", "name") is True
    assert keychain.delete("service", "name") is False


def test_an_entry_that_can_not_be_deleted_is_an_error(use):
    """A backend's failure is not taken for a missing entry."""
    backend = use(InMemory())
    keychain.write("service", "name", "text")

    def refuse(service, username):
        raise errors.PasswordDeleteError("not allowed")

    backend.delete_password = refuse

    with pytest.raises(StoreError, match="PasswordDeleteError"):
        keychain.delete("service", "name")


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (null.Keyring(), "null.Keyring (it keeps nothing)"),
        (fail.Keyring(), "fail.Keyring (it keeps nothing)"),
        (PlaintextKeyring(), "PlaintextKeyring (it writes secrets in plain text)"),
        (AsksOnTheTerminal(), "AsksOnTheTerminal (it asks for a password on the terminal)"),
    ],
)
def test_a_keychain_that_keeps_no_secret_is_refused(use, backend, reason):
    """A backend that keeps no secret or prompts for one is neither written nor trusted, and the
    error names it."""
    use(backend)

    for call in (
        lambda: keychain.read("service", "name"),
        lambda: keychain.write("service", "name", "text"),
        lambda: keychain.delete("service", "name"),
    ):
        with pytest.raises(keychain.KeychainUnavailable, match="keeps secrets here") as caught:
            call()
        assert reason in str(caught.value)


def test_a_backend_that_was_given_its_password_asks_for_none(use):
    """A program may set the password of an encrypted file by itself, and use it as its keychain."""

    class WithPassword(InMemory):
        keyring_key = None

    backend = use(WithPassword())
    backend.keyring_key = "given"
    keychain.write("service", "name", "text")

    assert keychain.read("service", "name") == "text"


def test_of_a_chain_the_first_acceptable_part_is_used(use):
    """keyring's chain would fall through to a plain-text file; its parts are checked one by one."""
    good, not_recommended = InMemory(), InMemory()
    not_recommended.priority = 0.6
    plain = PlaintextKeyring()

    class Chain(chainer.ChainerBackend):
        backends = [plain, not_recommended, good]

    use(Chain())
    keychain.write("service", "name", "text")

    assert good.kept == {("service", "name"): "text"}
    assert not plain.kept
    assert not not_recommended.kept


def test_a_chain_without_a_keychain_is_refused(use):
    """Without an acceptable part the chain is refused, and the error gives a reason for each."""
    not_recommended = InMemory()
    not_recommended.priority = 0.6

    class Chain(chainer.ChainerBackend):
        backends = [PlaintextKeyring(), not_recommended]

    use(Chain())

    with pytest.raises(
        keychain.KeychainUnavailable,
        match=r"PlaintextKeyring \(it writes.*InMemory \(keyring itself does not",
    ):
        keychain.write("service", "name", "text")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.KeyringLocked("s3cret"), keychain.KeychainLocked),
        (errors.InitError("s3cret"), keychain.KeychainUnavailable),
        (errors.NoKeyringError("s3cret"), keychain.KeychainUnavailable),
        (RuntimeError("s3cret"), keychain.KeychainUnavailable),
        (errors.PasswordSetError("s3cret"), StoreError),
        (ValueError("s3cret"), StoreError),
    ],
)
def test_each_failure_becomes_a_store_error_with_a_next_step(use, error, kind):
    """Whatever a backend raises, the caller gets one kind of error, without the backend's
    message."""
    use(Failing()).error = error

    with pytest.raises(StoreError) as caught:
        keychain.write("service", "name", "text")

    assert type(caught.value) is kind
    assert caught.value.__cause__ is error
    assert "s3cret" not in str(caught.value)
    assert "environment" in str(caught.value)


@pytest.mark.parametrize(("failures", "answer"), [(1, "kept"), (99, None)])
def test_a_failure_that_keyring_does_not_know_is_looked_at_again(
    use, monkeypatch, failures, answer
):
    """Some daemons lose a collection for a moment; it is an error if it stays missing."""

    class Unsteady(InMemory):
        def get_password(self, service, username):
            nonlocal failures
            failures -= 1
            if failures >= 0:
                raise LookupError
            return super().get_password(service, username)

    monkeypatch.setattr(calls, "_PAUSES_SECONDS", (0.0, 0.0))
    use(Unsteady()).kept["service", "name"] = "kept"

    if answer is None:
        with pytest.raises(StoreError, match="LookupError"):
            keychain.read("service", "name")
    else:
        assert keychain.read("service", "name") == answer


def test_a_backend_that_can_not_be_loaded_is_unavailable(use, monkeypatch):
    """A backend forced by name that doesn't work here is named as the cause."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no_such_module.Keyring")
    use(None)

    with pytest.raises(keychain.KeychainUnavailable, match="PYTHON_KEYRING_BACKEND"):
        keychain.read("service", "name")


def test_the_windows_keychain_takes_1280_characters(use):
    """What Windows would cut or refuse is refused here, and the error names the encrypted file
    store."""
    use(WinVaultKeyring())

    keychain.write("service", "name", "x" * 1280)
    with pytest.raises(StoreError, match=r"1281.*encrypted = true"):
        keychain.write("service", "name", "x" * 1281)
    with pytest.raises(StoreError, match="1282"):
        keychain.write("service", "name", "🔑" * 641)


def test_a_silent_keychain_is_left_behind(use, monkeypatch):
    """The caller goes on after the time limit; at most four calls hang."""
    backend = use(Silent())
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 0.05)
    monkeypatch.setattr(calls, "_GIVEN_UP_SECONDS", 0.0)

    for _ in range(4):
        with pytest.raises(keychain.KeychainTimeout, match=r"did not answer within 0\.05 seconds"):
            keychain.read("service", "name")
    with pytest.raises(keychain.KeychainTimeout, match="not answered 4 earlier calls"):
        keychain.read("service", "name")

    backend.answered.set()
    join_keychain_threads()
    assert backend.calls == 4
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 60.0)
    assert keychain.read("service", "name") is None


def test_a_silent_keychain_is_given_up_for_a_while(use, monkeypatch):
    """A program that needs it at several steps waits once, and gets the same error each time."""
    backend = use(Silent())
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 0.05)
    monkeypatch.setattr(calls, "_GIVEN_UP_SECONDS", 600.0)

    heard = set()
    for _ in range(3):
        with pytest.raises(keychain.KeychainTimeout) as caught:
            keychain.read("service", "name")
        heard.add(str(caught.value))

    assert len(heard) == 1
    backend.answered.set()
    join_keychain_threads()
    assert backend.calls == 1
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 30.0)
    assert keychain.read("service", "name") is None


def test_behind_a_hanging_call_others_wait_for_less(use, monkeypatch):
    """A keychain that was silent once is not waited for at full length the next time."""
    backend = use(Silent())
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 0.05)
    monkeypatch.setattr(calls, "_GIVEN_UP_SECONDS", 0.0)
    with pytest.raises(keychain.KeychainTimeout):
        keychain.read("service", "name")
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 600.0)
    monkeypatch.setattr(calls, "_SILENT_TIME_LIMIT_SECONDS", 0.06)

    with pytest.raises(keychain.KeychainTimeout, match=r"within 0\.06 seconds"):
        keychain.read("service", "name")

    backend.answered.set()
    join_keychain_threads()


def test_callers_wait_for_their_turn(use):
    """More callers than calls at a time is no failure: each waits within its limit."""
    backend = use(InMemory())
    backend.kept["service", "name"] = "text"
    found = []

    threads = [
        threading.Thread(target=lambda: found.append(keychain.read("service", "name")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["text"] * 20


def test_a_call_that_gets_no_turn_is_a_timeout(use, monkeypatch):
    """While four others are waiting in time, a fifth that runs out of time says so."""
    backend = use(Silent())
    threads = [threading.Thread(target=keychain.read, args=("service", "name")) for _ in range(4)]
    for thread in threads:
        thread.start()
    while backend.calls < 4:
        threading.Event().wait(0.001)
    monkeypatch.setattr(calls, "TIME_LIMIT_SECONDS", 0.01)

    with pytest.raises(keychain.KeychainTimeout):
        keychain.read("service", "name")

    backend.answered.set()
    for thread in threads:
        thread.join()


def test_a_program_that_ends_can_start_no_thread(use, monkeypatch):
    """Where Python starts no thread any more, the error says so, and the slot is released."""
    use(InMemory())

    def refuse(thread):
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    for _ in range(5):
        with pytest.raises(keychain.KeychainUnavailable, match="no thread can be started"):
            keychain.read("service", "name")


class Interrupt(BaseException):
    """What a signal handler raises, such as Ctrl-C's."""


def test_an_interrupt_in_the_middle_of_a_call_costs_no_turn(use):
    """At each line of it, and during many calls: later calls are answered, and don't wait for a
    call that was never made."""
    backend = use(InMemory())
    backend.kept["service", "name"] = "text"

    def interrupt() -> None:
        raise Interrupt

    for number in itertools.count(1):
        here = AtLine(number, interrupt)
        with suppress(Interrupt), here.here():
            keychain.read("service", "name")
        if not here.reached:
            break
        assert keychain.read("service", "name") == "text", here.where
    assert number > 10
    join_keychain_threads()
    assert not calls._calls.running()


def test_a_handler_that_reads_in_the_middle_of_a_call_is_answered(use):
    """This holds at each line of it."""
    backend = use(InMemory())
    backend.kept["service", "name"] = "text"
    nested = []
    for number in itertools.count(1):
        here = AtLine(number, lambda: nested.append(keychain.read("service", "name")))
        with here.here():
            assert keychain.read("service", "name") == "text"
        if not here.reached:
            break
        assert nested.pop() == "text", here.where
    assert number > 10


HANGING_PROGRAM = """
import os, sys, threading, warnings
import keyring
from keyring.backend import KeyringBackend
from zeebe_auth.keychain import access as keychain
from zeebe_auth.keychain import calls

class Silent(KeyringBackend):
    priority = 5
    def get_password(self, service, username):
        threading.Event().wait()
    def set_password(self, service, username, password):
        threading.Event().wait()
class Answering(Silent):
    def get_password(self, service, username):
        return "answer"

keyring.set_keyring(Silent())
calls.TIME_LIMIT_SECONDS = 0.05
calls._GIVEN_UP_SECONDS = 0.0
for _ in range(4):
    try:
        keychain.read("service", "name")
    except keychain.KeychainTimeout:
        print("left behind", flush=True)
if hasattr(os, "fork"):
    warnings.simplefilter("ignore")
    child = os.fork()
    if child == 0:
        keyring.set_keyring(Answering())
        calls.TIME_LIMIT_SECONDS = 30.0
        print("child:", keychain.read("service", "name"), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
else:
    print("child: answer")
"""


def test_hanging_calls_hold_up_neither_the_end_nor_a_forked_child():
    """A program ends though calls hang, and a forked child has no hanging calls."""
    done = subprocess.run(
        [sys.executable, "-c", HANGING_PROGRAM],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.split("\n")[:5] == [*["left behind"] * 4, "child: answer"]


def test_keyring_is_imported_when_it_is_asked():
    """Importing this module costs no import of keyring."""
    program = "import sys, zeebe_auth.keychain.access; sys.exit('keyring' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_errors_pickle(use):
    """A keychain's error is unchanged in another process."""
    import pickle

    use(null.Keyring())
    with pytest.raises(keychain.KeychainUnavailable) as caught:
        keychain.read("service", "name")

    copy = pickle.loads(pickle.dumps(caught.value))

    assert type(copy) is keychain.KeychainUnavailable
    assert str(copy) == str(caught.value)
    assert os.linesep not in str(copy)
