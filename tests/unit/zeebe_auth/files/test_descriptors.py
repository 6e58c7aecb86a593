"""A lack of file descriptors is reported as such, whatever needed one."""

from __future__ import annotations

import errno
import os
import socket
from importlib import import_module
from pathlib import Path

import pytest

from zeebe_auth import (
    CommandSource,
    ConfigurationError,
    EnvFileSource,
    FileStore,
    SecretsDirectorySource,
    StoreError,
    TokenKey,
    TokenTransport,
)
from zeebe_auth.files.descriptors import lack_of_descriptors
from zeebe_auth.token_endpoint.http.tls import tls_context
from zeebe_auth.token_endpoint.http.unreachable import unreachable
from zeebe_auth.token_endpoint.http.url import EndpointUrl

CODES = [(errno.EMFILE, "ulimit -n"), (errno.ENFILE, "this machine has as many")]


@pytest.fixture(params=CODES, ids=["of the process", "of the machine"])
def exhausted(request, monkeypatch):
    """Have every open fail from here on."""
    code, advice = request.param

    def fail(*_, **__):
        raise OSError(code, os.strerror(code))

    # What is imported where it is needed must be there, or it stays half imported.
    for module in ("httpcore2", "httpx2", "ssl"):
        import_module(module)
    monkeypatch.setattr(os, "open", fail)
    monkeypatch.setattr(Path, "iterdir", fail)
    monkeypatch.setattr("subprocess.Popen", fail)
    return code, advice


@pytest.mark.parametrize(
    "error",
    [
        None,
        OSError(errno.EBUSY, "Device or resource busy"),
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
    ],
    ids=["a socket", "glibc's busy", "no name", "try again"],
)
def test_on_the_way_to_the_token_endpoint(exhausted, error):
    """This holds also where the name look-up reports something else; the error is retryable."""
    code, advice = exhausted
    url = EndpointUrl.parse("https://login.example/t", called="token URL", allow_plaintext=False)
    error = error or OSError(code, os.strerror(code))
    failure = unreachable(error, url, None, TokenTransport(), None, None)
    assert advice in str(failure)
    assert "busy" not in str(failure)
    assert failure.retryable


def test_a_busy_device_with_descriptors_left_is_none():
    """EBUSY alone is not reported as a lack of descriptors."""
    busy = OSError(errno.EBUSY, "Device or resource busy")
    assert lack_of_descriptors(busy, look=True) is None
    assert lack_of_descriptors(busy) is None


def test_where_files_are_read(exhausted, tmp_path):
    """This holds for files, directories, stores, certificates and programs."""
    _, advice = exhausted
    key = TokenKey("ab" * 32)
    tmp_path.chmod(0o700)
    for kind, use in (
        (ConfigurationError, EnvFileSource(tmp_path / "file").load),
        (ConfigurationError, SecretsDirectorySource(tmp_path).load),
        (ConfigurationError, CommandSource(["true"]).load),
        (ConfigurationError, lambda: tls_context(Path("/ca.pem"), None)),
        (StoreError, lambda: FileStore(tmp_path).load(key)),
    ):
        with pytest.raises(kind) as caught:
            use()
        assert advice in str(caught.value)
        assert "this user may read" not in str(caught.value)
