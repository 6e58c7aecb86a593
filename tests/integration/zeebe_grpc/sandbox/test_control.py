"""The switches from another process: over the loopback endpoint that the environment names."""

import pytest

from zeebe_grpc.sandbox import RemoteSandbox, Sandbox, attach


@pytest.fixture
def remote(sandbox):
    return attach(sandbox.environment)


def test_every_switch(remote, sandbox):
    """A switch that is set on one side is read on both."""
    remote.token_lifetime_seconds = 5
    remote.token_delay_seconds = 0.25
    remote.gateway_refuses_tokens = True

    assert (sandbox.token_lifetime_seconds, remote.token_lifetime_seconds) == (5, 5)
    assert (sandbox.token_delay_seconds, remote.token_delay_seconds) == (0.25, 0.25)
    assert (sandbox.gateway_refuses_tokens, remote.gateway_refuses_tokens) == (True, True)

    remote.reset()

    assert sandbox.token_lifetime_seconds == 86400


def test_every_action(remote, sandbox, ask):
    """Refusals, clients, jobs and revocation work from another process as they do in this one."""
    token = sandbox.issue_token()
    remote.refuse_token_requests(1, 429, retry_after="3")
    remote.add_client("extra", "secret")
    remote.revoke_tokens()

    assert ask().headers["Retry-After"] == "3"
    assert ask(client_id="extra", client_secret="secret").status == 200
    assert sandbox._running.tokens.read(token).is_revoked()
    assert remote.add_job("payment", {"sum": 1}) > 0


def test_the_counts(remote, ask, sandbox):
    """The counts are the same on both sides, and reading them is not counted."""
    ask()
    sandbox._counters.call_answered(sandbox._counters.call_received(), "Topology", "OK")

    assert remote.token_requests == sandbox.token_requests == 1
    assert remote.token_replies == sandbox.token_replies
    assert remote.calls == sandbox.calls == {("Topology", "OK"): 1}


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("__exit__", {}),
        ("set", {"address": "x"}),
        ("set", {"token_lifetime_seconds": "long"}),
        ("refuse_token_requests", {"count": 1, "status": 200}),
        ("add_job", {"no_such": 1}),
    ],
)
def test_what_can_not_be_asked(remote, action, arguments):
    """Only switches and actions can be asked for, with arguments that make sense."""
    with pytest.raises(ValueError, match="sandbox refused"):
        remote._ask(action, **arguments)


@pytest.mark.parametrize("body", [b"{", b"[1]", b"[" * 100_000], ids=["{", "[1]", "deep"])
def test_a_body_that_is_no_object(sandbox, http_client, body):
    """A body that is no JSON object is answered with 400 and changes nothing."""
    path = sandbox.environment["ZEEBE_SANDBOX_CONTROL_URL"].removeprefix(sandbox.issuer)

    assert http_client(sandbox).send("POST", f"{path}/set", body).status == 400


def test_the_path_is_the_key(sandbox, http_client):
    """Without the path there is no control."""
    assert http_client(sandbox).send("GET", "/sandbox/guessed").status == 404


def test_outside_a_sandbox():
    """A process that isn't in a sandbox gets an error that says how to run in one."""
    with pytest.raises(LookupError, match="zeebe-grpc sandbox --"):
        attach({})


def test_over_plain_http():
    """Where the OAuth server speaks plain http, its control does too."""
    with Sandbox(token_endpoint_tls=False) as sandbox:
        assert attach(sandbox.environment).token_requests == 0


def test_the_path_is_not_shown(sandbox):
    """The control path is as secret as a password and is not in a repr."""
    remote = RemoteSandbox(sandbox.environment["ZEEBE_SANDBOX_CONTROL_URL"])

    assert repr(remote) == "RemoteSandbox(…)"
