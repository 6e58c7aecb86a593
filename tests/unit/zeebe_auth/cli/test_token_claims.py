"""`zeebe-auth token --claims`: the content of a JWT, without the token."""

from __future__ import annotations

import base64
import json

import pytest

from zeebe_auth import AccessToken, FileStore, Secret, TokenKey
from zeebe_auth.cli.main import main


def jwt(claims: object, header: object = None) -> str:
    parts = [header or {"alg": "RS256", "kid": "key-1"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    return ".".join([*(each.decode() for each in encoded), "c2lnbmF0dXJl"])


@pytest.fixture
def stored(kept, tmp_path):
    """Put a token into the store."""

    def store(value: str) -> None:
        token = AccessToken(Secret(value), issued_at=1.0, expires_at=1e11)
        FileStore(tmp_path / "tokens").save(TokenKey.of(kept), token)

    return store


def test_header_and_claims_are_shown(stored, capsys) -> None:
    """Times are readable, and the output says that the signature wasn't verified."""
    stored(value := jwt({"iss": "https://issuer", "aud": ["a", "b"], "exp": 1e9}))
    assert main(["token", "--claims"]) == 0
    out = capsys.readouterr().out
    assert "signature was not checked" in out
    assert "key-1" in out
    assert "https://issuer" in out
    assert '["a", "b"]' in out
    assert "2001-09-09" in out
    assert "ago" in out
    assert value not in out
    assert "c2lnbmF0dXJl" not in out


def test_json_has_the_claims_as_they_are(stored, capsys) -> None:
    """Programs get the claims unchanged."""
    stored(jwt({"exp": 12, "scope": "a"}))
    assert main(["token", "--claims", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "version": 1,
        "signature_checked": False,
        "header": {"alg": "RS256", "kid": "key-1"},
        "claims": {"exp": 12, "scope": "a"},
    }


@pytest.mark.parametrize("value", ["opaque", "a.b.c", jwt(["list"])])
def test_an_opaque_token_is_told_as_such(stored, capsys, value) -> None:
    """The token is not shown instead."""
    stored(value)
    assert main(["token", "--claims"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "is no JWT" in err
    assert value not in err


@pytest.mark.parametrize("moment", [True, "soon", 1e300, -1e300, None])
def test_an_odd_time_is_shown_as_it_is(stored, capsys, moment) -> None:
    """A token may contain any value."""
    stored(jwt({"exp": moment, "a\x1b": "\x1b[31m"}))
    assert main(["token", "--claims"]) == 0
    assert "\x1b" not in capsys.readouterr().out
