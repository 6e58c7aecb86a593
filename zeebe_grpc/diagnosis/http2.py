"""Whether the other end speaks HTTP/2, found out with its first frames (RFC 9113)."""

from __future__ import annotations

import contextlib
import socket
from enum import Enum, auto

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_EMPTY_SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
_FRAME_HEADER_BYTES = 9
_TYPE_AT = 3
_SETTINGS = 4
_TLS_RECORD_TYPES = {0x15, 0x16}


class FirstReply(Enum):
    """What a server answers to the connection preface of RFC 9113, 3.4."""

    HTTP2 = auto()
    HTTP1 = auto()
    TLS = auto()
    CLOSED = auto()
    SOMETHING_ELSE = auto()


def first_reply(connection: socket.socket) -> FirstReply:
    """Send the preface and tell what comes back first.

    Raises:
        OSError: The connection broke, or its time limit ran out before an answer.
    """
    with contextlib.suppress(OSError):
        # Whoever closed the connection already may have said why; that is read below.
        connection.sendall(_PREFACE + _EMPTY_SETTINGS)
    received = b""
    while len(received) < _FRAME_HEADER_BYTES:
        chunk = connection.recv(_FRAME_HEADER_BYTES - len(received))
        if not chunk:
            break
        received += chunk
    if not received:
        return FirstReply.CLOSED
    if received.startswith(b"HTTP/1"):
        return FirstReply.HTTP1
    if len(received) == _FRAME_HEADER_BYTES and received[_TYPE_AT] == _SETTINGS:
        return FirstReply.HTTP2
    if received[0] in _TLS_RECORD_TYPES and received[1:2] == b"\x03":
        return FirstReply.TLS
    return FirstReply.SOMETHING_ELSE
