"""Each new token is pushed into a client that can't ask for one."""

from __future__ import annotations

import gc
import logging
import threading
import time
from functools import partial
from types import SimpleNamespace

import pytest
from waiting import wait_until

import zeebe_auth
from zeebe_auth import AccessToken, TokenTimeout, adapters, follow


class Tokens:
    """A provider whose token the test changes."""

    def __init__(self) -> None:
        self.value = "t1"
        self.error: Exception | None = None
        self.asked = 0

    def get_token(self) -> AccessToken:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return AccessToken(self.value, issued_at=time.time(), expires_at=time.time() + 20)


class Client:
    """A client that is given its key."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.errors = 0

    def set_key(self, key: str) -> None:
        if self.errors:
            self.errors -= 1
            raise OSError("s3cr3t")
        self.keys.append(key)


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    """Look twenty times a second."""
    monkeypatch.setattr("zeebe_auth.adapters.follow._LOOK_SECONDS", (0.01, 0.05))


def test_the_token_now_and_each_new_one():
    """The same one isn't pushed twice."""
    tokens, client = Tokens(), Client()
    with follow(tokens, client.set_key) as following:
        following.wait(60)
        assert client.keys == ["t1"]
        asked = tokens.asked
        wait_until(lambda: tokens.asked > asked + 3)
        assert client.keys == ["t1"]
        tokens.value = "t2"
        wait_until(lambda: client.keys == ["t1", "t2"])


def test_an_attribute_is_set_in_one_line():
    """As temporalio's clients have it."""
    client = SimpleNamespace(api_key="")
    with follow(Tokens(), partial(setattr, client, "api_key")) as following:
        following.wait(60)
        assert client.api_key == "t1"


def test_the_setter_is_called_on_another_thread():
    """Whoever calls `follow` isn't held up by a setter that blocks."""
    threads, goes_on = [], threading.Event()

    def setter(_key: str) -> None:
        threads.append(threading.current_thread())
        assert goes_on.wait(60)

    with follow(Tokens(), setter) as following:
        wait_until(lambda: threads)
        assert threads[0] is not threading.current_thread()
        goes_on.set()
        following.wait(60)


def test_errors_of_the_setter_are_survived_and_told_once(caplog):
    """It is called again with the same token until it takes it."""
    client = Client()
    client.errors = 3
    with caplog.at_level(logging.WARNING, "zeebe_auth"), follow(Tokens(), client.set_key) as it:
        it.wait(60)
    assert client.keys == ["t1"]
    (record,) = caplog.records
    failed = "The setter that tokens are pushed into failed (OSError)."
    assert record.getMessage() == f"{failed} It is tried again; this is logged once."


def test_errors_of_the_provider_are_survived(caplog):
    """There is a token later."""
    tokens, client = Tokens(), Client()
    tokens.error = ValueError("s3cr3t")
    with caplog.at_level(logging.WARNING, "zeebe_auth"), follow(tokens, client.set_key) as it:
        wait_until(lambda: tokens.asked > 2)
        with pytest.raises(TokenTimeout, match="No token has been pushed yet"):
            it.wait(0)
        tokens.error = None
        it.wait(60)
    assert client.keys == ["t1"]
    assert "s3cr3t" not in caplog.text
    assert "ValueError" in caplog.text


def test_nothing_is_pushed_after_close():
    """A call that is under way ends first."""
    tokens, client = Tokens(), Client()
    following = follow(tokens, client.set_key)
    following.wait(60)
    following.close()
    tokens.value = "t2"
    asked = tokens.asked
    threading.Event().wait(0.2)
    assert client.keys == ["t1"]
    assert tokens.asked <= asked + 1
    assert "closed" in repr(following)


def test_a_waiter_is_let_go_by_close():
    """Nobody waits for a token that will never be pushed."""
    tokens = Tokens()
    tokens.error = ValueError()
    following = follow(tokens, len)
    threading.Timer(0.05, following.close).start()
    with pytest.raises(TokenTimeout):
        following.wait(60)


def test_the_owner_of_a_bound_method_is_held_weakly():
    """When the client is gone the following ends."""
    client = Client()
    following = follow(Tokens(), client.set_key)
    following.wait(60)
    del client
    gc.collect()
    wait_until(lambda: "closed" in repr(following))


def test_it_holds_the_provider_in_use(drivers, source):
    """A refresh of our own provider happens although nobody else asks."""
    provider = zeebe_auth.OAuthCredentialsProvider(source)
    drivers.ask(provider)
    client = Client()
    with follow(provider, client.set_key) as following:
        following.wait(60)
        assert provider._keeper.slot.handed_out


@pytest.mark.parametrize(
    ("provider", "setter", "says"),
    [
        (zeebe_auth.AnonymousCredentialsProvider(), print, "never has a token"),
        ("t0ken", print, "credentials provider"),
        (Tokens(), "api_key", "setter of follow"),
        (Tokens(), None, "setter of follow"),
    ],
)
def test_wrong_arguments(provider, setter, says):
    """They are refused at once."""
    with pytest.raises(TypeError, match=says):
        follow(provider, setter)


def test_an_async_setter_is_refused():
    """Nobody would await it."""

    async def setter(_key: str) -> None:
        raise NotImplementedError

    with pytest.raises(TypeError, match="isn't async"):
        follow(Tokens(), setter)


def test_it_is_public():
    """From the facade."""
    assert zeebe_auth.Following.__module__ == "zeebe_auth"
    assert adapters is not None
