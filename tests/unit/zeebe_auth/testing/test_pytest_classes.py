"""The conformance checks as pytest classes."""

from __future__ import annotations

import pytest

from zeebe_auth import MemoryStore
from zeebe_auth.testing import TokenStoreConformance
from zeebe_auth.testing.stores import LOCK_CHECK_NAMES, REFUSAL_CHECK_NAMES


class MisspeltStore:
    """Its author believes that it has a lock, and refusals."""

    def __init__(self) -> None:
        tokens = MemoryStore()
        self.load, self.save, self.delete = tokens.load, tokens.save, tokens.delete

    def lokc(self, key, timeout_seconds):
        raise NotImplementedError

    def load_refusals(self, key):
        raise NotImplementedError


class Checks(TokenStoreConformance):
    __test__ = False
    shared_between_processes = False

    def make_store(self) -> MisspeltStore:
        return MisspeltStore()


class HonestChecks(Checks):
    has_lock = keeps_refusals = False


@pytest.mark.parametrize("name", sorted(LOCK_CHECK_NAMES | REFUSAL_CHECK_NAMES))
def test_a_misspelt_method_is_not_passed_over(name: str) -> None:
    """The class promises a lock, so a store without one fails; a class that doesn't, skips."""
    promise = "has_lock" if name in LOCK_CHECK_NAMES else "keeps_refusals"
    with pytest.raises(pytest.fail.Exception, match=f"set {promise} = False"):
        Checks().test_store(name)
    with pytest.raises(pytest.skip.Exception):
        HonestChecks().test_store(name)


def test_what_the_store_has_is_checked_all_the_same() -> None:
    """Without a lock, too."""
    Checks().test_store("misses_what_was_never_saved")
