"""PEM files as OpenSSL takes them in memory."""

from __future__ import annotations

__all__ = ["pem_text"]


def pem_text(pem: bytes) -> str:
    """The text of a PEM file (RFC 7468) for `ssl.SSLContext.load_verify_locations`.

    That takes ASCII alone, while the names of authorities between certificates may be written in
    anything; they are comments.
    """
    return pem.decode("ascii", "ignore")
