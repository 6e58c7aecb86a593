"""A token endpoint that accepts the connection and never answers: the command names it."""

from __future__ import annotations

import re
import socket

import pytest

from zeebe_auth.cli.main import main as zeebe_auth
from zeebe_grpc.cli.main import main as zeebe_grpc


@pytest.mark.parametrize("main", [zeebe_auth, zeebe_grpc])
def test_who_did_not_answer_within_how_long(monkeypatch, tmp_path, capsys, main):
    """Both command lines name the endpoint and the time."""
    command = "token" if main is zeebe_auth else "topology"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://localhost:{silent.getsockname()[1]}/token"
        for name, text in {
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path),
            "CAMUNDA_CLIENT_ID": "me",
            "CAMUNDA_CLIENT_SECRET": "s3cr3t",
            "CAMUNDA_OAUTH_URL": url,
            "ZEEBE_ADDRESS": "https://localhost:1",
            "ZEEBE_AUTH_STORE": "memory",
        }.items():
            monkeypatch.setenv(name, text)
        assert main([command, "--timeout", "0.5"]) == 4
    err = capsys.readouterr().err
    assert err.startswith(f"zeebe-{'auth' if main is zeebe_auth else 'grpc'}: {url} gave no token ")
    told = re.search(r"within (0\.\d+) s", err)
    # A tenth of a call's time is reserved for finding out why it failed.
    assert told, err
    assert float(told[1]) <= (0.5 if main is zeebe_auth else 0.45), err
