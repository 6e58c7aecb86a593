"""What a store promises to the threads of one process."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial

from zeebe_auth.protocols import LockingTokenStore, RefusalStore, TokenStore
from zeebe_auth.refusal import Refusal
from zeebe_auth.testing.conformance import HANG_SECONDS, ConformanceError, expect, in_threads
from zeebe_auth.testing.specimens import fresh_key, numbered_token, read_numbered
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

LOCK_SECONDS = 60.0
"""How long a lock is waited for that is free, or has to become free by itself."""

_THREADS = 6
_ROUNDS = 40


def serves_many_threads(store: TokenStore) -> None:
    """Threads with keys of their own don't disturb each other."""

    def body(number: int) -> Generator[None]:
        key = fresh_key(f"thread {number}")
        for turn in range(_ROUNDS):
            token = numbered_token(number * 1000 + turn)
            store.save(key, token)
            expect(store.load(key) == token, "A thread did not load what it had saved itself.")
            yield
        store.delete(key)
        expect(store.load(key) is None, "A thread's delete left the token where it was.")

    in_threads(partial(body, number) for number in range(_THREADS))


def saves_atomically_among_threads(store: TokenStore) -> None:
    """While a token is replaced, readers see the old one or the new one."""
    key = fresh_key()
    store.save(key, numbered_token(0))
    writing = [True]

    def write() -> Generator[None]:
        try:
            for number in range(1, 4 * _ROUNDS):
                store.save(key, numbered_token(number))
                yield
        finally:
            writing.clear()

    def read() -> Generator[AccessToken]:
        return read_while(lambda: bool(writing), store, key, "while another thread was saving")

    in_threads([write, read, read])


def deletes_atomically_among_threads(store: TokenStore) -> None:
    """A token saved while an older one is deleted by its value stays."""
    key = fresh_key()
    for turn in range(_ROUNDS):
        old, new = numbered_token(2 * turn), numbered_token(2 * turn + 1)
        store.save(key, old)
        in_threads([partial(store.delete, key, old), partial(store.save, key, new)])
        expect(
            store.load(key) == new,
            "delete(key, token) is not atomic: it deleted a token that was saved meanwhile.",
        )


def lock_excludes_threads(store: LockingTokenStore) -> None:
    """While one thread holds a key's lock, no other gets it."""
    expect_exclusion(store, store)
    key = fresh_key()
    store.save(key, numbered_token(0))
    in_threads([partial(count_up, store, key, _ROUNDS // 4)] * 3)
    expect(
        store.load(key) == numbered_token(3 * (_ROUNDS // 4)),
        "lock does not exclude: threads that counted under it lost some of their counts.",
    )


def lock_of_one_key_leaves_others_free(store: LockingTokenStore) -> None:
    """Keys have locks of their own: one that a stopped process holds must not stop the rest."""
    key = fresh_key()
    with store.lock(key, LOCK_SECONDS):
        expect(
            can_lock(store, key.derived("second lock")),
            "While one key's lock was held, that of another was not available.",
        )
        store.save(key, numbered_token(1))
        expect(store.load(key) == numbered_token(1), "A held lock kept a token from being saved.")


def lock_lets_errors_pass(store: LockingTokenStore) -> None:
    """An error inside the lock goes to the caller, and the lock is free after it."""
    key = fresh_key()
    error = LookupError("raised inside the lock")
    passed = False
    try:
        with store.lock(key, LOCK_SECONDS):
            raise error
    except LookupError as caught:
        passed = caught is error
    expect(passed, "lock swallowed an error that was raised inside it.")
    expect(can_lock(store, key), "lock was not free after an error inside it.")


def keeps_refusals(store: RefusalStore) -> None:
    """A refusal comes back as it was, apart from the token, until it is forgotten."""
    key = fresh_key("refused\n../client")
    refusals = (
        Refusal(1234567890.25, "refused", 3, "salt:digest"),
        Refusal(1234567891.25, "short_lived", 1, "salt:digest", 0.05, -29.5),
    )
    expect(store.load_refusal(key) is None, "load_refusal gave one that was never saved.")
    store.save_refusal(key, None)
    store.save(key, numbered_token(1))
    for refusal in refusals:
        store.save_refusal(key, refusal)
        expect(store.load_refusal(key) == refusal, "It dropped or changed a refusal.")
    expect(store.load(key) == numbered_token(1), "Saving a refusal changed the token.")
    expect(store.load_refusal(fresh_key()) is None, "load_refusal gave another key's refusal.")
    store.save_refusal(key, None)
    expect(store.load_refusal(key) is None, "save_refusal(key, None) did not forget the refusal.")
    expect(store.load(key) == numbered_token(1), "Forgetting a refusal changed the token.")


def try_lock(store: LockingTokenStore, key: TokenKey, timeout: float) -> bool:
    """Whether the lock was had; it is released at once."""
    entered = False
    try:
        with store.lock(key, timeout) as had:
            entered = True
            expect(had is True or had is False, f"lock yielded {had!r}, not True or False.")
            return had
    except ConformanceError:
        raise
    except Exception as error:
        when = "when it was released" if entered else "instead of yielding False"
        raise ConformanceError(f"lock raised {type(error).__name__} {when}.") from error


def can_lock(store: LockingTokenStore, key: TokenKey) -> bool:
    """Whether a lock was had that nobody holds, or no longer; it is released at once."""
    return try_lock(store, key, LOCK_SECONDS)


def expect_exclusion(store: LockingTokenStore, other: LockingTokenStore) -> None:
    """Expect that another thread does not get from ``other`` what ``store`` holds."""
    key = fresh_key()
    found: list[bool] = []

    def attempt(timeout: float) -> None:
        found.append(try_lock(other, key, timeout))

    with store.lock(key, LOCK_SECONDS) as had:
        expect(had is True, "lock did not yield True for a lock that nobody holds.")
        in_threads([partial(attempt, 0.0), partial(attempt, 0.2)])
    expect(found == [False, False], "lock does not exclude: two threads had one key's lock.")
    in_threads([partial(attempt, LOCK_SECONDS)])
    expect(found[2:] == [True], "A lock that was released can't be acquired again.")


def read_while(
    is_going_on: Callable[[], bool], store: TokenStore, key: TokenKey, doing: str
) -> Generator[AccessToken]:
    """Read one of the numbered tokens again and again, and rest for as long as that took."""
    while is_going_on():
        began = time.monotonic()
        yield read_numbered(store, key, doing)
        # A store may let one caller in at a time: readers that never rest would keep the
        # writer out for ever, and no program reads like that.
        time.sleep(time.monotonic() - began)


def count_up(store: LockingTokenStore, key: TokenKey, times: int) -> Generator[None]:
    """Add to the number of the token kept, under its lock, so many times."""
    for _ in range(times):
        # The others may come first, each as often as it counts.
        with store.lock(key, HANG_SECONDS) as had:
            expect(
                had,
                f"It hangs: lock was not had within {HANG_SECONDS:g} seconds, though each holder "
                "did no more than load and save.",
            )
            number = int(read_numbered(store, key, "under the lock").issued_at)
            store.save(key, numbered_token(number + 1))
        yield
