"""A real endpoint whose tokens have expired when they arrive."""

from __future__ import annotations

import pytest

from zeebe_auth import OAuthCredentialsProvider, ShortLivedTokenError


def test_a_hundred_calls_make_one_request(serve, credentials_for, wire):
    """The first call gets the token, the others an error that says what is wrong."""
    document = wire.token | {"expires_in": 1e-9}
    server = serve(
        answer=lambda _request: wire.json(document=document, Date="Mon, 01 Jan 2001 00:00:00 GMT")
    )
    with OAuthCredentialsProvider(credentials_for(f"{server.url}/token")) as provider:
        assert provider.get_token().value.reveal() == "s3cret-t0ken"
        for _ in range(100):
            with pytest.raises(ShortLivedTokenError) as failure:
                provider.get_token()
        assert "s ahead of the server's" in failure.value.message
        assert failure.value.clock_ahead_seconds < 0
        assert provider.explain().cooldown_reason == failure.value.message
    assert len(server.received) == 1
