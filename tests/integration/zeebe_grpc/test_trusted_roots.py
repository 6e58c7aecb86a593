"""Which authorities a channel trusts: gRPC gets what was checked, and no file blocks a caller."""

from __future__ import annotations

import asyncio
import os

import pytest

import zeebe_grpc
import zeebe_grpc.aio
from zeebe_auth import ConfigurationError, StaticCredentialsProvider
from zeebe_auth.files import bounded_read
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.probe import Probe
from zeebe_grpc.diagnosis.time_limit import TimeLimit
from zeebe_grpc.sandbox.certificates import issue_server_certificate

MARK = b"\xef\xbb\xbf"
BROKERS = 3
VARIABLE = "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"
only_posix = pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes")


@pytest.fixture(autouse=True)
def _no_roots_of_the_machine(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def target(sandbox) -> str:
    return sandbox.address.removeprefix("https://")


@pytest.fixture
def bundle(sandbox, tmp_path):
    """Two joined files with byte order marks; the gateway's authority is in the second."""
    other = issue_server_certificate().authority
    file = tmp_path / "bundle.pem"
    file.write_bytes(MARK + other + MARK + sandbox.ca_certificate_path.read_bytes())
    return file


@pytest.fixture
def profile(bundle, sandbox, monkeypatch):
    """The environment of the sandbox with that bundle in place of its CA file."""
    for name in [*os.environ]:
        if name.startswith(("CAMUNDA_", "ZEEBE_")):
            monkeypatch.delenv(name)
    for name, text in sandbox.environment.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("CAMUNDA_CA_CERTIFICATE_PATH", str(bundle))
    monkeypatch.delenv("ZEEBE_CA_CERTIFICATE_PATH", raising=False)
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "memory")


def topology(channel) -> int:
    stub = zeebe_grpc.GatewayStub(channel)
    return stub.Topology(zeebe_grpc.TopologyRequest(), timeout=30).clusterSize


@pytest.fixture
def provider(sandbox):
    return StaticCredentialsProvider(sandbox.issue_token(), origin="a test")


@pytest.mark.usefixtures("profile")
def test_the_gateways_bundle_may_have_marks():
    """gRPC doesn't see a certificate behind a mark, and would report the gateway as not
    available."""
    with zeebe_grpc.connect() as channel:
        assert topology(channel) == BROKERS

    async def call() -> int:
        async with zeebe_grpc.aio.connect() as channel:
            stub = zeebe_grpc.GatewayStub(channel)
            return (await stub.Topology(zeebe_grpc.TopologyRequest(), timeout=30)).clusterSize

    assert asyncio.run(call()) == BROKERS


def test_so_may_bytes_that_a_program_read(bundle, target, provider):
    """Bytes may have marks too, since a program reads a file as it is."""
    content = bundle.read_bytes()
    with zeebe_grpc.secure_channel(target, provider, root_certificates=content) as channel:
        assert topology(channel) == BROKERS


def test_so_may_the_file_of_grpcs_own_variable(bundle, target, provider, monkeypatch):
    """This holds for every channel without given roots, and for doctor's probe."""
    monkeypatch.setenv(VARIABLE, str(bundle))
    with zeebe_grpc.secure_channel(target, provider) as channel:
        assert topology(channel) == BROKERS
    settings = ConnectionSettings.from_texts({"address": target}, origin="a test")
    assert {step.status for step in Probe(settings, TimeLimit(60)).steps()} == {"ok"}


FILES = {
    "pipe": "is a pipe that was not written to",
    "device": "it is a device",
    "directory": "it is a directory",
    "empty": "is empty",
    "text": "holds no PEM certificate",
    "broken": "holds no PEM certificate that can be read",
}


@pytest.fixture
def file(request, tmp_path, monkeypatch):
    """The file that each name of `FILES` stands for."""
    monkeypatch.setattr(bounded_read, "_PIPE_SECONDS", 0.0)
    path = tmp_path / request.param
    if request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "device":
        return "/dev/zero"
    elif request.param == "directory":
        path.mkdir()
    else:
        content = {"empty": b"", "text": b"text"}.get(request.param)
        if content is None:
            content = b"-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n"
        path.write_bytes(content)
    return str(path)


@only_posix
@pytest.mark.parametrize(("file", "why"), FILES.items(), indirect=["file"], ids=list(FILES))
def test_a_file_that_cannot_be_trusted_is_named(file, why, target, provider, monkeypatch):
    """In the setting and in gRPC's own variable it is an error; neither waits, and neither reads
    without end."""
    texts = {"address": target, "ca_certificate": file}
    with pytest.raises(ConfigurationError, match=rf"setting ca_certificate from a test: .*{why}"):
        ConnectionSettings.from_texts(texts, origin="a test")
    monkeypatch.setenv(VARIABLE, file)
    with pytest.raises(ConfigurationError, match=rf"The {VARIABLE} file .*{why}"):
        zeebe_grpc.secure_channel(target, provider)
    settings = ConnectionSettings.from_texts({"address": target}, origin="a test")
    failed = [step for step in Probe(settings, TimeLimit(60)).steps() if step.status == "failed"]
    assert [(step.name, step.kind) for step in failed] == [("tls", "configuration")]
    assert f"The {VARIABLE} file {file}" in failed[0].detail


def test_a_missing_file_of_grpcs_variable_leaves_it_to_grpc(
    tmp_path, target, provider, monkeypatch
):
    """gRPC uses its built-in list, and doctor says so."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "missing"))
    zeebe_grpc.secure_channel(target, provider).close()
    settings = ConnectionSettings.from_texts({"address": target}, origin="a test")
    (failed,) = (step for step in Probe(settings, TimeLimit(60)).steps() if step.status == "failed")
    assert f"grpcio's own list (since {VARIABLE} names" in failed.detail
