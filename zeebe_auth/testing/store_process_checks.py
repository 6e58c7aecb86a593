"""What a store promises to the processes that share it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from zeebe_auth.protocols import LockingTokenStore, RefusalStore, TokenStore
from zeebe_auth.refusal import Refusal
from zeebe_auth.testing.conformance import expect
from zeebe_auth.testing.peer_process import Peer
from zeebe_auth.testing.specimens import (
    ODD_TEXTS,
    describe,
    fresh_key,
    numbered_token,
    read_numbered,
)
from zeebe_auth.testing.store_thread_checks import can_lock, expect_exclusion, try_lock

MakeStore = Callable[[], TokenStore]

_SAVES = 200
_KILLS = 6
_LONG = 100_000


def shares_tokens_with_processes(store: TokenStore, make_store: MakeStore) -> None:
    """What one process saves or deletes, another sees, whatever the label."""
    with Peer(make_store) as peer:
        for number, text in enumerate(ODD_TEXTS):
            label, key = describe(text), fresh_key(text)
            store.save(key, numbered_token(number))
            expect(
                peer.ask("load", key.digest, text) == numbered_token(number).to_record(),
                f"Another process did not see the token saved with the label {label}.",
            )
            peer.ask("delete", key.digest, text, number + 1)
            expect(
                store.load(key) == numbered_token(number),
                "In another process, delete(key, token) ignored which token it was given.",
            )
            peer.ask("delete", key.digest, text, number)
            expect(store.load(key) is None, "A token that another process deleted is still here.")
            peer.ask("save", key.digest, text, number + 2)
            expect(
                store.load(key) == numbered_token(number + 2),
                f"A token that another process saved with the label {label} is not seen here.",
            )


def saves_atomically_among_processes(store: TokenStore, make_store: MakeStore) -> None:
    """While one process replaces a token, readers in others see the old one or the new one."""
    key = fresh_key()
    store.save(key, numbered_token(0))
    with Peer(make_store) as first, Peer(make_store) as second:
        for peer in (first, second):
            peer.tell("read_on", key.digest, key.label)
        for peer in (first, second):
            peer.answer()
        for number in range(1, _SAVES + 1):
            store.save(key, numbered_token(number))
        # The next command ends the reading, however long the saves took.
        for peer in (first, second):
            peer.tell("load", key.digest, key.label)
        for peer in (first, second):
            peer.answer()
            expect(
                peer.answer() == numbered_token(_SAVES).to_record(),
                "A process that had read meanwhile did not see the last token that another saved.",
            )


def deletes_atomically_among_processes(store: TokenStore, make_store: MakeStore) -> None:
    """A token saved while another process deletes an older one by its value stays."""
    key = fresh_key()
    with Peer(make_store) as peer:
        for turn in range(_SAVES // 4):
            store.save(key, numbered_token(2 * turn))
            peer.tell("delete", key.digest, key.label, 2 * turn)
            store.save(key, numbered_token(2 * turn + 1))
            peer.answer()
            expect(
                store.load(key) == numbered_token(2 * turn + 1),
                "delete(key, token) is not atomic: in another process it deleted a token that "
                "was saved meanwhile.",
            )


def survives_a_write_that_is_cut_off(store: TokenStore, make_store: MakeStore) -> None:
    """A process killed while it saves leaves the old token or the new one, and nothing locked."""
    key = fresh_key()
    store.save(key, numbered_token(0))
    for kill in range(_KILLS):
        with Peer(make_store) as peer:
            peer.tell("save_again_and_again", key.digest, key.label, _LONG)
            peer.answer()
            # The number of reads before the kill moves the moment; each is checked as well.
            for _ in range(5 + 7 * kill):
                read_numbered(store, key, "while another process was saving")
            peer.kill()
        read_numbered(store, key, "after the process that was saving it was killed")
        store.save(key, numbered_token(kill))
        expect(
            store.load(key) == numbered_token(kill),
            "After a process was killed while it saved, a new token was not kept.",
        )


def lock_excludes_instances(store: LockingTokenStore, make_store: MakeStore) -> None:
    """Two instances of the store on the same tokens share the lock, and the tokens."""
    again = make_store()
    assert isinstance(again, LockingTokenStore)  # made by the same function
    expect_exclusion(store, again)
    key = fresh_key()
    store.save(key, numbered_token(1))
    expect(again.load(key) == numbered_token(1), "Another instance doesn't see the saved token.")


def lock_excludes_processes(store: LockingTokenStore, make_store: MakeStore) -> None:
    """While one process holds a key's lock, no other has it."""
    key = fresh_key()
    with Peer(make_store) as peer:
        expect(
            peer.ask("lock", key.digest, key.label) is True,
            "In another process, lock did not yield True for a lock that nobody holds.",
        )
        expect(
            not try_lock(store, key, 0.2),
            "lock does not exclude: two processes had one key's lock.",
        )
        peer.ask("unlock", key.digest, key.label)
        expect(can_lock(store, key), "A lock that another process released is not free.")
    store.save(key, numbered_token(0))
    with ExitStack() as stack:
        peers = [stack.enter_context(Peer(make_store)) for _ in range(3)]
        for peer in peers:
            peer.tell("count_up", key.digest, key.label, 10)
        for peer in peers:
            peer.answer()
    expect(
        store.load(key) == numbered_token(30),
        "lock does not exclude: processes that counted under it lost some of their counts.",
    )


def lock_is_freed_when_its_holder_dies(store: LockingTokenStore, make_store: MakeStore) -> None:
    """A stopped holder costs a waiter its time and no more; a dead one frees the lock."""
    import signal

    key = fresh_key()
    with Peer(make_store) as peer:
        expect(
            peer.ask("lock", key.digest, key.label) is True,
            "In another process, lock did not yield True for a lock that nobody holds.",
        )
        # Where nothing stops a process, one that holds the lock and does nothing is as good.
        if hasattr(signal, "SIGSTOP"):
            peer.process.send_signal(signal.SIGSTOP)
        expect(
            not try_lock(store, key, 0.3),
            "lock does not exclude: it was had while a stopped process held it.",
        )
        store.save(key, numbered_token(1))
        expect(
            store.load(key) == numbered_token(1),
            "While a stopped process held a key's lock, its token could not be saved.",
        )
        peer.kill()
        expect(can_lock(store, key), "lock is not free after its holder was killed.")


def shares_refusals_with_processes(store: RefusalStore, make_store: MakeStore) -> None:
    """A refusal that one process saved, another sees."""
    key, refusal = fresh_key(), Refusal(1234567890.5, "rate_limited", 2, "salt:digest")
    store.save_refusal(key, refusal)
    with Peer(make_store) as peer:
        expect(
            peer.ask("load_refusal", key.digest, key.label) == refusal.to_record(),
            "Another process did not see a refusal that was saved here.",
        )
