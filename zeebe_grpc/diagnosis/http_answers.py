"""What to say of an ingress that answered a call by itself, with an HTTP error, or cut it off.

gRPC makes a status of it (https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md)
and leaves the HTTP one in the details.
"""

from __future__ import annotations

import re

_DETAILS = re.compile(r"Received http2 header with status: (\d{3})")


def http_status(details: str | None) -> int | None:
    """The HTTP status behind a call's details; None if the answer was a gRPC one."""
    match = _DETAILS.search(details or "")
    return int(match[1]) if match else None


def was_cut_off(details: str) -> bool:
    """Whether somebody ended the call in the middle, without a status (RFC 9113, 6.4).

    A gateway that is asked for something impossible answers; an ingress whose time limit ran out,
    or whose gateway is gone, has only this left once the answer has begun.
    """
    return "Received RST_STREAM" in details


def advice_on(status: int, *, shows_certificate: bool) -> str:
    """What the HTTP status means in front of a gateway, and what to do next.

    Args:
        status: Any but 401, which is about credentials and nothing else.
        shows_certificate: Whether the connection has a client certificate.
    """
    match status:
        case 400 if shows_certificate:
            return (
                "It may not take the client certificate (nginx says 400 then): check that it "
                "trusts the CA that signed client_certificate, and that this one is valid still."
            )
        case 400:
            return (
                "It may want a client certificate (nginx says 400 then): name one in the "
                "profile, client_certificate and client_key."
            )
        case 403:
            return (
                "It knows who asks and does not let this client in, so another token changes "
                "nothing: ask whoever runs it for access."
            )
        case 404:
            return (
                "It has no route to a gateway: check the host name in the address, and that the "
                "ingress passes /gateway_protocol.Gateway/ on."
            )
        case 413:
            return "The request is larger than it takes: raise its limit (client_max_body_size)."
        case 429:
            return "It is rate limiting this client: try again later."
        case 502 | 503 | 504:
            return (
                "It gets no answer from the gateway: try again later; if it lasts, ask whoever "
                "runs the two."
            )
        case _:
            return "Ask whoever runs it; its log tells why."
