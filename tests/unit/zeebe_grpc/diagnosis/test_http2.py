import socket

import pytest

from zeebe_grpc.diagnosis.http2 import FirstReply, first_reply


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00abcdef", FirstReply.HTTP2),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", FirstReply.HTTP1),
        (b"\x15\x03\x03\x00\x02\x02\x46", FirstReply.TLS),
        (b"\x15\x03\x01\x00\x02\x02\x46and more", FirstReply.TLS),
        (b"", FirstReply.CLOSED),
        (b"220 mail ready\r\n", FirstReply.SOMETHING_ELSE),
        (b"\x00\x00", FirstReply.SOMETHING_ELSE),
    ],
)
def test_what_a_server_says_first(answer, reply):
    """The first bytes distinguish HTTP/2 from other protocols on a port."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(answer)
        theirs.shutdown(socket.SHUT_WR)
        assert first_reply(ours) is reply
        assert theirs.recv(24) == b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def test_silence_is_an_error():
    """A server that sends nothing is detected by the time limit."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.01)
        with pytest.raises(TimeoutError):
            first_reply(ours)
