"""A channel has to be checked before any of its refusals counts."""

from __future__ import annotations

import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_grpc.call.encryption_check import EncryptionCheck, UncheckedAccess

TOKEN = AccessToken(Secret("t"))


class Paced:
    def __init__(self):
        self.told = []

    def get_token(self):
        return TOKEN

    def invalidate(self, token, *, accepted=False):
        self.told.append((token, accepted))


@pytest.mark.parametrize("accepted", [False, True])
def test_a_refusal_counts_once_the_check_has_passed(accepted):
    """It then reports whether the channel had accepted the token before."""
    provider, check = Paced(), EncryptionCheck()
    access = UncheckedAccess(provider, check)
    access.invalidate(TOKEN, accepted=accepted)
    assert provider.told == []
    check.has_passed = True
    access.invalidate(TOKEN, accepted=accepted)
    assert provider.told == [(TOKEN, accepted)]
