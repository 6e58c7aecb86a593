"""Tokens that live for seconds, and are replaced before they end."""

from __future__ import annotations

import time

from sandbox_credentials import provider_for

from zeebe_grpc.sandbox import Sandbox

LIFETIME_SECONDS = 3
LOOP_SECONDS = 8.0


def test_a_token_that_is_in_use_is_refreshed_before_it_ends(zeebe_sandbox: Sandbox) -> None:
    """A caller that asks again and again, over several lifetimes, never gets an expired token or an
    error, and there is about one token request in a lifetime."""
    zeebe_sandbox.token_lifetime_seconds = LIFETIME_SECONDS
    tokens = set()
    with provider_for(zeebe_sandbox) as provider:
        end = time.monotonic() + LOOP_SECONDS
        while time.monotonic() < end:
            before = time.time()
            token = provider.get_token()
            assert token.expires_at is not None
            assert before < token.expires_at
            tokens.add(token)
            time.sleep(0.02)
    assert 2 <= len(tokens) <= zeebe_sandbox.token_requests <= 10
