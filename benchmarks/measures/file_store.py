"""What the file store costs."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest import mock

from benchmarks.result import Result, Row
from benchmarks.rounds import by_turns, median_ratio, seconds_of
from zeebe_auth import AccessToken, ClientCredentials, ClientSecret, Secret, TokenKey
from zeebe_auth.stores import FileStore, KeychainEncryption

_LIMIT = 4
_SAVE = "save without the disk's sync"
_READ_FLOOR = "floor: read a file of that size, parse it as JSON"
_WRITE_FLOOR = "floor: write such a file beside another, rename it over that"
_FLOORS = {"load": _READ_FLOOR, _SAVE: _WRITE_FLOOR}


class _KeyInMemory(KeychainEncryption):
    """The real encryption with a key that needs no keychain."""

    def _read_key(self) -> Secret:
        return Secret(b64encode(b"k" * 32).decode())


def a_key(number: int = 0) -> TokenKey:
    return TokenKey.of(
        ClientCredentials(
            client_id=f"bench-{number}",
            authentication=ClientSecret(Secret("bench")),
            token_url="https://localhost/token",
        )
    )


A_TOKEN = AccessToken(Secret("t" * 800), issued_at=2e9, expires_at=2e9 + 3600)


def _milliseconds(work: Callable[[], object], count: int) -> float:
    def repeat() -> None:
        for _ in range(count):
            work()

    return seconds_of(repeat) / count * 1e3


def _read(file: Path) -> object:
    with file.open("rb") as opened:
        return json.loads(opened.read())


def _replace(file: Path) -> None:
    beside = file.with_suffix(".new")
    with beside.open("wb") as opened:
        opened.write(json.dumps({"token": "t" * 800, "expires_at": 2e9}).encode())
    beside.replace(file)


def _without_sync(work: Callable[[], object], count: int) -> float:
    # A function and not a mock: a mock's own work would be part of what is measured.
    def sync_nothing(_file: int) -> None:
        pass

    with mock.patch.object(os, "fsync", sync_nothing):
        return _milliseconds(work, count)


def measure(*, quick: bool) -> Result:
    result = Result(
        name="file_store",
        title="FileStore: load and save of a token of 800 characters",
        method="In turns, one process, a fresh folder on the machine's temporary file system.",
    )
    count, rounds = (20, 3) if quick else (100, 31)
    key = a_key()
    with tempfile.TemporaryDirectory() as folder:
        plain = FileStore(Path(folder) / "plain")
        sealed = FileStore(Path(folder) / "sealed", encryption=_KeyInMemory())
        for store in (plain, sealed):
            store.save(key, A_TOKEN)
        plain_file = Path(folder) / "plain.json"
        plain_file.write_text(json.dumps({"token": "t" * 800, "expires_at": 2e9}))
        samples = by_turns(
            {
                _READ_FLOOR: partial(_milliseconds, partial(_read, plain_file), count),
                _WRITE_FLOOR: partial(_milliseconds, partial(_replace, plain_file), count),
                "load": partial(_milliseconds, partial(plain.load, key), count),
                _SAVE: partial(_without_sync, partial(plain.save, key, A_TOKEN), count),
                "save": partial(_milliseconds, partial(plain.save, key, A_TOKEN), count),
                "load, encrypted": partial(_milliseconds, partial(sealed.load, key), count),
                "save without the disk's sync, encrypted": partial(
                    _without_sync, partial(sealed.save, key, A_TOKEN), count
                ),
            },
            rounds,
        )
    for name, figures in samples.items():
        floor = _FLOORS.get(name)
        ratio = None if floor is None else median_ratio(samples, name, floor)
        result.rows.append(
            Row(
                subject=name,
                value=statistics.median(figures),
                unit="ms",
                ratio=ratio,
                limit="" if ratio is None else f"at most {_LIMIT} times its floor",
                reached=None if ratio is None else ratio <= _LIMIT,
            )
        )
    return result


if __name__ == "__main__":
    measure(quick="--quick" in sys.argv).hand_over()
