"""The names of the profiles in the OS keychain, which can't be asked for a list of its entries."""

from __future__ import annotations

import json

from zeebe_auth.errors import StoreError
from zeebe_auth.keychain import access as keychain

# No profile has an empty name, so this is no profile's entry.
_SERVICE, _USERNAME = "zeebe-auth", "profile names"


def login_names() -> tuple[str, ...]:
    """The names that ``zeebe-auth login`` noted, sorted.

    Raises:
        StoreError: There is no keychain, or it is locked or doesn't answer.
    """
    text = keychain.read(_SERVICE, _USERNAME)
    try:
        names = json.loads(text or "[]")
    except ValueError:
        return ()
    if not isinstance(names, list):
        return ()
    return tuple(sorted({name for name in names if isinstance(name, str) and name}))


def add_login_name(name: str) -> None:
    """Note the name of a profile that was stored.

    A keychain that doesn't take it is no error: the profile itself is stored.

    Args:
        name: The profile's name.
    """
    _change(name, is_kept=True)


def remove_login_name(name: str) -> None:
    """Forget the name of a profile that was removed; no error, as for `add_login_name`."""
    _change(name, is_kept=False)


def _change(name: str, *, is_kept: bool) -> None:
    try:
        before = login_names()
        if (name in before) is is_kept:
            return
        names = sorted({*before, name} if is_kept else {*before} - {name})
        if names:
            keychain.write(_SERVICE, _USERNAME, json.dumps(names))
        else:
            keychain.delete(_SERVICE, _USERNAME)
    except StoreError:
        return
