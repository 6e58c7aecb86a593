"""What a store promises to a single caller: the token that was saved, whole, under its key."""

from __future__ import annotations

import time

from zeebe_auth.protocols import TokenStore
from zeebe_auth.secret import Secret
from zeebe_auth.testing.conformance import ConformanceError, expect
from zeebe_auth.testing.specimens import ODD_TEXTS, describe, fresh_key, numbered_token
from zeebe_auth.token import AccessToken
from zeebe_auth.token_key import TokenKey

_FIELDS = ("value", "token_type", "issued_at", "expires_at", "scope")


def misses_what_was_never_saved(store: TokenStore) -> None:
    """Under a key that nothing was saved under, there is nothing, and deleting it is no error."""
    key = fresh_key()
    expect(store.load(key) is None, "load gave a token under a key that none was saved under.")
    store.delete(key)
    store.delete(key, numbered_token(1))
    expect(store.load(key) is None, "load gave a token after one that never was got deleted.")


def keeps_every_field(store: TokenStore) -> None:
    """Each field of a token comes back as it was."""
    soon = float(int(time.time())) + 3600.25
    for token in (
        AccessToken(Secret("plain"), "Bearer", soon - 3600.5, soon, scope="read write"),
        AccessToken(Secret("without-scope"), "Bearer", soon - 7.125, soon),
        AccessToken(Secret("without-expiry"), "Bearer", 12.5),
        AccessToken(Secret("dXNlcjpwYXNz"), "Basic"),
        AccessToken(Secret("bound"), "DPoP", soon - 1, soon),
    ):
        _expect_kept(store, fresh_key(), token, "")


def keeps_keys_apart(store: TokenStore) -> None:
    """Each key has its token, however alike two keys look."""
    digest = fresh_key().digest
    other = "0" if digest[-1] != "0" else "1"
    first = "0" if digest[0] != "0" else "1"
    keys = [
        TokenKey(digest, "same label"),
        TokenKey(digest[:-1] + other, "same label"),
        TokenKey(first + digest[1:], "same label"),
        TokenKey(digest[::-1], "same label"),
        TokenKey(digest, "same label").derived("other purpose"),
        *(fresh_key("same label") for _ in range(20)),
    ]
    for number, key in enumerate(keys):
        store.save(key, numbered_token(number))
    for number, key in enumerate(keys):
        loaded = store.load(key)
        expect(loaded is not None, "It lost the token of a key when it saved that of another.")
        expect(loaded == numbered_token(number), "load gave the token of another key.")
    store.delete(keys[0])
    expect(store.load(keys[0]) is None, "delete left the token where it was.")
    for number, key in enumerate(keys[1:], 1):
        expect(
            store.load(key) == numbered_token(number),
            "delete of one key's token took that of another key.",
        )


def goes_by_the_digest(store: TokenStore) -> None:
    """A key with the same digest and another label is the same key."""
    key = fresh_key("before")
    store.save(key, numbered_token(1))
    again = TokenKey(key.digest, "after")
    expect(
        store.load(again) == numbered_token(1),
        "It did not find a token by its key's digest, since the label had changed.",
    )


def accepts_any_text_in_labels(store: TokenStore) -> None:
    """A label may be any text; it says whose token it is to people alone."""
    for text in ODD_TEXTS:
        label = describe(text)
        key = fresh_key(text)
        token = numbered_token(7)
        try:
            store.save(key, token)
            loaded = store.load(key)
        except Exception as error:
            raise ConformanceError(
                f"It raised {type(error).__name__} for a key with the label {label}."
            ) from error
        expect(loaded is not None, f"It lost the token of a key with the label {label}.")
        expect(loaded == token, f"It changed the token of a key with the label {label}.")
        store.delete(key, token)
        expect(store.load(key) is None, f"It did not delete the token with the label {label}.")


def accepts_any_text_in_tokens(store: TokenStore) -> None:
    """A value may be any visible ASCII up to 100 KB, a scope any text."""
    visible = "".join(map(chr, range(0x21, 0x7F)))
    for value in (visible, '"}', "\\n%s{}", "';--", "../x", "=" * 20, "null", "0", "y" * 100_000):
        token = AccessToken(Secret(value), "Bearer", 1.0, scope="s")
        _expect_kept(store, fresh_key(), token, f" of a token whose text is {describe(value)}")
    for scope in ODD_TEXTS:
        token = AccessToken(Secret("value"), "Bearer", 1.0, scope=scope)
        _expect_kept(store, fresh_key(), token, f" of a token whose scope is {describe(scope)}")


def deletes_what_it_kept(store: TokenStore) -> None:
    """A deleted token is gone; a new one can be saved; the last one saved counts."""
    key = fresh_key()
    store.save(key, numbered_token(1))
    store.save(key, numbered_token(2))
    expect(store.load(key) == numbered_token(2), "A second save did not replace the first token.")
    store.delete(key)
    expect(store.load(key) is None, "delete left the token where it was.")
    store.delete(key)
    store.save(key, numbered_token(3))
    expect(store.load(key) == numbered_token(3), "A token saved after a delete was not kept.")


def deletes_only_the_given_token(store: TokenStore) -> None:
    """``delete(key, token)`` deletes only if the stored token is that one."""
    key = fresh_key()
    old, new = numbered_token(1), numbered_token(2)
    store.save(key, old)
    store.save(key, new)
    store.delete(key, old)
    expect(
        store.load(key) == new,
        "delete(key, token) ignored which token it was given: it deleted a newer one.",
    )
    store.delete(key, new)
    expect(store.load(key) is None, "delete(key, token) left the token that it was given.")


def keeps_no_outlived_token(store: TokenStore) -> None:
    """A token that has expired may be dropped, but never brings an older one back."""
    now = time.time()
    key = fresh_key()
    valid = AccessToken(Secret("valid"), "Bearer", now - 60, now + 3600)
    expired = AccessToken(Secret("expired"), "Bearer", now - 3600, now - 60)
    store.save(key, valid)
    expect(store.load(key) == valid, "It lost a token that is valid for another hour.")
    store.save(key, expired)
    loaded = store.load(key)
    expect(
        loaded is None or loaded == expired,
        "It ignored the save of a token that has expired, and gave the one from before.",
    )
    store.save(key, valid)
    expect(store.load(key) == valid, "It kept an expired token instead of the one saved after it.")


def _expect_kept(store: TokenStore, key: TokenKey, token: AccessToken, whose: str) -> None:
    store.save(key, token)
    loaded = store.load(key)
    expect(loaded is not None, f"It lost the token{whose.replace(' of a token', '')}.")
    expect(isinstance(loaded, AccessToken), f"load gave a {type(loaded).__name__}, no AccessToken.")
    for name in _FIELDS:
        saved, found = getattr(token, name), getattr(loaded, name)
        expect(
            saved == found,
            f"It dropped or changed {name}{whose}: saved "
            f"{describe(str(saved))}, loaded {describe(str(found))}.",
        )
