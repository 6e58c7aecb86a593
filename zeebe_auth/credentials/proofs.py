"""What a client proves its identity by, and what tells one proof from another unseen."""

from __future__ import annotations

import hashlib
from pathlib import Path


class Proof:
    """The base of each kind of proof, which can be asked for without loading them all."""

    __slots__ = ()


def file_state(path: Path) -> str:
    """A string that changes when the file does."""
    try:
        status = path.stat()
    except OSError:
        return f"{path} missing"
    return f"{path} {status.st_mtime_ns} {status.st_size} {status.st_ino}"


def sha256_of(token: str) -> str:
    """The SHA-256 of a token, 64 hex characters."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
