"""gRPC's own log lines, which nobody asked for at a command line."""

from __future__ import annotations

import os


def quiet_grpc() -> None:
    """Keep them off stderr, which is for people. A verbosity that is set stays.

    It works only before grpc is imported for the first time.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
