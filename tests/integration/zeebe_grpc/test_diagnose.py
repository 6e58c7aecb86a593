"""A program gets what ``zeebe-grpc doctor`` shows to people."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import socket
import threading
import time

import grpc
import pytest

import zeebe_grpc
from zeebe_auth import StaticCredentialsProvider, load_profile


@pytest.fixture(autouse=True)
def _environment(
    zeebe_sandbox_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "memory")


@pytest.fixture(params=["blocking", "asyncio"])
def diagnose(request):
    """Both functions, called alike."""
    if request.param == "blocking":
        return zeebe_grpc.diagnose
    return lambda *given, **named: asyncio.run(zeebe_grpc.aio.diagnose(*given, **named))


def statuses(diagnosis: zeebe_grpc.Diagnosis) -> dict[str, str]:
    return {step.name: step.status for step in diagnosis.steps}


def test_all_is_well(sandbox, diagnose):
    """Every step works, with a new token."""
    diagnosis = diagnose()
    assert diagnosis.ok
    assert diagnosis.failure is None
    assert set(statuses(diagnosis).values()) == {"ok"}
    assert sandbox.token_requests == 1


def test_it_is_json(sandbox, diagnose):
    """A program can pass the result on as JSON."""
    diagnosis = diagnose()
    document = json.loads(json.dumps(diagnosis.to_dict()))
    assert document["version"] == 1
    assert document["ok"] is True
    assert [step["name"] for step in document["steps"]] == list(statuses(diagnosis))
    assert "rpc: ok. Topology answered" in str(diagnosis)


@pytest.mark.parametrize(
    ("variable", "value", "step", "kind"),
    [
        ("CAMUNDA_CLIENT_SECRET", "wrong", "token", "refused"),
        ("ZEEBE_ADDRESS", "https://localhost:1", "tcp", "unreachable"),
        ("CAMUNDA_CA_CERTIFICATE_PATH", "/nowhere", "address", "configuration"),
        ("ZEEBE_AUTH_PROFILE", "nope", "configuration", "configuration"),
    ],
)
def test_what_fails_is_told_and_not_raised(
    sandbox, diagnose, monkeypatch, variable, value, step, kind
):
    """The result has the first step that failed, with its kind, and no secret."""
    same = os.environ.get(variable)
    for name in list(os.environ):
        if name == variable or (same is not None and os.environ[name] == same):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv(variable, value)
    diagnosis = diagnose()
    assert not diagnosis.ok
    assert (diagnosis.failure.name, diagnosis.failure.kind) == (step, kind)
    assert sandbox.client_secret not in str(diagnosis)


def test_a_profile_is_a_name_or_loaded(sandbox, diagnose):
    """A profile is passed as to `connect`."""
    assert diagnose(load_profile()).ok
    with pytest.raises(TypeError, match="profile"):
        diagnose(StaticCredentialsProvider("token"))


@pytest.mark.parametrize(
    ("timeout", "error"), [(0, ValueError), ("1", TypeError), (True, TypeError)]
)
def test_a_timeout_is_a_number_of_seconds(diagnose, timeout, error):
    """Anything else is refused where it is passed."""
    with pytest.raises(error, match="timeout is a number of seconds"):
        diagnose(timeout=timeout)


def test_the_source_is_asked_once(sandbox, diagnose, monkeypatch, tmp_path):
    """A helper program may prompt for a password, so it runs once."""
    asked = tmp_path / "asked"
    config = tmp_path / "config.toml"
    config.write_text(
        "[profiles.x]\n"
        f'address = "{sandbox.address}"\n'
        f'ca_certificate = "{sandbox.ca_certificate_path}"\n'
        f'client_id = "{sandbox.client_id}"\n'
        f'token_url = "{sandbox.token_url}"\n'
        f'audience = "{sandbox.audience}"\n'
        f"client_secret = {{ command = ['sh', '-c', 'echo x >> {asked}; "
        f"printf %s {sandbox.client_secret}'] }}\n"
    )
    config.chmod(0o600)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    assert diagnose("x").ok
    assert asked.read_text() == "x\n"


def test_the_time_is_for_all_steps(sandbox, diagnose, monkeypatch):
    """A gateway and a token endpoint that never answer are both reported within it."""
    with (
        socket.create_server(("127.0.0.1", 0)) as gateway,
        socket.create_server(("127.0.0.1", 0)) as endpoint,
    ):
        for name in ("ZEEBE_ADDRESS", "CAMUNDA_GRPC_ADDRESS", "ZEEBE_GRPC_ADDRESS"):
            monkeypatch.setenv(name, f"https://localhost:{gateway.getsockname()[1]}")
        for name, value in sandbox.environment.items():
            if value == sandbox.token_url:
                monkeypatch.setenv(name, f"https://localhost:{endpoint.getsockname()[1]}/t")
        ended = threading.Event()
        began = time.monotonic()

        def ask() -> None:
            diagnosis.append(diagnose(timeout=2))
            ended.set()

        diagnosis: list[zeebe_grpc.Diagnosis] = []
        threading.Thread(target=ask, daemon=True).start()
        assert ended.wait(60), time.monotonic() - began
    assert statuses(diagnosis[0])["tls"] == "failed"
    assert statuses(diagnosis[0])["token"] == "failed"


@pytest.mark.parametrize("address", ["https://localhost:1", "https://gateway.invalid"])
@pytest.mark.parametrize("way", ["blocking", "future", "stream", "asyncio"])
def test_an_error_without_a_reason_names_it(sandbox, monkeypatch, way, address):
    """gRPC says only that there is no connection; its status and details stay."""
    for name, value in sandbox.environment.items():
        if sandbox.address in value:
            monkeypatch.setenv(name, address)
    with pytest.raises(grpc.RpcError) as caught:
        call(way)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert "diagnose" not in caught.value.details()
    (note,) = caught.value.__notes__
    assert "zeebe_grpc.diagnose()" in note


def call(way: str) -> object:
    request = zeebe_grpc.TopologyRequest()
    if way == "asyncio":
        return asyncio.run(call_in_asyncio())
    with zeebe_grpc.connect() as channel:
        stub = zeebe_grpc.GatewayStub(channel)
        if way == "blocking":
            return stub.Topology(request, timeout=30)
        if way == "future":
            return stub.Topology.future(request, timeout=30).result()
        return list(stub.ActivateJobs(zeebe_grpc.ActivateJobsRequest(type="x"), timeout=30))


async def call_in_asyncio() -> object:
    async with zeebe_grpc.aio.connect() as channel:
        return await zeebe_grpc.GatewayStub(channel).Topology(
            zeebe_grpc.TopologyRequest(), timeout=30
        )


def test_another_error_has_no_note(sandbox):
    """Such an error has a reason of its own."""
    with zeebe_grpc.connect() as channel:
        sandbox.gateway_refuses_tokens = True
        with pytest.raises(grpc.RpcError) as caught:
            zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest())
    assert not hasattr(caught.value, "__notes__")


class Broken:
    """A foreign source that breaks its promise, and counts how often it is called."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.asked = 0

    def load(self) -> None:
        self.asked += 1
        raise self.error


@pytest.mark.parametrize("error", [OSError("no vault"), SystemExit(3), ValueError("s3cr3t")])
def test_a_source_that_breaks_its_promise_is_a_finding(sandbox, diagnose, error):
    """Its error is not raised, the gateway is probed all the same, and the source is called
    once."""
    source = Broken(error)
    diagnosis = diagnose(dataclasses.replace(load_profile(), source=source))
    assert statuses(diagnosis)["http2"] == "ok"
    assert diagnosis.failure.name == "token"
    assert "s3cr3t" not in str(diagnosis)
    assert source.asked == 1


def test_a_source_that_hangs_takes_no_more_than_the_time(sandbox, diagnose):
    """The hanging call is abandoned."""
    ends = threading.Event()

    class Hanging:
        def load(self) -> None:
            ends.wait(60)

    diagnosis = diagnose(dataclasses.replace(load_profile(), source=Hanging()), timeout=1)
    ends.set()
    assert statuses(diagnosis)["http2"] == "ok"
    assert statuses(diagnosis)["token"] == "failed"
