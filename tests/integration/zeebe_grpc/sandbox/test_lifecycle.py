"""How a sandbox starts and ends: repeatedly, cleanly, and whatever is still running."""

import contextlib
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from urllib.parse import urlsplit

import grpc
import pytest

import zeebe_grpc.sandbox
from zeebe_grpc import gateway_pb2, gateway_pb2_grpc
from zeebe_grpc.sandbox import Sandbox, certificates, servers


def sandbox_threads():
    """The threads of a sandbox, without the tests' own and those of a gRPC channel."""
    return {
        thread
        for thread in threading.enumerate()
        if thread.name.startswith("sandbox-") or "process_request_thread" in thread.name
    }


@pytest.fixture
def before(shared_sandbox):
    """The threads of the sandbox that the other tests share."""
    return sandbox_threads()


def test_many_in_one_process(before):
    """Sandboxes start and end, side by side too, and leave neither thread nor file behind."""
    directories = []
    for _ in range(3):
        with Sandbox() as one, Sandbox() as other:
            assert one.address != other.address
            assert one.token_url != other.token_url
            directories += [one.ca_certificate_path.parent, other.ca_certificate_path.parent]

    assert sandbox_threads() <= before
    assert not any(directory.exists() for directory in directories)


def test_one_that_runs_again(http_client):
    """The same sandbox can run a second time, and holds replies back in it too."""
    sandbox = Sandbox()
    with sandbox:
        assert http_client(sandbox).ask().status == 200
    with sandbox:
        sandbox.token_delay_seconds = 3600
        with ThreadPoolExecutor(1) as thread:
            held = thread.submit(http_client(sandbox).ask)
            assert sandbox.wait_for_token_requests(2, timeout_seconds=60)
            assert sandbox.token_replies.total() == 1
            sandbox.token_delay_seconds = 0
            assert held.result(timeout=60).status == 200


def test_one_that_runs_already(sandbox):
    """Entering a running sandbox is an error."""
    with pytest.raises(RuntimeError, match="runs already"), sandbox:
        pass


def test_one_that_does_not_run():
    """A sandbox has no address before it runs, and says so."""
    sandbox = Sandbox()

    assert repr(sandbox) == "<Sandbox not running>"
    with pytest.raises(RuntimeError, match="does not run"):
        _ = sandbox.environment


def test_a_start_that_fails(monkeypatch, before):
    """A start that fails half-way ends what it had begun; the next one works."""
    made = []

    def directory(**arguments):
        made.append(real_mkdtemp(**arguments))
        return made[-1]

    def no_gateway(**_):
        raise OSError("no port left")

    real_mkdtemp = servers.tempfile.mkdtemp
    with monkeypatch.context() as broken:
        broken.setattr(servers.tempfile, "mkdtemp", directory)
        broken.setattr(servers, "Gateway", no_gateway)
        sandbox = Sandbox()
        with pytest.raises(OSError, match="no port left"), sandbox:
            pass

    assert not Path(made[0]).exists()
    assert sandbox_threads() <= before
    with sandbox:
        assert sandbox.address


def test_an_end_while_all_kinds_of_clients_hang_on(http_client, bearer, before):
    """A held reply, a silent connection, an idle one and an open stream don't delay the end."""
    with contextlib.ExitStack() as clients:
        thread = clients.enter_context(ThreadPoolExecutor(1))
        with Sandbox(token_delay_seconds=3600) as sandbox:
            held = thread.submit(http_client(sandbox).ask)
            where = urlsplit(sandbox.token_url)
            silent = clients.enter_context(
                socket.create_connection((where.hostname, where.port), timeout=60)
            )
            credentials = grpc.ssl_channel_credentials(sandbox.ca_certificate_path.read_bytes())
            channel = clients.enter_context(grpc.secure_channel(sandbox.address, credentials))
            stream = gateway_pb2_grpc.GatewayStub(channel).StreamActivatedJobs(
                gateway_pb2.StreamActivatedJobsRequest(type="t", timeout=1),
                metadata=bearer(sandbox.issue_token()),
            )
            stream.initial_metadata()
            assert sandbox.wait_for_token_requests(1, timeout_seconds=60)
        assert wait([held], timeout=60).done == {held}
        with pytest.raises(grpc.RpcError):
            next(stream)
        with contextlib.suppress(ConnectionError):
            assert silent.recv(1) == b""

    assert sandbox_threads() <= before


def test_only_loopback_hears(sandbox):
    """Nothing of the sandbox listens on an address that other machines reach."""
    assert sandbox.address.startswith("127.0.0.1:")
    assert urlsplit(sandbox.token_url).hostname == "127.0.0.1"


def test_files_are_private(sandbox, tmp_path):
    """Only the owner can read directory, token cache and Console file; no key is on disk."""
    directory = sandbox.ca_certificate_path.parent
    # Windows has no such bits: there the user's own temporary directory keeps others out.
    others = 0 if os.name == "nt" else 0o077

    assert directory.stat().st_mode & others == 0
    assert (directory / "tokens").stat().st_mode & others == 0
    assert not list(directory.glob("*.key"))
    assert sandbox.console_file(tmp_path / "console.env").stat().st_mode & others == 0


def test_a_plain_token_endpoint(http_client):
    """Where plain http was asked for, the token URL says so and works."""
    with Sandbox(token_endpoint_tls=False) as sandbox:
        assert sandbox.token_url.startswith("http://127.0.0.1:")
        assert http_client(sandbox).ask().status == 200


def test_a_client_that_distrusts_the_certificate(sandbox, capfd, http_client):
    """After a failed handshake the sandbox goes on and prints nothing."""
    where = urlsplit(sandbox.token_url)
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while connection.recv(1024):
                pass

    assert http_client(sandbox).ask().status == 200
    assert capfd.readouterr().err == ""


def test_the_certificate_s_key_is_not_shown():
    """A certificate's repr has no key in it."""
    assert "PRIVATE" not in repr(certificates.issue_server_certificate())


def test_names_that_are_not_there():
    """The package has the names it lists, and any other is an AttributeError."""
    assert {getattr(zeebe_grpc.sandbox, name).__name__ for name in zeebe_grpc.sandbox.__all__} == {
        "CallRefused",
        "RemoteSandbox",
        "Sandbox",
        "attach",
    }
    with pytest.raises(AttributeError, match="Sandcastle"):
        _ = zeebe_grpc.sandbox.Sandcastle
