"""What the programs beside this one share: a provider for the sandbox they run in."""

from __future__ import annotations

import json
import os
import sys
import threading

from zeebe_auth import (
    AuthError,
    CredentialSource,
    EnvSource,
    EventHook,
    FileStore,
    OAuthCredentialsProvider,
    RefreshPolicy,
    TokenTransport,
)


def provider(
    store: str,
    policy: RefreshPolicy | None = None,
    *,
    source: CredentialSource | None = None,
    on_event: EventHook | None = None,
) -> OAuthCredentialsProvider:
    """A cold provider; ``store`` is ``file`` or ``memory``."""
    return OAuthCredentialsProvider(
        source or EnvSource(),
        store=file_store() if store == "file" else None,
        policy=policy,
        transport=transport(),
        on_event=on_event,
    )


def file_store() -> FileStore:
    """The one that all programs of a test share."""
    return FileStore(os.environ["CAMUNDA_TOKEN_CACHE_DIR"])


def transport() -> TokenTransport:
    """One that trusts the sandbox, and waits for as long as a test holds its answer back."""
    return TokenTransport(
        ca_certificate=os.environ["CAMUNDA_CA_CERTIFICATE_PATH"], total_timeout_seconds=60
    )


def answer_of(asked: OAuthCredentialsProvider) -> str:
    """A token's value, or the name of the error that came instead."""
    try:
        return asked.get_token(timeout=60).value.reveal()
    except AuthError as error:
        return type(error).__name__


def say(what: object) -> None:
    """Print one line of JSON for the test, written at once, also from several processes."""
    os.write(sys.stdout.fileno(), f"{json.dumps(what)}\n".encode())


def wait_for_go() -> bool:
    """Wait until the test writes a line; False if there will be none."""
    return bool(sys.stdin.readline())


def settle() -> None:
    """Wait until every other thread waits for something: it is where it was, five times.

    A child that is forked in C while another thread wants the interpreter's lock may find that
    lock broken: only Python's own hooks mend it. What is tested here are locks of ours.
    """
    pause, before, same = threading.Event(), None, 0
    while same < 5:
        main, frames = threading.get_ident(), sys._current_frames()
        here = {
            ident: (frame.f_code, frame.f_lasti) for ident, frame in frames.items() if ident != main
        }
        same = same + 1 if here == before else 0
        before = here
        pause.wait(0.05)
