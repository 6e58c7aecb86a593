"""The command line behind a real ingress: its messages and exit codes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from ingress.token_check import token_identifier

from zeebe_auth import default_provider

IN_FRONT = "An ingress or proxy in front of the gateway at"
REFUSED = {
    "html": (f"{IN_FRONT} ", "with HTTP 401 (UNAUTHENTICATED)"),
    "grpc": ("The gateway answered UNAUTHENTICATED: The ingress refused the token.",),
}
FORBIDDEN = {
    "html": (f"{IN_FRONT} ", "with HTTP 403 (PERMISSION_DENIED)", "ask whoever runs it for access"),
    "grpc": (
        "PERMISSION_DENIED: The ingress does not let this client in.",
        "ask whoever runs it for the permission",
    ),
}
NO_GATEWAY = {
    "html": (f"{IN_FRONT} ", "with HTTP 502 (UNAVAILABLE)", "try again later"),
    "grpc": (
        "is not available: UNAVAILABLE: The ingress gets no answer from the gateway.",
        "Try again later",
    ),
}
NO_CERTIFICATE = {
    "html": (f"{IN_FRONT} ", "with HTTP 400 (INTERNAL)", "client_certificate and client_key"),
    "grpc": ("PERMISSION_DENIED: The ingress wants a client certificate.",),
}

both_ways = pytest.mark.parametrize("way", ["html", "grpc"])


def fails(done, code, *says):
    """Check that it ends with ``code``, nothing on stdout, and a sentence on stderr."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("zeebe-grpc: ")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for words in says:
        assert words in done.stderr


def doctor_finds(done, code, step, *says):
    """Check that every step before ``step`` is ok, and that doctor ends with ``code``."""
    assert done.returncode == code, done.stderr
    steps = {each["name"]: each for each in json.loads(done.stdout)["steps"]}
    assert [name for name, each in steps.items() if each["status"] == "failed"] == [step]
    for words in says:
        assert words in steps[step]["detail"] + steps[step]["advice"]


@both_ways
def test_a_revoked_token(way, start_nginx, run, check, sandbox) -> None:
    """A stored token that the ingress refuses is replaced, and the command succeeds."""
    ingress = start_nginx(html=way == "html")
    first = run(ingress, "topology")
    check.revoke_seen_tokens()
    second = run(ingress, "topology")
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert second.stdout == first.stdout
    assert sandbox.token_requests == 2
    assert check.answers == {200: 2, 401: 1}


@both_ways
def test_a_token_that_is_refused_for_good(way, start_nginx, run, check) -> None:
    """Both the command and doctor report who refused it and what to check."""
    check.refuses_every_token = True
    ingress = start_nginx(html=way == "html")
    advice = "Check that they are for this gateway: of a token the audience"
    fails(run(ingress, "topology"), 3, *REFUSED[way], advice)
    assert check.answers == {401: 2}
    found = run(ingress, "doctor", "--output", "json")
    doctor_finds(found, 3, "rpc", *REFUSED[way], advice)


@both_ways
def test_403(way, start_nginx, run, check, sandbox) -> None:
    """Another token changes nothing, so none is requested, and the message says so."""
    check.forbids = True
    ingress = start_nginx(html=way == "html")
    fails(run(ingress, "topology"), 1, *FORBIDDEN[way], "another token changes nothing")
    assert sandbox.token_requests == 1
    assert check.answers == {403: 1}


@both_ways
def test_a_gateway_that_is_down(way, start_nginx, run, fault_proxy) -> None:
    """The ingress can be reached, so doctor's steps are ok until the call itself."""
    ingress = start_nginx(html=way == "html", gateway=fault_proxy.address)
    fails(run(ingress, "topology"), 4, *NO_GATEWAY[way])
    found = run(ingress, "doctor", "--output", "json")
    doctor_finds(found, 4, "rpc", *NO_GATEWAY[way])


@both_ways
def test_a_client_certificate_is_wanted(way, start_nginx, run, client_pair, tmp_path) -> None:
    """Without one the message names what to set; with it in the profile the command succeeds."""
    ingress = start_nginx(html=way == "html", client_certificate=True)
    fails(run(ingress, "topology"), 1, *NO_CERTIFICATE[way])
    found = run(ingress, "doctor", "--output", "json")
    doctor_finds(found, 1, "rpc", *NO_CERTIFICATE[way])
    profile(tmp_path, ingress, client_pair)
    done = run(ingress, "topology", "--profile", "mutual", ZEEBE_AUTH_CONFIG="config.toml")
    assert (done.returncode, done.stderr) == (0, "")


def profile(folder, ingress, client_pair):
    """A config file with a client certificate, whose identity is in the environment."""
    chain, key = client_pair
    folder.joinpath("client.pem").write_bytes(chain + key)
    config = folder / "config.toml"
    config.touch(mode=0o600)
    config.write_text(
        f"""
        [profiles.mutual]
        address = "{ingress.target}"
        ca_certificate = "{ingress.ca_file}"
        client_certificate = "client.pem"
        source = "environment"
        """
    )


def test_haproxy_and_a_revoked_token(start_haproxy, run, sandbox, monkeypatch) -> None:
    """A stored token that haproxy refuses is replaced too."""
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    with default_provider() as provider:
        stored = token_identifier(provider.get_token(), sandbox)
    done = run(start_haproxy(revoked=(stored,)), "topology")
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.token_requests == 2
    assert sandbox.calls == {("Topology", "OK"): 1}


def test_haproxy_and_403(start_haproxy, run) -> None:
    """A refusal by haproxy is reported like one by nginx."""
    ingress = start_haproxy(audience="another")
    fails(run(ingress, "topology"), 1, f"{IN_FRONT} {ingress.target}", "with HTTP 403")


def test_a_stream_that_the_ingress_ends(start_nginx, run) -> None:
    """A stream that was silent for too long is distinguished from one that the gateway ended."""
    request = json.dumps({"type": "work", "worker": "w", "timeout": 60_000})
    done = run(start_nginx(read_timeout="500ms"), "call", "StreamActivatedJobs", request)
    fails(done, 1, "was cut off on its way", "grpc_read_timeout of nginx")


def test_an_ingress_that_is_silent(run, fault_proxy, ca_file) -> None:
    """The step that got no answer reports it."""
    fault_proxy.take_in_silence()
    address = fault_proxy.address
    says = f"{address} does not finish a TLS handshake: no answer in time."
    with ThreadPoolExecutor(2) as pool:
        topology = pool.submit(run, address, "topology", "--timeout", "5", ca_file=ca_file)
        found = pool.submit(
            run, address, "doctor", "--timeout", "5", "--output", "json", ca_file=ca_file
        )
        fails(topology.result(), 4, says)
        doctor_finds(found.result(), 4, "tls", says)
