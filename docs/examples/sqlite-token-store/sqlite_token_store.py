"""Access tokens in an SQLite database, shared by threads and processes."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zeebe_auth import AccessToken, ConfigurationError, Refusal, StoreError, TokenKey

__all__ = ["SqliteTokenStore", "from_config"]

_TABLES = (
    "CREATE TABLE IF NOT EXISTS tokens (digest TEXT PRIMARY KEY, value TEXT, record TEXT)",
    "CREATE TABLE IF NOT EXISTS refusals (digest TEXT PRIMARY KEY, record TEXT)",
    "CREATE TABLE IF NOT EXISTS leases (digest TEXT PRIMARY KEY, holder TEXT, ends_at REAL)",
)
_BUSY_SECONDS = 10.0
# A token request takes 10 s at most, so a lease that runs longer belongs to a holder that was
# stopped or killed.
_LEASE_SECONDS = 12.0
_POLL_SECONDS = 0.05


def from_config(*, path: str) -> SqliteTokenStore:
    """What ``store = { use = "sqlite", path = "…" }`` in a config file makes."""
    if not isinstance(path, str):
        raise ConfigurationError('The path of the store "sqlite" must be a string.')
    full = Path(path).expanduser()
    if not full.is_absolute():
        raise ConfigurationError(
            f'The path "{path}" of the store "sqlite" is relative, and programs that start '
            "elsewhere would not share it. Write it in full, or begin it with ~/."
        )
    return SqliteTokenStore(full)


# Frozen data: equal for equal paths, so that providers with equal stores share one token request,
# and it pickles, so that other processes can be given it.
@dataclass(frozen=True)
class SqliteTokenStore:
    """Keeps tokens in the database at ``path``, which is made if it is not there."""

    path: Path

    # What a store must have.

    def load(self, key: TokenKey) -> AccessToken | None:
        rows = self._run("SELECT record FROM tokens WHERE digest = ?", key.digest)
        try:
            return AccessToken.from_record(json.loads(rows[0][0])) if rows else None
        except ValueError:
            return None  # written by another version: as good as none

    def save(self, key: TokenKey, token: AccessToken) -> None:
        self._run(
            "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)",
            key.digest,
            token.value.reveal(),
            json.dumps(token.to_record()),
        )

    def delete(self, key: TokenKey, token: AccessToken | None = None) -> None:
        if token is None:
            self._run("DELETE FROM tokens WHERE digest = ?", key.digest)
        else:
            # Compared and deleted in one statement: a token saved in between stays.
            self._run(
                "DELETE FROM tokens WHERE digest = ? AND value = ?",
                key.digest,
                token.value.reveal(),
            )

    # What a store may have: processes ask for one token together, and share a refusal.

    @contextmanager
    def lock(self, key: TokenKey, timeout: float) -> Iterator[bool]:
        holder = secrets.token_hex(16)
        deadline = time.monotonic() + timeout
        while not (had := self._take_lease(key, holder)) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        try:
            yield had
        finally:
            if had:
                with suppress(StoreError):  # then the lease ends by itself
                    self._run(
                        "DELETE FROM leases WHERE digest = ? AND holder = ?", key.digest, holder
                    )

    def load_refusal(self, key: TokenKey) -> Refusal | None:
        rows = self._run("SELECT record FROM refusals WHERE digest = ?", key.digest)
        try:
            return Refusal.from_record(json.loads(rows[0][0])) if rows else None
        except ValueError:
            return None

    def save_refusal(self, key: TokenKey, refusal: Refusal | None) -> None:
        if refusal is None:
            self._run("DELETE FROM refusals WHERE digest = ?", key.digest)
        else:
            self._run(
                "INSERT OR REPLACE INTO refusals VALUES (?, ?)",
                key.digest,
                json.dumps(refusal.to_record()),
            )

    def _take_lease(self, key: TokenKey, holder: str) -> bool:
        now = time.time()
        try:
            self._run(
                "INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE "
                "SET holder = excluded.holder, ends_at = excluded.ends_at WHERE ends_at <= ?",
                key.digest,
                holder,
                now + _LEASE_SECONDS,
                now,
            )
            rows = self._run("SELECT holder FROM leases WHERE digest = ?", key.digest)
        except StoreError:
            return False  # lock() never raises for a lock that is not to be had
        return rows == [(holder,)]

    def _make_private_file(self) -> None:
        """An empty database that only its owner may read; SQLite gives its journal that mode."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made aside and linked, since to close a file of our own under that name would undo the
        # locks that SQLite holds on it in other threads (fcntl locks end with any descriptor).
        descriptor, empty = tempfile.mkstemp(dir=self.path.parent)
        os.close(descriptor)
        try:
            with suppress(FileExistsError):  # another process was quicker
                os.link(empty, self.path)
        finally:
            Path(empty).unlink()

    def _run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement, which SQLite makes atomic, and give its rows."""
        try:
            if not self.path.exists():
                self._make_private_file()
            # A connection of its own for each call is safe for any thread, and after a fork.
            with closing(
                sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            ) as connection:
                for table in _TABLES:
                    connection.execute(table)
                return connection.execute(statement, values).fetchall()
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"The token database {self.path} can't be used ({type(error).__name__}). Check "
                "that its directory exists, has room and may be written by this user."
            ) from error
