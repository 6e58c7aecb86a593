"""While the interpreter ends, a provider returns a token or raises a typed error at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

# No token is at hand, and the token endpoint is not there: in an atexit function up to Python 3.11
# and from 3.13 on it is asked, on a thread; in one of 3.12, and in a finalizer, no thread starts.
PROGRAM = """
import asyncio, atexit, gc, sys
import grpc
import zeebe_auth, zeebe_grpc
import zeebe_grpc.aio
from zeebe_auth.adapters import TokenAccess

WHERE, KIND = sys.argv[1:]
oauth = zeebe_auth.OAuthCredentialsProvider(
    zeebe_auth.ClientCredentials(
        client_id="c", client_secret="s", token_url="http://127.0.0.1:1/token"
    )
)

class Plain:
    def get_token(self):
        raise zeebe_auth.TokenEndpointUnreachable("a provider's own")

provider = oauth if KIND == "oauth" else Plain()
stub = zeebe_grpc.GatewayStub(
    zeebe_grpc.insecure_channel("127.0.0.1:1", provider, allow_plaintext=True)
)

def told(name, ask, request, write=sys.stdout.write, flush=sys.stdout.flush):
    try:
        ask(request)
        write(f"{name} worked\\n")
    except BaseException as error:
        cause, code = error, "-"
        if callable(getattr(error, "code", None)):
            cause, code = error.__cause__, error.code().name
        write(f"{name} {code} {type(cause).__name__} {cause.retryable}\\n")
    flush()

ASKS = {
    "wait": lambda _, access=TokenAccess.of(provider): access.wait(30),
    "call": stub.Topology,
    "limited call": lambda request: stub.Topology(request, timeout=30),
    "future": lambda request: stub.Topology.future(request).result(),
    "stream": lambda request: list(stub.ActivateJobs(request)),
}
if KIND == "oauth":
    ASKS["get_token"] = lambda _: oauth.get_token()
    ASKS["fetch_token"] = lambda _: oauth.fetch_token()
REQUESTS = {name: zeebe_grpc.TopologyRequest() for name in ASKS}
REQUESTS["stream"] = zeebe_grpc.ActivateJobsRequest()

def ask_all(asks=ASKS, requests=REQUESTS, told=told):
    for name, ask in asks.items():
        told(name, ask, requests[name])

class AtTheEnd:
    def __del__(self, ask_all=ask_all):
        ask_all()

if WHERE == "atexit":
    atexit.register(ask_all)
else:
    kept = AtTheEnd()
"""


@pytest.mark.parametrize("kind", ["oauth", "plain"])
@pytest.mark.parametrize("where", ["atexit", "finalizer"])
def test_a_provider_that_is_asked_at_the_end_says_so(where: str, kind: str) -> None:
    """Each way to ask raises a typed error that blames no credentials, alike on all versions."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, where, kind],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    own = ["wait", "get_token", "fetch_token"] if kind == "oauth" else ["wait"]
    assert sorted(ended.stdout.splitlines()) == sorted(
        f"{name} {'-' if name in own else 'UNAVAILABLE'} TokenEndpointUnreachable True"
        for name in [*own, "call", "limited call", "future", "stream"]
    )


REFUSED = """
import atexit, dataclasses, sys
import zeebe_auth, zeebe_grpc

profile = zeebe_auth.load_profile()
provider = zeebe_auth.default_provider(profile)
channel = zeebe_grpc.secure_channel(
    sys.argv[1], provider, root_certificates=open(sys.argv[2], "rb").read()
)
stub = zeebe_grpc.GatewayStub(channel)

def call():
    try:
        stub.Topology(zeebe_grpc.TopologyRequest(), timeout=30)
        print("worked")
    except Exception as error:
        cause = error.__cause__
        print(type(cause).__name__, cause)

call()
slot = provider._keeper.slot
slot.token = dataclasses.replace(slot.token, value=zeebe_auth.Secret("revoked"))
atexit.register(call)
"""


def test_a_token_that_is_refused_at_the_end_is_replaced(zeebe_sandbox, monkeypatch) -> None:
    """A thread that has fetched one before is still there; the look-up of the name needs none."""
    for name, value in zeebe_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "memory")
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            REFUSED,
            zeebe_sandbox.address.partition("://")[2] or zeebe_sandbox.address,
            str(zeebe_sandbox.ca_certificate_path),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.stdout.splitlines() == ["worked", "worked"], ended.stderr
