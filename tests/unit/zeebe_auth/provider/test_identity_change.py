"""A source whose credentials change: what is known of one identity is not used for another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zeebe_auth import InvalidClientError, OAuthCredentialsProvider, TokenKey


def test_a_warm_token_of_another_identity_is_replaced_at_its_refresh(drivers, source, store):
    """From then on the token is the new identity's, under its own key."""
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.ask(provider)
    source.credentials = replace(source.credentials, client_id="client-2")
    drivers.advance(500)
    assert provider.get_token().value.reveal() == "token-2"
    assert drivers.endpoint.requests[-1].client_id == "client-2"
    assert len(store.tokens) == 2


def test_a_stored_token_of_the_new_identity_is_not_measured_by_the_old_one(drivers, source, store):
    """It may have been issued long before, and is valid."""
    changed = replace(source.credentials, client_id="client-2")
    theirs = drivers.endpoint.token("theirs")
    drivers.time.advance(100)
    provider = OAuthCredentialsProvider(source, store=store)
    drivers.ask(provider)
    source.credentials = changed
    store.tokens[TokenKey.of(changed)] = theirs
    drivers.advance(500)
    assert provider.get_token() == theirs
    assert len(drivers.endpoint.requests) == 1


def test_the_old_identitys_token_is_used_while_the_new_one_is_refused(drivers, source):
    """A wrong change in the source fails no call while there is a usable token."""
    provider = OAuthCredentialsProvider(source)
    first = drivers.ask(provider)
    source.credentials = replace(source.credentials, client_id="mistyped")
    drivers.endpoint.answers.append(InvalidClientError("no"))
    drivers.advance(500)
    assert provider.get_token() is first


@pytest.mark.parametrize("field", ["token_url", "audience"])
def test_a_corrected_address_is_noticed_as_a_corrected_secret_is(drivers, source, field):
    """The secret was right and the server was the wrong one."""
    provider = OAuthCredentialsProvider(source)
    drivers.endpoint.answers.append(InvalidClientError("no"))
    with pytest.raises(InvalidClientError):
        drivers.ask(provider)
    source.credentials = replace(source.credentials, **{field: "https://right.example/token"})
    drivers.advance(5)
    assert drivers.ask(provider)


def test_an_address_corrected_meanwhile_is_tried_at_once(drivers, source):
    """When a request is refused the source is read again, with all fields."""
    provider = OAuthCredentialsProvider(source)

    def refuse() -> None:
        source.credentials = replace(
            source.credentials, token_url="https://right.example/oauth/token"
        )
        raise InvalidClientError("no")

    drivers.endpoint.answers.append(refuse)
    assert drivers.ask(provider)
