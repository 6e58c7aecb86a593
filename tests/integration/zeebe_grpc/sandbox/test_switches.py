"""Each switch of the token endpoint, and what is counted meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from zeebe_grpc.sandbox.switches import PlannedRefusal, Switches


def test_lifetime(ask, sandbox):
    """The lifetime holds for tokens issued after it was set."""
    sandbox.token_lifetime_seconds = 7

    assert ask().json["expires_in"] == 7


def test_a_lifetime_in_the_past(ask, sandbox):
    """A negative lifetime is sent as it is: clients must handle it."""
    sandbox.token_lifetime_seconds = -5

    assert ask().json["expires_in"] == -5


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, "invalid_request"),
        (401, "invalid_client"),
        (403, "access_denied"),
        (429, "too_many_requests"),
        (500, "server_error"),
        (503, "temporarily_unavailable"),
    ],
)
def test_refusals(ask, sandbox, status, error):
    """As many requests as planned are refused with that status, and the next one isn't."""
    sandbox.refuse_token_requests(2, status)

    replies = [ask() for _ in range(3)]

    assert [reply.status for reply in replies] == [status, status, 200]
    assert replies[0].json == {"error": error}
    assert "Retry-After" not in replies[0].headers
    assert sandbox.token_replies == {(sandbox.client_id, status): 2, (sandbox.client_id, 200): 1}


def test_a_refusal_that_rate_limited(ask, sandbox):
    """Retry-After is sent as it was given."""
    sandbox.refuse_token_requests(1, 429, retry_after="17")

    assert ask().headers["Retry-After"] == "17"


def test_a_refusal_by_a_proxy(ask, sandbox):
    """The reply is a page instead of JSON, as a proxy in front of the OAuth server sends it."""
    sandbox.refuse_token_requests(1, 502, html=True)

    reply = ask()

    assert reply.headers["Content-Type"].startswith("text/html")
    assert reply.body.startswith(b"<!doctype html>")


def test_refusals_that_are_taken_back(ask, sandbox):
    """A count of 0 forgets what was planned."""
    sandbox.refuse_token_requests(5)
    sandbox.refuse_token_requests(0)

    assert ask().status == 200


@pytest.mark.parametrize(("count", "status"), [(-1, 503), (1, 200), (1, 600)])
def test_refusals_that_make_no_sense(sandbox, count, status):
    """A negative count and a status that is no error are refused."""
    with pytest.raises(ValueError, match="refusal"):
        sandbox.refuse_token_requests(count, status)


def test_a_delay_that_is_lowered_frees_held_replies(ask, sandbox):
    """A reply is held while the delay lasts, and sent at once when it is removed."""
    sandbox.token_delay_seconds = 3600
    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(ask)
        assert sandbox.wait_for_token_requests(1, timeout_seconds=60)
        assert sandbox.token_requests == 1
        assert not sandbox.token_replies
        sandbox.token_delay_seconds = 0

        assert held.result(timeout=60).status == 200
    assert sandbox.token_replies.total() == 1


def test_waiting_for_requests_has_an_end(sandbox):
    """Without a request the wait returns False when its time is over."""
    assert not sandbox.wait_for_token_requests(1, timeout_seconds=0)


def test_requests_without_a_client_are_counted(sandbox, http_client):
    """A request without a client id is counted under an empty one."""
    http_client(sandbox).send("POST", "/oauth/token", b"?", {"Content-Type": "text/plain"})

    assert sandbox.token_replies == {("", 400): 1}
    assert "1 x 400 to (no client id)" in sandbox.report()


def test_reset(ask, sandbox):
    """A reset takes back every switch, client, count and cached token."""
    sandbox.token_lifetime_seconds = 1
    sandbox.gateway_refuses_tokens = True
    sandbox.refuse_token_requests(9)
    sandbox.add_client("extra", "secret")
    cached = Path(sandbox.environment["CAMUNDA_TOKEN_CACHE_DIR"], "token")
    kept_in_one_file = Path(sandbox.variables()["ZEEBE_CLIENT_CONFIG_PATH"])
    cached.touch()
    kept_in_one_file.touch()
    ask()

    sandbox.reset()

    assert sandbox.token_requests == 0
    assert not sandbox.gateway_refuses_tokens
    assert ask(client_id="extra", client_secret="secret").status == 401
    assert ask().json["expires_in"] == 86400
    assert not cached.exists()
    assert not kept_in_one_file.exists()


def test_switches_end_for_those_who_wait():
    """A sandbox that ends releases every waiting request."""
    switches = Switches(token_delay_seconds=3600)
    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(switches.wait_token_delay)
        switches.end()
        held.result(timeout=60)
    switches.refuse(1, PlannedRefusal(503))
    assert switches.next_refusal() == PlannedRefusal(503)
    assert switches.next_refusal() is None


def test_what_is_under_way_at_a_reset_is_not_counted(ask, sandbox):
    """A reply that was held back before a reset isn't counted after it."""
    sandbox.token_delay_seconds = 3600
    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(ask)
        assert sandbox.wait_for_token_requests(1, timeout_seconds=60)
        sandbox.reset()
        assert held.result(timeout=60).status == 200

    assert sandbox.token_requests == 0
    assert not sandbox.token_replies
