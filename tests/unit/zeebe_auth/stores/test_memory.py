"""The memory store keeps tokens in this process, up to a maximum, until they expire."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from zeebe_auth.clock import Clock
from zeebe_auth.concurrency.threads import OwnThread
from zeebe_auth.errors import ConfigurationError, StoreError
from zeebe_auth.secret import Secret
from zeebe_auth.stores import MemoryStore
from zeebe_auth.testing import store_checks
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

NAMES = [check.name for check in store_checks(MemoryStore, shared_between_processes=False)]


@pytest.mark.parametrize("name", NAMES)
def test_it_conforms(name):
    """It keeps every promise that a store within one process makes."""
    checks = store_checks(MemoryStore, shared_between_processes=False)
    next(check for check in checks if check.name == name).run()


def test_a_token_is_dropped_when_it_expires(key, token):
    """An expired token is gone, by the given clock."""
    now = [2000.0]
    store = MemoryStore(clock=Clock(lambda: now[0], lambda: 0.0))
    store.save(key, token)

    now[0] = 4000.0
    assert store.load(key) == token
    now[0] = 4000.5
    assert store.load(key) is None


def test_the_number_of_tokens_is_bounded(token):
    """Beyond the maximum, the least recently used token is dropped."""
    store = MemoryStore(max_tokens=2, clock=Clock(lambda: 2000.0, lambda: 0.0))
    first, second, third = (TokenKey(digit * 64) for digit in "123")
    store.save(first, token)
    store.save(second, token)
    store.load(first)
    store.save(third, token)

    assert [store.load(key) for key in (first, second, third)] == [token, None, token]


def test_a_bound_below_one_is_refused():
    """A store that can keep nothing is an error."""
    with pytest.raises(ConfigurationError, match="max_tokens from 1"):
        MemoryStore(max_tokens=0)


def test_it_pickles_empty(key, token):
    """Its settings are pickled, its tokens aren't."""
    store = MemoryStore(max_tokens=7)
    store.save(key, AccessToken(Secret("t0ken-value")))

    content = pickle.dumps(store)

    assert b"t0ken-value" not in content
    copy = pickle.loads(content)
    assert copy.load(key) is None
    assert repr(copy) == repr(store) == "MemoryStore(max_tokens=7)"


FORKING_PROGRAM = """
import os, sys, threading, warnings
from zeebe_auth.secret import Secret
from zeebe_auth.stores import MemoryStore
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

warnings.simplefilter("ignore")
store, key, stop = MemoryStore(), TokenKey("0" * 64), threading.Event()

def work():
    while not stop.is_set():
        store.save(key, AccessToken(Secret("token")))

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
store.save(key, AccessToken(Secret("token")))
for _ in range(20):
    child = os.fork()
    if child == 0:
        os._exit(0 if store.load(key) is not None else 1)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
"""


def test_a_forked_child_can_use_it():
    """A fork while other threads use it leaves no locked store in the child."""
    done = subprocess.run([sys.executable, "-c", FORKING_PROGRAM], timeout=60, check=False)

    assert done.returncode == 0


def test_a_thread_that_stands_still_in_it_holds_nobody_up(key, token, monkeypatch):
    """Such a thread may be one whose signal handler waits for a token through this very store."""
    from zeebe_auth.stores import memory

    monkeypatch.setattr(memory, "_MAX_WAIT_SECONDS", 0.01)
    store, told = MemoryStore(), []

    def load() -> None:
        try:
            store.load(key)
        except StoreError as error:
            told.append(str(error))

    with memory._lock.held():
        thread = OwnThread(load, "zeebe-auth-test")
        thread.start()
        thread.join()
        # A handler that forks here goes on, too.
        memory._lock.before_fork()
        memory._lock.after_fork_in_parent()
    assert "is suspended" in told[0]
    assert store.load(key) is None


def test_a_child_begins_anew_where_a_fork_in_c_came_in_the_middle_of_a_change(key, token):
    """What another thread of the parent was changing is incomplete; anything else is kept."""
    from zeebe_auth.stores import memory

    store = MemoryStore(clock=Clock(lambda: 2000.0, lambda: 0.0))
    store.save(key, token)
    memory._lock.reset()
    assert store.load(key) == token
    held = memory._lock._lock
    with held:
        memory._lock.reset()
    assert store.load(key) is None
    store.save(key, token)
    assert store.load(key) == token
