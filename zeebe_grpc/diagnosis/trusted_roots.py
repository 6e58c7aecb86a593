"""The certificate authorities that gRPC trusts where no file is named."""

from __future__ import annotations

import os
import pkgutil
from pathlib import Path

__all__ = ["trusted_roots"]


def trusted_roots() -> tuple[bytes, str]:
    """The PEM that gRPC verifies servers with by default, and where it comes from.

    gRPC takes the file that GRPC_DEFAULT_SSL_ROOTS_FILE_PATH names, else the list that is part of
    the grpcio package.

    Raises:
        OSError: Neither can be read.
    """
    named = os.environ.get("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH")
    if named:
        return Path(named).read_bytes(), named
    bundled = pkgutil.get_data("grpc", "_cython/_credentials/roots.pem")
    if bundled is None:
        raise FileNotFoundError("The grpcio package holds no certificate authorities.")
    return bundled, "grpcio's own list"
