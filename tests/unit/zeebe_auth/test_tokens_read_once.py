"""A token's key is computed from what was sent for it, whatever happens to the file meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from zeebe_auth import (
    ActorToken,
    AssertionFile,
    CredentialsUnavailable,
    InvalidClientError,
    OAuthCredentialsProvider,
    Secret,
    SubjectToken,
    TokenEndpointUnreachable,
    TokenKey,
)

ANN, BOB = "t0ken.of-ann", "t0ken.of-bob"


@pytest.fixture
def file(tmp_path) -> Path:
    file = tmp_path / "user.jwt"
    file.write_text(ANN)
    return file


@pytest.fixture
def exchanging(source, file):
    """A source whose client exchanges the token in the file."""
    source.credentials = replace(source.credentials, subject_token=SubjectToken(file))
    return source


def sent(drivers, number: int = -1) -> str:
    return drivers.endpoint.requests[number].subject_token.reveal()


def key_with(source, text: str) -> TokenKey:
    return TokenKey.of(replace(source.credentials, subject_token=SubjectToken(Secret(text))))


def test_another_directory_with_the_same_store_gets_its_own_token(
    drivers, source, store, tmp_path, monkeypatch
):
    """The same relative path is another person's file there."""
    for person in ("ann", "bob"):
        (tmp_path / person).mkdir()
        (tmp_path / person / "user.jwt").write_text(f"t0ken.of-{person}")
        monkeypatch.chdir(tmp_path / person)
        subject = SubjectToken(Path("user.jwt"))
        mine = replace(source.credentials, subject_token=subject)
        drivers.ask(OAuthCredentialsProvider(mine, store=store))
    assert [sent(drivers, each) for each in (0, 1)] == [ANN, BOB]
    assert len(store.tokens) == 2


@pytest.mark.parametrize("name", ["subject_token", "actor_token", "authentication"])
def test_a_file_rewritten_for_somebody_else_gets_no_stored_token(
    drivers, source, store, file, name
):
    """This holds for the subject's, the actor's and the client's file."""
    part = {"subject_token": SubjectToken, "actor_token": ActorToken}.get(name, AssertionFile)(file)
    beside = {"subject_token": SubjectToken(Secret("x"))} if name == "actor_token" else {}
    source.credentials = replace(source.credentials, **beside, **{name: part})
    for text in (ANN, BOB, ANN):
        file.write_text(text)
        drivers.ask(OAuthCredentialsProvider(source, store=store))
    revealed = [getattr(request, name).reveal() for request in drivers.endpoint.requests]
    assert revealed == [ANN, BOB]


def test_what_was_read_for_the_key_is_what_is_sent(drivers, exchanging, store, file):
    """If a file is rewritten in between, nobody gets another one's token."""
    store.on_lock = lambda _key: file.write_text(BOB)
    token = drivers.ask(OAuthCredentialsProvider(exchanging, store=store))
    assert sent(drivers) == ANN
    assert store.tokens == {key_with(exchanging, ANN): token}


def test_an_assertion_read_for_the_key_is_what_is_sent(drivers, source, store, file):
    """After the swap it authenticates another client."""
    source.credentials = replace(source.credentials, authentication=AssertionFile(file))
    store.on_lock = lambda _key: file.write_text(BOB)
    drivers.ask(OAuthCredentialsProvider(source, store=store))
    assert drivers.endpoint.requests[0].authentication.reveal() == ANN


def test_every_attempt_of_a_flight_sends_the_same(drivers, exchanging, store, file):
    """The key was computed from it before the first attempt."""

    def fail() -> None:
        file.write_text(BOB)
        raise TokenEndpointUnreachable("down")

    drivers.endpoint.answers.append(fail)
    drivers.ask(OAuthCredentialsProvider(exchanging, store=store))
    assert [sent(drivers, each) for each in (0, 1)] == [ANN, ANN]
    assert list(store.tokens) == [key_with(exchanging, ANN)]


def test_a_file_corrected_after_a_refusal_is_tried_at_once(drivers, exchanging, store, file):
    """The next flight reads it again, and stores its token under what it read."""

    def refuse() -> None:
        file.write_text(BOB)
        raise InvalidClientError("no")

    drivers.endpoint.answers.append(refuse)
    drivers.ask(OAuthCredentialsProvider(exchanging, store=store))
    assert [sent(drivers, each) for each in (0, 1)] == [ANN, BOB]
    assert list(store.tokens) == [key_with(exchanging, BOB)]


def test_what_was_read_to_see_whether_it_changed_is_what_is_tried(drivers, exchanging, store, file):
    """After a refusal the source is read once, not twice to compare and to send."""
    drivers.endpoint.answers.append(lambda: _raise(InvalidClientError("no"), then=change))
    loads: list[int] = []

    def change() -> None:
        exchanging.change_secret("corrected")
        loads.append(exchanging.loads)

    drivers.ask(OAuthCredentialsProvider(exchanging, store=store))
    assert len(drivers.endpoint.requests) == 2
    assert exchanging.loads == loads[0] + 1


def _raise(error: Exception, *, then: Callable[[], None]) -> None:
    then()
    raise error


def test_a_function_is_called_once_for_each_flight(drivers, source, store):
    """It is not called for each attempt, nor while the store has a token of the subject's."""
    calls: list[str] = []

    def give() -> Secret:
        calls.append(f"t0ken-{len(calls)}")
        return Secret(calls[-1])

    source.credentials = replace(
        source.credentials, subject_token=SubjectToken(give, subject="ann")
    )
    drivers.endpoint.answers.append(TokenEndpointUnreachable("down"))
    drivers.ask(OAuthCredentialsProvider(source, store=store))
    assert [sent(drivers, each) for each in (0, 1)] == ["t0ken-0", "t0ken-0"]
    drivers.ask(OAuthCredentialsProvider(source, store=store))
    OAuthCredentialsProvider(source, store=store).explain()
    assert calls == ["t0ken-0"]
    drivers.ask(OAuthCredentialsProvider(source))
    assert sent(drivers) == "t0ken-1"


def test_a_subject_that_is_vouched_for_takes_the_place_of_the_hash(drivers, source, store, file):
    """Its token is found again when the file was renewed, and even when it is deleted."""
    source.credentials = replace(source.credentials, subject_token=SubjectToken(file, subject="a"))
    first = drivers.ask(OAuthCredentialsProvider(source, store=store))
    file.unlink()
    assert drivers.ask(OAuthCredentialsProvider(source, store=store)) == first


def test_a_renewed_file_is_read_while_its_source_is_locked(drivers, exchanging, store, file):
    """The credentials read before are used, with the file's current token."""
    provider = OAuthCredentialsProvider(exchanging, store=store)
    drivers.ask(provider)
    file.write_text(BOB)
    exchanging.error = CredentialsUnavailable("locked")
    drivers.advance(500)
    assert sent(drivers) == BOB
    assert key_with(exchanging, BOB) in store.tokens


def test_a_report_is_about_what_is_in_the_file_now(drivers, exchanging, store, file):
    """The stored token of the file's previous content is not shown as the current one's."""
    drivers.ask(OAuthCredentialsProvider(exchanging, store=store))
    assert OAuthCredentialsProvider(exchanging, store=store).explain().token_expires_at
    file.write_text(BOB)
    report = OAuthCredentialsProvider(exchanging, store=store).explain()
    assert report.token_expires_at is None
    file.unlink()
    report = OAuthCredentialsProvider(exchanging, store=store).explain()
    assert "subject token" in report.problem


def test_a_refusal_of_one_token_does_not_hold_up_another(drivers, exchanging, store, file):
    """It still applies while the same token is in the file."""
    drivers.endpoint.answers += [InvalidClientError("no")]
    for _ in range(2):
        with pytest.raises(InvalidClientError):
            drivers.ask(OAuthCredentialsProvider(exchanging, store=store))
    assert len(drivers.endpoint.requests) == 1
    file.write_text(BOB)
    assert drivers.ask(OAuthCredentialsProvider(exchanging, store=store))
