"""The program that works on a store for another process, one command a line."""

from __future__ import annotations

import json
import os
import pickle
import queue
import threading
from collections.abc import Callable
from typing import Any

from zeebe_auth.testing.conformance import ConformanceError
from zeebe_auth.testing.specimens import numbered_token
from zeebe_auth.testing.store_thread_checks import LOCK_SECONDS, count_up, read_while
from zeebe_auth.token_key import TokenKey


def serve() -> None:
    """Answer the commands on standard input until it ends."""
    # What a store prints must not be between the answers.
    with os.fdopen(os.dup(1), "w", encoding="ascii") as answers:
        os.dup2(2, 1)

        def say(**answer: object) -> None:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()

        commands: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_listen, args=(commands,), daemon=True).start()
        store: Any = None
        while line := commands.get():
            name, *arguments = json.loads(line)
            try:
                if name == "open":
                    store = _Work(_unpickled(*arguments), say, commands.empty)
                else:
                    digest, label, *rest = arguments
                    say(value=getattr(store, name)(TokenKey(digest, label), *rest))
            except ConformanceError as error:
                say(failure=str(error))
            except Exception as error:  # the asking process reports it
                say(failure=f"it raised {type(error).__name__} ({error}) where it may not.")


def _listen(commands: queue.Queue[str | None]) -> None:
    # A duplicate: a thread that reads sys.stdin itself may keep the interpreter from ending.
    with os.fdopen(os.dup(0), encoding="ascii") as lines:
        for line in lines:
            commands.put(line)
    commands.put(None)


def _unpickled(recipe: str) -> Any:
    try:
        is_maker, part = pickle.loads(bytes.fromhex(recipe))  # noqa: S301 - from our own parent
    except (ImportError, AttributeError) as error:
        raise ConformanceError(
            f"the store could not be unpickled ({error}). Define its class, or the function that "
            "makes it, at the top of a module that is importable by name."
        ) from error
    return part() if is_maker else part


class _Work:
    """The commands; what a method returns is the answer.

    Args:
        store: What they work on.
        say: Sends a line of its own before the answer.
        is_undisturbed: Whether no further command has come, and not the end either.
    """

    def __init__(
        self, store: Any, say: Callable[..., None], is_undisturbed: Callable[[], bool]
    ) -> None:
        self._store = store
        self._say = say
        self._is_undisturbed = is_undisturbed
        self._held: Any = None

    def save(self, key: TokenKey, number: int) -> None:
        self._store.save(key, numbered_token(number))

    def load(self, key: TokenKey) -> object:
        token = self._store.load(key)
        return None if token is None else token.to_record()

    def delete(self, key: TokenKey, number: int) -> None:
        self._store.delete(key, numbered_token(number))

    def save_again_and_again(self, key: TokenKey, length: int) -> None:
        self._store.save(key, numbered_token(1, length))
        self._say(value="saving")
        number = 1
        while self._is_undisturbed():
            number = number % 1000 + 1
            self._store.save(key, numbered_token(number, length))

    def read_on(self, key: TokenKey) -> None:
        self._say(value="reading")
        doing = "while another process was saving"
        for _ in read_while(self._is_undisturbed, self._store, key, doing):
            pass

    def count_up(self, key: TokenKey, times: int) -> None:
        for _ in count_up(self._store, key, times):
            self._say(going_on=True)

    def lock(self, key: TokenKey) -> object:
        self._held = self._store.lock(key, LOCK_SECONDS)
        return self._held.__enter__()

    def unlock(self, _key: TokenKey) -> None:
        self._held.__exit__(None, None, None)

    def load_refusal(self, key: TokenKey) -> object:
        refusal = self._store.load_refusal(key)
        return None if refusal is None else refusal.to_record()
