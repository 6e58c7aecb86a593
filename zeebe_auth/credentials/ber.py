"""Reads the outline of BER (ITU-T X.690, 8), of which DER is a part."""

from __future__ import annotations

_CONSTRUCTED = 0x20
_INDEFINITE = 0x80
_END_OF_CONTENTS = b"\0\0"


def parts(content: bytes) -> list[tuple[int, bytes]]:
    """Return tag and content of each element in ``content``, one behind the other.

    Raises:
        IndexError, ValueError: It is no BER.
    """
    found, at = [], 0
    while at < len(content):
        tag, inside, at = _element(content, at)
        found.append((tag, inside))
    return found


def octets(tag: int, content: bytes) -> bytes:
    """Return the octets of a string, which may be in pieces (X.690, 8.7.3).

    Raises:
        IndexError, ValueError: It is no BER.
    """
    if not tag & _CONSTRUCTED:
        return content
    return b"".join(octets(*piece) for piece in parts(content))


def _element(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Tag, content and end of the element there; its tag is of one octet."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length == _INDEFINITE:
        begin = at
        while data[at : at + 2] != _END_OF_CONTENTS:
            at = _element(data, at)[2]
        return tag, data[begin:at], at + 2
    if length > _INDEFINITE:
        behind = at + length - _INDEFINITE
        length = int.from_bytes(data[at:behind], "big")
        at = behind
    end = at + length
    if end > len(data):
        raise ValueError("It ends too early.")
    return tag, data[at:end], end
