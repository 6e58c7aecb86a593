"""What tells one proof of identity from another, and shows nothing of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["file_state", "sha256_of"]


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
