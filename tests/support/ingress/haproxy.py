"""haproxy with one frontend, in a folder of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from logged_process import LoggedProcess, find_program

__all__ = ["LISTENER", "STARTED", "start_haproxy"]

STARTED = "Loading success"
LISTENER = "fd@{}"


def start_haproxy(
    folder: Path, configuration: str, listener: socket.socket, revoked: Sequence[str]
) -> LoggedProcess:
    """Start haproxy in the foreground, as the current user.

    Args:
        folder: For its files, which has the certificates and keys in it already.
        configuration: What haproxy.cfg holds; its frontend binds ``fd@`` and the listener's number.
        listener: The listening socket it inherits.
        revoked: The identifiers of the tokens that were revoked.
    """
    program = find_program("haproxy", "haproxy")
    folder.joinpath("haproxy.cfg").write_text(configuration)
    folder.joinpath("revoked.lst").write_text("".join(f"{each}\n" for each in revoked))
    return LoggedProcess(
        [program, "-W", "-db", "-V", "-f", "haproxy.cfg"],
        environment=os.environ,
        open_files=[listener.fileno()],
        folder=folder,
    )
