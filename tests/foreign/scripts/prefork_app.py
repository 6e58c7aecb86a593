"""A WSGI application as many are written: imported, it makes its provider and gets a token.

A server imports it in its master and then forks its workers. Each path asks for a token in its own
way; the reply is a JSON object with the worker's process id and what came of it.
"""

import json
import os
import sys
import threading
from pathlib import Path

import grpc

import zeebe_auth
import zeebe_grpc

# A hundred times what a quiet machine needs.
SECONDS = 20.0

provider = zeebe_auth.default_provider()
first = provider.get_token()
master = os.getpid()


def settle():
    """Wait until every other thread waits for something: it is where it was, five times.

    uWSGI releases the interpreter's lock before it forks. If another thread takes it or waits for
    it in that moment, it is broken in the worker, which then hangs in its first request (gdb showed
    3 of 112 workers in pthread_cond_signal, called by drop_gil): only Python's own hooks mend that.
    """
    pause, before, same = threading.Event(), None, 0
    while same < 5:
        here = {
            ident: (frame.f_code, frame.f_lasti)
            for ident, frame in sys._current_frames().items()
            if ident != threading.get_ident()
        }
        same = same + 1 if here == before else 0
        before = here
        pause.wait(0.05)


settle()


def kept():
    """The token in memory, or one that replaces it."""
    return provider.get_token(timeout=SECONDS).token_type


def fetched():
    """A token asked from the endpoint now."""
    return provider.fetch_token(timeout=SECONDS).token_type


def replaced():
    """The token of the master is used until it is replaced, as it is within its lifetime."""
    pause = threading.Event()
    while (token := provider.get_token(timeout=SECONDS)) == first:
        pause.wait(0.02)
    return token.token_type


def of_another_provider():
    """A token of a provider that this request makes."""
    with zeebe_auth.default_provider() as another:
        return another.fetch_token(timeout=SECONDS).token_type


def topology():
    """A call on a channel that this request makes."""
    with zeebe_grpc.connect() as channel:
        stub = zeebe_grpc.GatewayStub(channel)
        return len(stub.Topology(zeebe_grpc.TopologyRequest(), timeout=SECONDS).brokers)


def topology_with_plain_grpc():
    """A call on grpcio's own channel with our credentials, whose plugin asks on gRPC's threads."""
    settings = zeebe_auth.load_profile().settings
    authority = Path(settings["ca_certificate"]).read_bytes()
    credentials = zeebe_grpc.channel_credentials(provider, root_certificates=authority)
    with grpc.secure_channel(settings["address"], credentials) as channel:
        stub = zeebe_grpc.GatewayStub(channel)
        return len(stub.Topology(zeebe_grpc.TopologyRequest(), timeout=SECONDS).brokers)


WAYS = {
    way.__name__: way
    for way in (kept, fetched, replaced, of_another_provider, topology, topology_with_plain_grpc)
}


def application(environ, start_response):
    way = WAYS[environ["PATH_INFO"].strip("/")]
    try:
        answer = way()
    except Exception as error:  # the test is told
        answer = f"{type(error).__name__}: {error}"
    start_response("200 OK", [("Content-Type", "application/json")])
    reply = {"worker": os.getpid(), "is forked": os.getpid() != master, "answer": answer}
    return [json.dumps(reply).encode()]
