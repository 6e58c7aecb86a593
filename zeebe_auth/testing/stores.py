"""The conformance checks of a token store."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from zeebe_auth.protocols import LockingTokenStore, RefusalStore, TokenStore
from zeebe_auth.testing import store_process_checks as processes
from zeebe_auth.testing import store_thread_checks as threads
from zeebe_auth.testing import store_value_checks as values
from zeebe_auth.testing.conformance import Check, run_all


def check_store(
    make_store: Callable[[], TokenStore], *, shared_between_processes: bool = True
) -> None:
    """Put a token store to the test: every promise of its protocol that it makes.

    It uses fresh random keys and starts other Python processes. It makes some 2,000 calls, which
    take ten seconds on a file system, and may take as long as the store needs: speed is no promise,
    and only what takes minutes for one step counts as a hang.

    Args:
        make_store: Gives a store. Each call gives one on the same tokens (the same directory,
            database or service), which need not be empty. For the other processes the store has
            to pickle, or else this function has to.
        shared_between_processes: Whether processes share the tokens; False for a store in
            memory, of which then one instance is used.

    Raises:
        ConformanceError: A promise is broken; the sentence says which and how.
    """
    run_all(store_checks(make_store, shared_between_processes=shared_between_processes))


def store_checks(
    make_store: Callable[[], TokenStore], *, shared_between_processes: bool = True
) -> list[Check]:
    """The same, check by check, without running them. What the store hasn't got isn't listed.

    Args:
        make_store: As in `check_store`.
        shared_between_processes: As in `check_store`.
    """
    store = make_store()
    plain: list[Callable[..., None]] = [*_PLAIN]
    shared: list[Callable[..., None]] = [*_SHARED]
    if isinstance(store, LockingTokenStore):
        plain += _LOCKING
        shared += _LOCKING_SHARED
    if isinstance(store, RefusalStore):
        plain += _REFUSALS
        shared += _REFUSALS_SHARED
    checks = [Check(function.__name__, partial(function, store)) for function in plain]
    if shared_between_processes:
        checks += [
            Check(function.__name__, partial(function, store, make_store)) for function in shared
        ]
    return checks


_PLAIN: tuple[Callable[..., None], ...] = (
    values.misses_what_was_never_saved,
    values.keeps_every_field,
    values.keeps_keys_apart,
    values.goes_by_the_digest,
    values.accepts_any_text_in_labels,
    values.accepts_any_text_in_tokens,
    values.deletes_what_it_kept,
    values.deletes_only_the_given_token,
    values.keeps_no_outlived_token,
    threads.serves_many_threads,
    threads.saves_atomically_among_threads,
    threads.deletes_atomically_among_threads,
)
_SHARED: tuple[Callable[..., None], ...] = (
    processes.shares_tokens_with_processes,
    processes.saves_atomically_among_processes,
    processes.deletes_atomically_among_processes,
    processes.survives_a_write_that_is_cut_off,
)
_LOCKING: tuple[Callable[..., None], ...] = (
    threads.lock_excludes_threads,
    threads.lock_of_one_key_leaves_others_free,
    threads.lock_lets_errors_pass,
)
_LOCKING_SHARED: tuple[Callable[..., None], ...] = (
    processes.lock_excludes_instances,
    processes.lock_excludes_processes,
    processes.lock_is_freed_when_its_holder_dies,
)
_REFUSALS: tuple[Callable[..., None], ...] = (threads.keeps_refusals,)
_REFUSALS_SHARED: tuple[Callable[..., None], ...] = (processes.shares_refusals_with_processes,)

LOCK_CHECK_NAMES = frozenset(function.__name__ for function in (*_LOCKING, *_LOCKING_SHARED))
REFUSAL_CHECK_NAMES = frozenset(each.__name__ for each in (*_REFUSALS, *_REFUSALS_SHARED))

STORE_CHECK_NAMES: tuple[str, ...] = tuple(
    function.__name__
    for group in (_PLAIN, _LOCKING, _REFUSALS, _SHARED, _LOCKING_SHARED, _REFUSALS_SHARED)
    for function in group
)
"""The names of all checks of a store, whatever the store has."""
