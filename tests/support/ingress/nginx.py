"""nginx with one site, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import socket
from pathlib import Path

from logged_process import LoggedProcess, find_program

__all__ = ["STARTED", "start_nginx"]

# What a distribution's nginx.conf does around the site's own file.
MAIN = """
daemon off;
user {user};
worker_processes 1;
pid nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site.conf;
}}
"""
LOG_TO_STDERR = "error_log stderr notice;"
STARTED = "start worker process "
"""Is in the log once for the start and once for each reload."""


def start_nginx(folder: Path, site: str, listener: socket.socket) -> LoggedProcess:
    """Start nginx in the foreground, as the current user.

    Args:
        folder: For its files.
        site: The configuration inside ``http``, which listens where ``listener`` does.
        listener: The listening socket it takes over, as a new nginx does from an old one: so the
            port is never free for somebody else.
    """
    program = find_program("nginx", "nginx")
    folder.mkdir()
    folder.joinpath("nginx.conf").write_text(MAIN.format(user=pwd.getpwuid(os.geteuid()).pw_name))
    folder.joinpath("site.conf").write_text(site)
    return LoggedProcess(
        [program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr", "-g", LOG_TO_STDERR],
        environment={**os.environ, "NGINX": f"{listener.fileno()};"},
        open_files=[listener.fileno()],
    )
