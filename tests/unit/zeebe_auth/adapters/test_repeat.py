"""The one decision whether a request is sent again, and its steps through tokens and attempts."""

from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import AccessToken, CredentialsUnavailable, Secret, TokenTimeout
from zeebe_auth.adapters import AttemptEnded, Outcome, Step, attempts, next_step

tokens = st.sampled_from(["one", "two"]).map(lambda text: AccessToken(Secret(text)))
situations = st.fixed_dictionaries(
    {"refused": st.booleans(), "consumed": st.booleans(), "repeated": st.booleans()}
)
OPEN = {"refused": True, "consumed": False, "repeated": False}


@given(st.none() | tokens, situations, st.none() | tokens)
def test_a_request_is_repeated_exactly_when_all_allow_it(sent, situation, another):
    """It needs a refused token of ours, no message used up, no repeat before, and another token."""
    step = next_step(sent=sent, **situation, another=another)
    open_for_another = sent is not None and situation == OPEN
    assert (step is Step.ASK) == (open_for_another and another is None)
    different = another is not None and sent is not None and another.value != sent.value
    assert (step is Step.REPEAT) == (open_for_another and different)


@given(tokens, situations, tokens)
def test_another_token_is_asked_for_before_it_is_used(sent, situation, another):
    """REPEAT follows only where ASK did."""
    if next_step(sent=sent, **situation, another=another) is Step.REPEAT:
        assert next_step(sent=sent, **situation) is Step.ASK


@given(situations)
def test_the_callers_own_authorization_is_never_replaced(situation):
    """A request without a token of ours is never repeated."""
    assert next_step(sent=None, **situation) is Step.STOP


def test_the_same_token_as_another_object_is_no_other_token():
    """Tokens are compared as they are sent, the type in front of them included."""
    sent = AccessToken(Secret("one"))
    same, other = AccessToken(Secret("one"), issued_at=5), AccessToken(Secret("one"), "DPoP")
    assert next_step(refused=True, sent=sent, another=same) is Step.STOP
    assert next_step(refused=True, sent=sent, another=other) is Step.REPEAT


class Access:
    """Records which tokens were invalidated."""

    def __init__(self):
        self.invalidated = []
        self.accepted = []

    def invalidate(self, token, *, accepted=False):
        self.invalidated.append(token)
        self.accepted.append(accepted)


ONE, TWO = AccessToken(Secret("one")), AccessToken(Secret("two"))
REFUSED = AttemptEnded(refused=True)
ERROR = CredentialsUnavailable("Nothing is there.")
answers = st.sampled_from([ONE, TWO, AccessToken(Secret("one")), ERROR, TokenTimeout("Too slow.")])
ends = st.builds(AttemptEnded, refused=st.booleans(), consumed=st.booleans())


@given(st.none() | tokens, st.lists(answers, min_size=2), st.lists(ends, min_size=2))
def test_every_way_ends_after_at_most_two_attempts(first, given_answers, given_ends):
    """Each refused token is invalidated once, no token is sent twice, and the end is an outcome."""
    access, sent, refused = Access(), [], []
    steps = attempts(access, first)
    step = next(steps)
    while not isinstance(step, Outcome):
        if step is Step.ASK:
            step = steps.send(given_answers.pop(0))
            continue
        sent.append(step)
        end = given_ends.pop(0)
        refused += [step] * end.refused
        step = steps.send(end)
    assert len(sent) <= 2
    assert len({token.authorization for token in sent}) == len(sent)
    assert access.invalidated == refused
    assert next(steps, None) is None
    assert step.error is None or step.cause is None
    assert sent or step.error is not None


def test_a_refused_token_is_replaced():
    """After a refusal another token is requested, and the request is repeated with it."""
    access = Access()
    steps = attempts(access)
    assert next(steps) is Step.ASK
    assert steps.send(ONE) is ONE
    assert steps.send(REFUSED) is Step.ASK
    assert access.invalidated == [ONE]
    assert steps.send(TWO) is TWO
    assert steps.send(REFUSED) == Outcome()
    assert access.invalidated == [ONE, TWO]


def test_what_is_used_up_is_not_sent_again():
    """The token is invalidated all the same."""
    access = Access()
    steps = attempts(access, ONE)
    assert next(steps) is ONE
    assert steps.send(AttemptEnded(refused=True, consumed=True)) == Outcome()
    assert access.invalidated == [ONE]


def test_without_another_token_the_refusal_stands():
    """The reason why there is none becomes its cause; only a deadline that ran out replaces it."""
    for error, outcome in [
        (ERROR, Outcome(cause=ERROR)),
        (late := TokenTimeout("Too slow."), Outcome(error=late)),
    ]:
        steps = attempts(Access(), ONE)
        next(steps)
        assert steps.send(REFUSED) is Step.ASK
        assert steps.send(error) == outcome


def test_without_a_first_token_nothing_is_sent():
    """The provider's error ends the request, whatever kind of exception it is."""
    for error in (ERROR, StopIteration(), SystemExit()):
        steps = attempts(Access())
        next(steps)
        assert steps.send(error) == Outcome(error=error)
