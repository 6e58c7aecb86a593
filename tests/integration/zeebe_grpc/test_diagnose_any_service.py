"""The last step of a diagnosis with a service that is no Zeebe gateway."""

from __future__ import annotations

import asyncio
import json

import grpc
import pytest
from generic_service import GenericService

import zeebe_grpc
import zeebe_grpc.aio
from zeebe_auth import Profile, Secret
from zeebe_auth.token import AccessToken
from zeebe_grpc.cli.main import main

METHOD = "/test.Generic/UnaryUnary"
HEALTH = {"serving": b"\x08\x01", "starting": b"", "stopping": b"\x08\x02"}


def with_health(answer: bytes):
    """Serve grpc.health.v1 with an answer as the wire has it."""

    def add(server: grpc.Server) -> None:
        method = grpc.unary_unary_rpc_method_handler(lambda _request, _context: answer)
        handlers = {"Check": method}
        generic = grpc.method_handlers_generic_handler("grpc.health.v1.Health", handlers)
        server.add_generic_rpc_handlers((generic,))

    return add


@pytest.fixture
def serve():
    services = []

    def make(end=lambda _metadata: None, *more):
        services.append(GenericService(end, *more).__enter__())
        return services[-1]

    yield make
    for service in services:
        service.__exit__()


def last_step(service, **arguments):
    settings = {"address": f"http://{service.target}"}
    profile = Profile(None, settings, "a test", token=AccessToken(Secret("t0ken")))
    blocking = zeebe_grpc.diagnose(profile, timeout=30, **arguments)
    other = asyncio.run(zeebe_grpc.aio.diagnose(profile, timeout=30, **arguments))
    assert blocking.steps[-1] == other.steps[-1]
    step = blocking.steps[-1]
    assert step.name == "rpc"
    assert "t0ken" not in f"{step}"
    return step


@pytest.mark.parametrize(("answer", "says"), [("serving", "SERVING"), ("starting", "UNKNOWN")])
def test_a_health_check(serve, answer, says):
    """Its answer is told."""
    step = last_step(serve(lambda _metadata: None, with_health(HEALTH[answer])))
    assert step.status == "ok"
    assert f"health check (grpc.health.v1) says {says}." in step.detail


def test_a_health_check_that_is_not_well(serve):
    """It fails, since calls would."""
    step = last_step(serve(lambda _metadata: None, with_health(HEALTH["stopping"])))
    assert (step.status, step.kind) == ("failed", "other")
    assert "says NOT_SERVING" in step.detail


def test_without_a_health_check(serve):
    """It spoke gRPC; the advice is how to find out more."""
    step = last_step(serve())
    assert step.status == "ok"
    assert "It speaks gRPC and let you in." in step.detail
    assert "--method" in step.advice


@pytest.mark.parametrize("kind", ["UnaryUnary", "UnaryStream", "StreamUnary", "StreamStream"])
def test_a_method_of_any_kind(serve, kind):
    """It is called with the token and an empty request."""
    service = serve()
    step = last_step(service, method=f"test.Generic/{kind}")
    assert step.status == "ok"
    assert step.detail == f"/test.Generic/{kind} answered an empty request with 6 bytes."
    assert {each["authorization"] for each in service.received} == {"Bearer t0ken"}


@pytest.mark.parametrize("code", ["INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION"])
def test_a_complaint_about_the_request(serve, code):
    """Whoever complains about the request has let the caller in."""
    service = serve(lambda _metadata: (grpc.StatusCode[code], "name is missing"))
    step = last_step(service, method=METHOD)
    assert step.status == "ok"
    assert f"{METHOD} answered {code} to an empty request: name is missing. It let" in step.detail


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("UNAUTHENTICATED", "refused", "It refused the credentials. Check that they are for this"),
        ("PERMISSION_DENIED", "other", "It knows who asks and does not allow this"),
        ("UNIMPLEMENTED", "configuration", f"The service has no method {METHOD}"),
        ("INTERNAL", "other", "The service ended the call with INTERNAL: no"),
    ],
)
def test_a_method_that_fails(serve, code, kind, says):
    """The step says what the status means, and of a service, not of a gateway."""
    step = last_step(serve(lambda _metadata: (grpc.StatusCode[code], "no")), method=METHOD)
    assert (step.status, step.kind) == ("failed", kind)
    assert says in step.detail
    assert "gateway" not in step.detail


@pytest.mark.parametrize("method", ["Topology", "/a b/C", "hello.Greeter/", "/", ""])
def test_what_is_no_method(method, capsys):
    """It is refused before anything is looked for."""
    with pytest.raises(ValueError, match=r"is no gRPC method\. Write its service and its name"):
        zeebe_grpc.diagnose(method=method)
    with pytest.raises(ValueError, match="is no gRPC method"):
        asyncio.run(zeebe_grpc.aio.diagnose(method=method))
    assert main(["doctor", "--method", method]) == 2
    assert "is no gRPC method" in capsys.readouterr().err
    with pytest.raises(TypeError, match="A method is a str, not int"):
        zeebe_grpc.diagnose(method=5)


def test_the_command_line(zeebe_sandbox, serve, monkeypatch, capsys, tmp_path):
    """The service is found by names of its own, and none of Camunda's is in what is shown."""
    service = serve()
    config = tmp_path / "config.toml"
    config.write_text('[profiles.billing]\nsource = { use = "environment", prefix = "BILLING" }\n')
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    monkeypatch.setenv("BILLING_ADDRESS", f"http://{service.target}")
    monkeypatch.setenv("BILLING_CLIENT_ID", zeebe_sandbox.client_id)
    monkeypatch.setenv("BILLING_CLIENT_SECRET", zeebe_sandbox.client_secret)
    monkeypatch.setenv("BILLING_TOKEN_URL", zeebe_sandbox.token_url)
    monkeypatch.setenv("BILLING_AUDIENCE", zeebe_sandbox.audience)
    monkeypatch.setenv("BILLING_TOKEN_CA_CERTIFICATE", str(zeebe_sandbox.ca_certificate_path))
    code = main(["doctor", "-p", "billing", "--method", METHOD, "-o", "json"])
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert code == 0, [each for each in steps if each["status"] == "failed"]
    assert steps[-1]["detail"] == f"{METHOD} answered an empty request with 6 bytes."
    assert "CAMUNDA_" not in json.dumps(steps)
    assert "26500" not in json.dumps(steps)
