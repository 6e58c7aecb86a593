"""The program that works on a store for another process, one command a line."""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from collections.abc import Callable
from typing import Any

from zeebe_auth.testing.conformance import ConformanceError
from zeebe_auth.testing.specimens import numbered_token, read_numbered
from zeebe_auth.testing.store_thread_checks import count_up
from zeebe_auth.token_key import TokenKey

__all__ = ["serve"]

_READING_SECONDS = 30.0


def serve() -> None:
    """Answer the commands on standard input until it ends."""
    # What a store prints must not stand between the answers.
    with os.fdopen(os.dup(1), "w", encoding="ascii") as answers:
        os.dup2(2, 1)

        def say(**answer: object) -> None:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()

        store: Any = None
        for line in sys.stdin:
            name, *arguments = json.loads(line)
            try:
                if name == "open":
                    store = _Work(_unpickled(*arguments), say)
                else:
                    digest, label, *rest = arguments
                    say(value=getattr(store, name)(TokenKey(digest, label), *rest))
            except ConformanceError as error:
                say(failure=str(error))
            except Exception as error:  # noqa: BLE001 - the asking process reports it
                say(failure=f"it raised {type(error).__name__} ({error}) where it may not.")


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
    """The commands; what a method returns is the answer."""

    def __init__(self, store: Any, say: Callable[..., None]) -> None:
        self._store = store
        self._say = say
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
        while True:
            number = number % 1000 + 1
            self._store.save(key, numbered_token(number, length))

    def read_until(self, key: TokenKey, last: int) -> None:
        self._say(value="reading")
        deadline = time.monotonic() + _READING_SECONDS
        while time.monotonic() < deadline:
            token = read_numbered(self._store, key, "while another process was saving")
            if int(token.issued_at) == last:
                return
        raise ConformanceError("a process never saw the last token that another one saved.")

    def count_up(self, key: TokenKey, times: int) -> None:
        count_up(self._store, key, times)

    def lock(self, key: TokenKey, timeout: float) -> object:
        self._held = self._store.lock(key, timeout)
        return self._held.__enter__()

    def unlock(self, _key: TokenKey) -> None:
        self._held.__exit__(None, None, None)

    def load_refusal(self, key: TokenKey) -> object:
        refusal = self._store.load_refusal(key)
        return None if refusal is None else refusal.to_record()
