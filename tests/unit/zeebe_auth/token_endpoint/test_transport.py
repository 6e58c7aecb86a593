"""The value that describes how a token endpoint is reached."""

from __future__ import annotations

import ast
import copy
import dataclasses
import math
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from error_reports import everything_reachable

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint import TokenTransport


def test_it_is_a_value():
    """Equal settings are equal, hash alike and can be pickled."""
    one = TokenTransport(ca_certificate=Path("ca.pem"), proxy="http://proxy.example:3128")
    two = TokenTransport(ca_certificate=Path("ca.pem"), proxy="http://proxy.example:3128")
    assert one == two
    assert len({one, two, pickle.loads(pickle.dumps(one))}) == 1
    assert copy.deepcopy(one) is one


def test_the_proxys_password_is_not_shown():
    """A proxy URL may hold a password, so no repr shows it."""
    transport = TokenTransport(proxy="http://user:pass-word@proxy.example")
    assert "pass-word" not in repr(transport)
    assert copy.copy(transport) is transport


def test_the_proxy_is_a_secret():
    """A str is wrapped at once; asdict() gives the secret, pickle what has no password."""
    one = TokenTransport(proxy="http://user:pass-word@proxy.example")
    assert one.proxy == Secret("http://user:pass-word@proxy.example")
    assert one == TokenTransport(proxy=one.proxy) == dataclasses.replace(one)
    assert "pass-word" not in repr(dataclasses.asdict(one))
    plain = TokenTransport(proxy="http://proxy.example")
    assert pickle.loads(pickle.dumps(plain)).proxy == Secret("http://proxy.example")
    with pytest.raises(TypeError, match="a str or a Secret") as caught:
        TokenTransport(proxy=b"http://user:pass-word@proxy.example")
    assert "pass-word" not in everything_reachable(caught.value)


def test_the_proxys_password_does_not_travel():
    """A transport with a literal secret is not pickled."""
    transport = TokenTransport(proxy="http://user:pass-word@proxy.example")
    with pytest.raises(TypeError, match="HTTPS_PROXY") as caught:
        pickle.dumps(transport)
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("name", ["connect_timeout_seconds", "total_timeout_seconds"])
@pytest.mark.parametrize("seconds", [0, -1, math.inf, math.nan])
def test_times_are_positive(name, seconds):
    """An invalid time limit is refused where it is set."""
    with pytest.raises(ConfigurationError, match=name):
        TokenTransport(**{name: seconds})


def test_the_import_is_light():
    """Importing the package brings in no HTTP, TLS or OAuth library."""
    code = (
        "import sys; before = set(sys.modules); import zeebe_auth.token_endpoint; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    brought = set(ast.literal_eval(done.stdout))
    heavy = {
        "httpx2",
        "httpcore2",
        "authlib",
        "joserfc",
        "cryptography",
        "ssl",
        "socket",
        "asyncio",
    }
    assert "zeebe_auth" in brought
    assert not brought & heavy


@pytest.mark.parametrize("name", ["ca_certificate", "additional_ca_certificate"])
def test_a_ca_file_may_be_named_by_a_str(name):
    """A str becomes a path, which errors about the file need."""
    transport = TokenTransport(**{name: "ca.pem"})
    assert transport == TokenTransport(**{name: Path("ca.pem")})
    assert isinstance(getattr(transport, name), Path)
