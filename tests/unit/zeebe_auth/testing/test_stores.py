"""A store that keeps its promises passes the checks; each broken promise is named."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import pytest

from zeebe_auth.stores import MemoryStore
from zeebe_auth.testing import ConformanceError, check_store, store_checks, store_thread_checks

BROKEN_PROMISES = [
    (
        "WritesInPlace",
        "saves_atomically_among_threads",
        "load raised JSONDecodeError while another",
    ),
    (
        "WritesInPlace",
        "saves_atomically_among_processes",
        "load raised JSONDecodeError while anoth",
    ),
    ("WritesInPlace", "survives_a_write_that_is_cut_off", "load raised JSONDecodeError"),
    ("DeletesThenWrites", "saves_atomically_among_threads", "A reader saw no token while another"),
    ("DeletesThenWrites", "saves_atomically_among_processes", "A reader saw no token while anoth"),
    ("IgnoresTokenInDelete", "deletes_only_the_given_token", "ignored which token it was given"),
    (
        "ComparesThenDeletes",
        "deletes_atomically_among_threads",
        "is not atomic: it deleted a token",
    ),
    ("ComparesThenDeletes", "deletes_atomically_among_processes", "is not atomic: in another proc"),
    ("LosesOddLabels", "accepts_any_text_in_labels", r"It lost the token .* label 'two\\nlines"),
    ("NamesFilesByLabel", "accepts_any_text_in_labels", "It raised FileNotFoundError for a key"),
    ("NamesFilesByLabel", "goes_by_the_digest", "It did not find a token by its key's digest"),
    ("CutsDigests", "keeps_keys_apart", "load gave the token of another key"),
    ("DropsExpiry", "keeps_every_field", "It dropped or changed expires_at"),
    ("DropsScope", "keeps_every_field", "It dropped or changed scope"),
    ("DropsIssuedAt", "keeps_every_field", "It dropped or changed issued_at"),
    ("DropsTokenType", "keeps_every_field", "It dropped or changed token_type"),
    ("KeepsLongestLived", "keeps_no_outlived_token", "It ignored the save of a token that has"),
    ("RaisesInLock", "lock_excludes_threads", "lock raised Timeout instead of yielding False"),
    ("RaisesInLock", "lock_excludes_processes", "lock raised Timeout instead of yielding False"),
    ("LocksNothing", "lock_excludes_threads", "lock does not exclude: two threads had"),
    ("LocksNothing", "lock_is_freed_when_its_holder_dies", "had while a stopped process held it"),
    ("LocksThreadsOnly", "lock_excludes_processes", "lock does not exclude: two processes had"),
    ("LocksProcessesOnly", "lock_excludes_threads", "lock does not exclude: two threads had"),
    ("LocksAllKeysAtOnce", "lock_of_one_key_leaves_others_free", "of another was not available"),
    ("SwallowsErrors", "lock_lets_errors_pass", "lock swallowed an error"),
    ("LeavesLocksBehind", "lock_is_freed_when_its_holder_dies", "lock is not free .* was killed"),
    ("LeavesSavesHalfDone", "survives_a_write_that_is_cut_off", "it raised OSError"),
    ("LosesRefusals", "keeps_refusals", "It dropped or changed a refusal"),
    ("KeepsRefusalsInColumns", "keeps_refusals", "It dropped or changed a refusal"),
    ("LosesRefusals", "shares_refusals_with_processes", "did not see a refusal"),
    ("KeepsToItself", "shares_tokens_with_processes", "did not see the token saved"),
    ("DoesNotPickle", "shares_tokens_with_processes", "can't be given to another process"),
]


def made(name, directory, module="promise_breaking_stores"):
    return getattr(import_module(module), name)(directory)


def test_a_store_that_keeps_its_promises_passes(tmp_path):
    """A foreign store with three methods and a lock is enough."""
    check_store(partial(made, "KeepingStore", tmp_path))


def test_a_slow_store_passes(tmp_path):
    """Slow reads in other processes, and slow locks, break no promise."""
    check_store(partial(made, "TakesLong", tmp_path, "slow_stores"))


@pytest.mark.parametrize(("name", "check", "sentence"), BROKEN_PROMISES)
def test_a_broken_promise_is_named(name, check, sentence, tmp_path, monkeypatch):
    """Each way to be subtly wrong is caught, with a sentence that says what it broke."""
    monkeypatch.setattr(store_thread_checks, "LOCK_SECONDS", 0.3)
    make_store = lambda: made(name, tmp_path)
    checks = {check.name: check for check in store_checks(make_store)}

    with pytest.raises(ConformanceError, match=sentence):
        checks[check].run()


def test_check_store_stops_at_the_first_broken_promise(tmp_path):
    """The one function for all checks raises the check's error."""
    with pytest.raises(ConformanceError, match="ignored which token it was given"):
        check_store(partial(made, "IgnoresTokenInDelete", tmp_path))


def test_what_a_store_has_not_got_is_not_asked_for(tmp_path):
    """A store without lock, refusals or processes has only the checks of the three methods."""
    names = {check.name for check in store_checks(MemoryStore, shared_between_processes=False)}

    assert "deletes_only_the_given_token" in names
    assert not any("lock" in name or "refusal" in name or "process" in name for name in names)


def test_a_store_of_another_process_must_be_importable(tmp_path, monkeypatch):
    """For a store in a module that can't be imported the error says to move it, and doesn't call it
    broken."""
    module = import_module("promise_breaking_stores")

    class Hidden(module.KeepingStore):
        pass

    Hidden.__qualname__ = "Hidden"
    monkeypatch.setattr(module, "Hidden", Hidden, raising=False)
    monkeypatch.setattr(Hidden, "__module__", "promise_breaking_stores")

    with pytest.raises(ConformanceError, match="at the top of a module that is importable"):
        check_store(lambda: Hidden(tmp_path))
