"""The name of a gRPC method, as people write it and as HTTP/2 carries it."""

from __future__ import annotations

import re

_PATH = re.compile(r"/?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)[/.]([A-Za-z_]\w*)", re.ASCII)


def method_path(written: str) -> str:
    """``/package.Service/Method`` for a method that is written so, or with a dot, or without ``/``.

    Raises:
        TypeError: It is no str.
        ValueError: It is no such name.
    """
    if not isinstance(written, str):
        raise TypeError(f"A method is a str, not {type(written).__name__}.")
    match = _PATH.fullmatch(written)
    if match is None:
        raise ValueError(
            f"{written!r} is no gRPC method. Write its service and its name, such as "
            "/grpc.health.v1.Health/Check."
        )
    return f"/{match[1]}/{match[2]}"
