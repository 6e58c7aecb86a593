"""One store that keeps every promise, and others that each break one."""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from zeebe_auth.refusal import Refusal
from zeebe_auth.token import AccessToken


class KeepingStore:
    """A directory of JSON files: small, and correct."""

    def __init__(self, directory):
        self.directory = Path(directory)

    def load(self, key):
        try:
            return AccessToken.from_record(json.loads(self.path(key).read_text()))
        except FileNotFoundError:
            return None

    def save(self, key, token):
        with self.changes(key):
            self.put(key, token)

    def delete(self, key, token=None):
        with self.changes(key):
            if token is None or self.load(key) == token:
                self.path(key).unlink(missing_ok=True)

    @contextmanager
    def lock(self, key, timeout):
        lock = FileLock(self.directory / f"{key.digest}.lock", thread_local=False)
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def path(self, key):
        return self.directory / f"{key.digest}.json"

    def put(self, key, token):
        self.write_aside(key, json.dumps(token.to_record()))

    def write_aside(self, key, text):
        aside = self.directory / f"{secrets.token_hex(8)}.new"
        aside.write_text(text)
        aside.replace(self.path(key))

    def changes(self, key):
        lock = self.directory / f"{key.digest}.changes"
        return FileLock(lock, thread_local=False, poll_interval=0.001)


class WritesInPlace(KeepingStore):
    def put(self, key, token):
        text = json.dumps(token.to_record())
        with self.path(key).open("w") as file:
            file.write(text[:60])
            file.flush()
            file.write(text[60:])


class DeletesThenWrites(KeepingStore):
    def put(self, key, token):
        self.path(key).unlink(missing_ok=True)
        super().put(key, token)


class IgnoresTokenInDelete(KeepingStore):
    def delete(self, key, token=None):
        self.path(key).unlink(missing_ok=True)


class ComparesThenDeletes(KeepingStore):
    def delete(self, key, token=None):
        if token is None or self.load(key) == token:
            # Another save may come between the two, and here it always does if there is one.
            deadline = time.monotonic() + 1.0
            while token is not None and self.load(key) == token and time.monotonic() < deadline:
                time.sleep(0.0005)
            self.path(key).unlink(missing_ok=True)


class LosesOddLabels(KeepingStore):
    def put(self, key, token):
        if key.label.isprintable():
            super().put(key, token)


class NamesFilesByLabel(KeepingStore):
    def path(self, key):
        return self.directory / f"{key.digest}-{key.label}.json"


class CutsDigests(KeepingStore):
    def path(self, key):
        return self.directory / f"{key.digest[:32]}.json"


class DropsFields(KeepingStore):
    field = ""
    instead: object = None

    def put(self, key, token):
        self.write_aside(key, json.dumps({**token.to_record(), self.field: self.instead}))


class DropsExpiry(DropsFields):
    field = "expires_at"


class DropsScope(DropsFields):
    field = "scope"


class DropsIssuedAt(DropsFields):
    field, instead = "issued_at", 0.0


class DropsTokenType(DropsFields):
    field, instead = "token_type", "Bearer"


class KeepsLongestLived(KeepingStore):
    def put(self, key, token):
        if token.expires_at is None or token.expires_at > time.time():
            super().put(key, token)


class RaisesInLock(KeepingStore):
    @contextmanager
    def lock(self, key, timeout):
        with FileLock(self.directory / f"{key.digest}.lock", timeout=timeout):
            yield True


class LocksNothing(KeepingStore):
    @contextmanager
    def lock(self, key, timeout):
        yield True


class LocksThreadsOnly(KeepingStore):
    locks: dict = {}

    @contextmanager
    def lock(self, key, timeout):
        lock = self.locks.setdefault(key.digest, threading.Lock())
        had = lock.acquire(timeout=timeout)
        try:
            yield had
        finally:
            if had:
                lock.release()


class LocksProcessesOnly(KeepingStore):
    held: dict = {}

    @contextmanager
    def lock(self, key, timeout):
        lock = self.held.setdefault(
            key.digest, FileLock(self.directory / f"{key.digest}.lock", thread_local=False)
        )
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


class LocksAllKeysAtOnce(KeepingStore):
    def lock(self, key, timeout):
        return super().lock(type(key)("0" * 64), timeout)


class SwallowsErrors(KeepingStore):
    @contextmanager
    def lock(self, key, timeout):
        with super().lock(key, timeout) as had, suppress(LookupError):
            yield had


class LeavesLocksBehind(KeepingStore):
    @contextmanager
    def lock(self, key, timeout):
        path = self.directory / f"{key.digest}.held"
        deadline = time.monotonic() + timeout
        while True:
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL))
                break
            except FileExistsError:
                if time.monotonic() >= deadline:
                    yield False
                    return
                time.sleep(0.01)
        try:
            yield True
        finally:
            path.unlink()


class LeavesSavesHalfDone(KeepingStore):
    @contextmanager
    def changes(self, key):
        with LeavesLocksBehind(self.directory).lock(key, 1.0) as had:
            if not had:
                raise OSError("another process is saving")
            yield


class LosesRefusals(KeepingStore):
    def load_refusal(self, key):
        return None

    def save_refusal(self, key, refusal):
        pass


class KeepsRefusalsInColumns(KeepingStore):
    """Has a column for each field that it knows, instead of the complete record."""

    columns = ("until", "kind", "count", "fingerprint")

    def path_of(self, key):
        return self.directory / f"{key.digest}.refusal"

    def load_refusal(self, key):
        path = self.path_of(key)
        return Refusal(*json.loads(path.read_text("utf-8"))) if path.exists() else None

    def save_refusal(self, key, refusal):
        if refusal is None:
            self.path_of(key).unlink(missing_ok=True)
        else:
            values = [getattr(refusal, column) for column in self.columns]
            self.path_of(key).write_text(json.dumps(values), "utf-8")


class KeepsToItself(KeepingStore):
    def __reduce__(self):
        (self.directory / "elsewhere").mkdir(exist_ok=True)
        return KeepsToItself, (self.directory / "elsewhere",)


class DoesNotPickle(KeepingStore):
    def __reduce__(self):
        raise TypeError("no")
