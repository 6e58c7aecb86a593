"""A fork that Python's hooks don't see is noticed before anything is waited for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from unmeasured import unmeasured

PROGRAM = """
import ctypes, os, sys, threading, time
from zeebe_auth import *

class Source:
    def load(self):
        return ClientCredentials(
            client_id="c", authentication=ClientSecret(Secret("s")), token_url="https://h.example/t"
        )

class Endpoint:
    number = 0
    gate = threading.Event()
    entered = threading.Event()
    def request_token(self, credentials, *, time_limit_seconds):
        self.entered.set()
        assert self.gate.wait(60)
        Endpoint.number += 1
        value, now = f"token-{os.getpid()}-{Endpoint.number}", time.time()
        return AccessToken(Secret(value), issued_at=now, expires_at=now + 1000)

    def close(self):
        pass

import zeebe_auth.provider.oauth as oauth
oauth.TokenEndpoint = lambda *_, **__: Endpoint()
state, kind = sys.argv[1:]
store = {"none": lambda: None, "memory": MemoryStore, "file": lambda: FileStore("tokens")}[kind]()
provider = OAuthCredentialsProvider(Source(), store=store)
if state != "a request under way":
    Endpoint.gate.set()
    provider.get_token(timeout=60)
else:
    threading.Thread(target=provider.get_token, daemon=True).start()
    assert Endpoint.entered.wait(60)
if state == "a lock that is held":
    held, release = threading.Event(), threading.Event()
    runtime = provider._runtime
    def hold():
        with provider._keeper._lock, runtime.workers._condition, runtime.flights._lock:
            held.set()
            release.wait(60)
    threading.Thread(target=hold, daemon=True).start()
    assert held.wait(60)

def standing():
    return {
        ident: (frame, frame.f_lasti)
        for ident, frame in sys._current_frames().items()
        if ident != threading.get_ident()
    }

# A thread that waits for the interpreter's own lock at this moment would leave it broken in the
# child (Python makes it anew in its own forks alone).
same, before = 0, None
while same < 5:
    time.sleep(0.02)
    now = standing()
    same = same + 1 if now == before else 0
    before = now
del now, before
child = ctypes.PyDLL(None).fork()
Endpoint.gate.set()
if child == 0:
    told = []
    for one in (provider, OAuthCredentialsProvider(Source(), store=store)):
        try:
            value = one.fetch_token(timeout=60).value.reveal()
            told.append(value.split("-")[1] == str(os.getpid()))
            told.append(one.get_token(timeout=60) is one.current_token())
        except AuthError as error:
            told.append(repr(error))
    os.write(1, f"{told}".encode())
    os._exit(0)
os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("kind", ["none", "memory", "file"])
@pytest.mark.parametrize("state", ["idle threads", "a request under way", "a lock that is held"])
def test_a_child_has_tokens_of_its_own(tmp_path, state, kind):
    """The parent's threads don't exist in it, whatever they were doing; also at once."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, state, kind],
        env=unmeasured(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (run.stdout, run.stderr) == ("[True, True, True, True]", "")
