from __future__ import annotations

import pickle

import pytest

from zeebe_auth import (
    ChainSource,
    ConfigurationError,
    CredentialsUnavailable,
    EnvFileSource,
    EnvSource,
    KeyringSource,
)

WHOLE = EnvSource(
    {"ZEEBE_CLIENT_ID": "id", "ZEEBE_CLIENT_SECRET": "s3cr3t", "CAMUNDA_CLUSTER_ID": "c"}
)
PARTIAL = EnvSource({"ZEEBE_CLIENT_ID": "id"})
EMPTY = EnvSource({})


class Broken:
    def load(self):
        raise ValueError("s3cr3t")


def test_first_that_has_something():
    """Sources with nothing are skipped, and later ones aren't called."""
    assert ChainSource(EMPTY, WHOLE, Broken()).load().client_id == "id"


def test_unusable_source_stops_the_chain():
    """A mistake in one source is not hidden by the next."""
    with pytest.raises(ConfigurationError, match="No client secret"):
        ChainSource(EMPTY, PARTIAL, WHOLE).load()


def test_nothing_anywhere(tmp_path):
    """When no source has anything the error says what each would need."""
    with pytest.raises(CredentialsUnavailable, match=r"CAMUNDA_CLIENT_ID.*no env file.*login"):
        ChainSource(EMPTY, EnvFileSource(tmp_path / "none"), KeyringSource()).load()
    with pytest.raises(CredentialsUnavailable, match="empty"):
        ChainSource().load()


def test_explains_up_to_the_first():
    """The explanation ends with the source that decided, a foreign one among them."""
    outcomes = [f.outcome for f in ChainSource(EMPTY, WHOLE, PARTIAL).explain()]
    assert outcomes == ["passed over", "chosen"]
    (finding,) = ChainSource(Broken()).explain()
    assert (finding.subject, finding.outcome) == ("Broken", "unusable")
    assert "s3cr3t" not in finding.reason
    nested = ChainSource(ChainSource(EMPTY), PARTIAL).explain()
    assert [f.outcome for f in nested] == ["passed over", "unusable"]


def test_is_its_sources():
    """A chain pickles, compares and prints as its sources in order."""
    chain = ChainSource(EnvSource(), KeyringSource("prod"))
    assert pickle.loads(pickle.dumps(chain)) == chain
    assert chain == ChainSource(EnvSource(), KeyringSource("prod"))
    assert chain != ChainSource(KeyringSource("prod"), EnvSource())
    assert repr(chain) == "ChainSource(EnvSource(), KeyringSource(profile='prod'))"
