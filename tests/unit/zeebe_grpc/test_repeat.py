"""The one decision whether a call is sent again."""

import grpc
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import AccessToken, Secret
from zeebe_grpc.call.repeat import Step, next_step, token_was_refused

tokens = st.sampled_from(["one", "two"]).map(lambda text: AccessToken(Secret(text)))
statuses = st.sampled_from([None, *grpc.StatusCode])
situations = st.fixed_dictionaries(
    {
        "messages_seen": st.integers(0, 2),
        "request_stream_read": st.booleans(),
        "repeated": st.booleans(),
    }
)
FRESH = {"messages_seen": 0, "request_stream_read": False, "repeated": False}
REFUSED = grpc.StatusCode.UNAUTHENTICATED


@given(statuses, st.none() | tokens, situations, st.none() | tokens)
def test_a_call_is_repeated_exactly_when_all_allow_it(status, sent, situation, another):
    """It takes a refused token of ours, nothing used up, no repeat before, and another token."""
    step = next_step(status, sent, **situation, another=another)
    open_for_another = status is REFUSED and sent is not None and situation == FRESH
    assert (step is Step.RENEW) == (open_for_another and another is None)
    different = another is not None and sent is not None and another.value != sent.value
    assert (step is Step.REPEAT) == (open_for_another and different)


@given(statuses, tokens, situations, tokens)
def test_another_token_is_asked_for_before_it_is_used(status, sent, situation, another):
    """REPEAT follows only where RENEW did: nobody repeats without having asked."""
    if next_step(status, sent, **situation, another=another) is Step.REPEAT:
        assert next_step(status, sent, **situation) is Step.RENEW


@given(statuses, tokens)
def test_only_unauthenticated_refuses_a_token(status, token):
    """Every other status, PERMISSION_DENIED above all, says nothing against the token."""
    assert token_was_refused(status, token) == (status is REFUSED)


@given(statuses)
def test_the_callers_own_authorization_is_never_blamed(status):
    """A call without a token of ours is never repeated and invalidates nothing."""
    assert not token_was_refused(status, None)
    assert next_step(status, None) is Step.RAISE


def test_the_same_token_as_another_object_is_no_other_token():
    """Tokens are compared as they are sent, the type in front of them included."""
    sent = AccessToken(Secret("one"))
    assert next_step(REFUSED, sent, another=AccessToken(Secret("one"), issued_at=5)) is Step.RAISE
    assert next_step(REFUSED, sent, another=AccessToken(Secret("one"), "DPoP")) is Step.REPEAT
