"""The document in which a record is kept: whose it is is told beside it, sealed with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from zeebe_auth.token_key import TokenKey

if TYPE_CHECKING:
    from zeebe_auth.stores.encryption import Encryption


def put_into_envelope(
    record: Mapping[str, object],
    key: TokenKey,
    purpose: str,
    encryption: Encryption | None,
    label: str | None = None,
) -> bytes:
    """The document's bytes.

    Args:
        record: A mapping of JSON types.
        key: Whose record it is.
        purpose: What it is: a token and a refusal are not taken for each other.
        encryption: Seals it; None leaves it ASCII text.
        label: For people who look into the document.

    Raises:
        StoreError: The encryption has no key.
    """
    document: dict[str, object] = {"key": key.digest, purpose: record}
    if label is not None:
        document["label"] = label
    content = json.dumps(document).encode("ascii")
    return content if encryption is None else encryption.seal(content, _context(key, purpose))


def open_envelope(
    content: bytes, key: TokenKey, purpose: str, encryption: Encryption | None
) -> Mapping[str, object]:
    """The record in the document.

    Raises:
        ValueError: It is no such document, belongs to another key, or was sealed otherwise.
        StoreError: The encryption has no key.
    """
    if encryption is not None:
        content = encryption.unseal(content, _context(key, purpose))
    try:
        document = json.loads(content)
    except RecursionError:
        raise ValueError("It is nested too deeply for a record.") from None
    if not isinstance(document, dict) or document.get("key") != key.digest:
        raise ValueError("It belongs to another key.")
    record = document.get(purpose)
    if not isinstance(record, dict):
        raise ValueError(f"It holds no {purpose}.")  # noqa: TRY004 - one kind for what is corrupt
    return record


def _context(key: TokenKey, purpose: str) -> bytes:
    return f"{purpose} {key.digest}".encode("ascii")
