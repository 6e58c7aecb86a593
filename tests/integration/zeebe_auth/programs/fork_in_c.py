"""Forks as uWSGI does, in C, so that Python's hooks for a fork don't run:
``fork_in_c.py STATE STORE``.

The state is what other threads are at in that moment; none of them exists in the child.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from sandbox_provider import file_store, say, settle, transport, wait_for_go

from zeebe_auth import (
    AccessToken,
    AuthError,
    ClientCredentials,
    CredentialsProvider,
    EnvSource,
    Event,
    EventKind,
    FileStore,
    KeyringStore,
    MemoryStore,
    OAuthCredentialsProvider,
    RefreshPolicy,
    TokenKey,
    TokenStore,
    default_provider,
)
from zeebe_auth.adapters import TokenAccess
from zeebe_auth.clock import SYSTEM_CLOCK
from zeebe_auth.concurrency.process import process_runtime

# Longer than a wait for a parent's lock; a quiet machine needs a hundredth of it.
SECONDS = 40.0
# What it ends with where the child was ended by a segmentation fault.
CRASHED = 3


class Often(RefreshPolicy):
    """Refreshes early in the lifetime, so that a busy machine is never late for it."""

    first_refresh_fraction = later_refresh_fraction = (0.1, 0.2)
    min_age_before_refresh_seconds = 0


class Gate:
    """Where a thread of the parent is held, and through which the child goes."""

    def __init__(self) -> None:
        self._parent = os.getpid()
        self.is_closed = False
        self.held = threading.Event()
        self.opened = threading.Event()

    def go_through(self) -> None:
        if self.is_closed and os.getpid() == self._parent:
            self.held.set()
            self.opened.wait(4 * SECONDS)


gate = Gate()


class GatedSource:
    """The environment's credentials, behind the gate. Each token request begins with them."""

    def __init__(self) -> None:
        self.loaded = threading.Event()

    def load(self) -> ClientCredentials:
        gate.go_through()
        self.loaded.set()
        return EnvSource().load()


class GatedClock:
    """The system's clock, behind the gate: a memory store reads it while it holds its lock."""

    running = staticmethod(SYSTEM_CLOCK.running)

    def wall(self) -> float:
        gate.go_through()
        return SYSTEM_CLOCK.wall()


trouble: list[str] = []


def hear(event: Event) -> None:
    """Note what is wrong with the store: a provider goes on without it."""
    if event.kind is EventKind.STORE_TROUBLE:
        trouble.append(event.detail)


class Plain:
    """A provider of somebody else's, with the required method alone."""

    def __init__(self, asked: CredentialsProvider) -> None:
        self._asked = asked

    def get_token(self) -> AccessToken:
        gate.go_through()
        return self._asked.get_token()


def store_of(kind: str) -> TokenStore | None:
    stores: dict[str, Callable[[], TokenStore | None]] = {
        "none": lambda: None,
        "memory": lambda: MemoryStore(clock=GatedClock()),
        "file": file_store,
        "keychain": KeyringStore,
    }
    return stores[kind]()


def in_thread(task: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=task, daemon=True)
    thread.start()
    return thread


# What threads of the parent are doing.


def idle_worker(asked: OAuthCredentialsProvider, store: TokenStore | None) -> None:
    """A thread of the pool waits for its next task, and that of the timer for its next date."""
    asked.get_token()


def flight(asked: OAuthCredentialsProvider, store: TokenStore | None) -> None:
    """The first token request is under way."""
    gate.is_closed = True
    in_thread(asked.get_token)
    gate.held.wait(SECONDS)


def refresh(asked: OAuthCredentialsProvider, store: TokenStore | None) -> None:
    """A token is at hand, and the timer has begun to replace it."""
    asked.get_token()
    gate.is_closed = True
    gate.held.wait(SECONDS)


def provider_lock(asked: OAuthCredentialsProvider, store: TokenStore | None) -> None:
    """A thread is inside the provider."""
    asked.get_token()
    gate.is_closed = True

    def hold() -> None:
        with asked._keeper._lock:
            gate.go_through()

    in_thread(hold)
    gate.held.wait(SECONDS)


def pool_lock(asked: OAuthCredentialsProvider, store: TokenStore | None) -> None:
    """A thread is inside the pool, another one is the timer."""
    asked.get_token()
    runtime = process_runtime()
    gate.is_closed = True

    def hold() -> None:
        with runtime.workers._condition, runtime.flights._lock:
            gate.go_through()

    in_thread(hold)
    gate.held.wait(SECONDS)


def store_lock(asked: OAuthCredentialsProvider, store: TokenStore | None) -> None:
    """A thread holds the store's lock, or is inside it where it has none."""
    assert store is not None
    key = TokenKey.of(EnvSource().load())
    asked.get_token()
    settle()
    gate.is_closed = True

    def hold() -> None:
        locked: AbstractContextManager[object] = nullcontext()
        if isinstance(store, FileStore):
            locked = store.lock(key, SECONDS)
        with locked:
            store.load(key)
            gate.go_through()

    in_thread(hold)
    gate.held.wait(SECONDS)


def keychain_calls(asked: OAuthCredentialsProvider, store: TokenStore | None) -> None:
    """As many calls to the keychain as may run at a time get no answer."""
    import stalling_keyring

    from zeebe_auth.keychain import access

    for number in range(4):
        in_thread(lambda number=number: access.read("a service", str(number)))
    for _ in range(4):
        stalling_keyring.asked.acquire(timeout=SECONDS)


def waiting_call(asked: OAuthCredentialsProvider, store: TokenStore | None) -> None:
    """A channel's thread waits for somebody else's provider."""
    plain = Plain(asked)
    asked.get_token()
    gate.is_closed = True
    in_thread(TokenAccess.of(plain).wait)
    gate.held.wait(SECONDS)
    kept.append(plain)


kept: list[Plain] = []


def answer_of(ask: Callable[[], Any]) -> str:
    try:
        return str(ask().token_type)
    except AuthError as error:
        return f"{type(error).__name__}: {error}"


def ask_in_child(asked: OAuthCredentialsProvider, loaded: threading.Event) -> None:
    say(["get_token", answer_of(lambda: asked.get_token(timeout=SECONDS))])
    say(["fetch_token", answer_of(lambda: asked.fetch_token(timeout=SECONDS))])
    say(["default_provider", answer_of(lambda: default_provider().fetch_token(timeout=SECONDS))])
    for access in map(TokenAccess.of, kept):
        say(["channel", answer_of(partial(access.wait, SECONDS))])
    # A token in use is replaced without a call.
    # Not while another request is running: its token would not be in use.
    pause = threading.Event()
    while True:
        loaded.clear()
        asked.get_token(timeout=SECONDS)
        if asked._keeper.request is None or loaded.is_set():
            break
        pause.wait(0.01)
    say(["refreshed by the timer", loaded.wait(SECONDS)])
    say(["store trouble", trouble])


STATES = {
    state.__name__: state
    for state in (
        idle_worker,
        flight,
        refresh,
        provider_lock,
        pool_lock,
        store_lock,
        keychain_calls,
        waiting_call,
    )
}


def main(state: str, store_kind: str) -> None:
    store = store_of(store_kind)
    source = GatedSource()
    asked = OAuthCredentialsProvider(
        source, store=store, policy=Often(), transport=transport(), on_event=hear
    )
    STATES[state](asked, store)
    settle()
    child = ctypes.PyDLL(None).fork()
    if child == 0:
        say("forked")
        # In the parent some thread may have been using these.
        source.loaded = threading.Event()
        trouble.clear()
        try:
            ask_in_child(asked, source.loaded)
        finally:
            os._exit(0)
    wait_for_go()
    gate.opened.set()
    say(["parent", answer_of(lambda: asked.get_token(timeout=SECONDS))])
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSEGV:
        sys.exit(CRASHED)


if __name__ == "__main__":
    main(*sys.argv[1:])
