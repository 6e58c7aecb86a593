"""A channel that has to prove itself before any of its refusals counts."""

from __future__ import annotations

import pytest

from zeebe_auth import AccessToken, Secret
from zeebe_grpc.call.security_proof import SecurityProof, UnprovenAccess

TOKEN = AccessToken(Secret("t"))


class Paced:
    def __init__(self):
        self.told = []

    def get_token(self):
        return TOKEN

    def invalidate(self, token, *, accepted=False):
        self.told.append((token, accepted))


@pytest.mark.parametrize("accepted", [False, True])
def test_a_refusal_counts_once_the_proof_is_given(accepted):
    """And tells then what the channel had of the token before."""
    provider, proof = Paced(), SecurityProof()
    access = UnprovenAccess(provider, proof)
    access.invalidate(TOKEN, accepted=accepted)
    assert provider.told == []
    proof.given = True
    access.invalidate(TOKEN, accepted=accepted)
    assert provider.told == [(TOKEN, accepted)]
