r"""A PEM key in a variable or an env file, as all kinds of tools write it: also with ``\n``."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from zeebe_auth import (
    ConfigFileSource,
    EnvFileSource,
    EnvSource,
    PrivateKey,
    Secret,
    SecretsDirectorySource,
)

REST = {"ZEEBE_CLIENT_ID": "id", "CAMUNDA_OAUTH_URL": "https://login.example/token"}


@pytest.fixture(scope="module", params=["plain", "encrypted"])
def pem(request) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    if request.param == "plain":
        how = PrivateFormat.PKCS8, NoEncryption()
    else:  # with headers and a blank line below them (RFC 1421)
        how = PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"pass")
    return key.private_bytes(Encoding.PEM, *how).decode()


def is_the_key(found, pem: str) -> bool:
    password = b"pass" if "ENCRYPTED" in pem else None
    numbers = [
        load_pem_private_key(text.encode(), password).private_numbers()
        for text in (found.key.reveal(), pem)
    ]
    return numbers[0] == numbers[1]


WRITTEN = {
    "one line, two characters for a new line": lambda pem: pem.replace("\n", r"\n"),
    "the same without the last": lambda pem: pem.rstrip("\n").replace("\n", r"\n"),
    "of Windows": lambda pem: pem.replace("\n", r"\r\n"),
    "escaped twice": lambda pem: pem.replace("\n", r"\\n"),
    "several lines": lambda pem: pem,
    "several lines of Windows": lambda pem: pem.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_in_a_variable(pem, write, quote):
    """`docker run --env-file` and systemd pass quotes and escapes unchanged."""
    source = EnvSource({**REST, "ZEEBE_AUTH_PRIVATE_KEY": f"{quote}{write(pem)}{quote}"})
    assert is_the_key(source.load().authentication, pem)


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize(
    "quoted", [lambda text: f'"{text}"', lambda text: f"'{text}'", lambda text: f"$'{text}'"]
)
@pytest.mark.parametrize("export", ["", "export "])
def test_in_an_env_file(pem, tmp_path, write, quoted, export):
    """What Compose, dotenv and Node read in double quotes, and a shell in any, is read alike."""
    lines = [f"{name}={text}" for name, text in REST.items()]
    lines.insert(1, f"{export}ZEEBE_AUTH_PRIVATE_KEY={quoted(write(pem))} # the key")
    (tmp_path / "file").write_bytes("\n".join(lines).encode())
    assert is_the_key(EnvFileSource(tmp_path / "file").load().authentication, pem)


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_in_the_other_places(pem, tmp_path, monkeypatch, write):
    """Mounted files, a config file's literal and its references accept it, too."""
    (tmp_path / "client_id").write_text("id")
    (tmp_path / "token_url").write_text("https://login.example/token")
    (tmp_path / "private_key").write_text(write(pem))
    monkeypatch.setenv("MY_KEY", write(pem))
    assert is_the_key(SecretsDirectorySource(tmp_path).load().authentication, pem)
    for text in (json.dumps(write(pem)), '{ env = "MY_KEY" }', '{ file = "private_key" }'):
        config = tmp_path / "config.toml"
        config.write_text(
            '[profiles.p]\nclient_id = "id"\ntoken_url = "https://login.example/token"\n'
            f"private_key = {text}"
        )
        config.chmod(0o600)
        assert is_the_key(ConfigFileSource("p", config).load().authentication, pem)


def test_in_code(pem):
    """`PrivateKey(os.environ["KEY"])` is the same key, and a key without escapes stays as it is."""
    assert is_the_key(PrivateKey(pem.rstrip("\n").replace("\n", r"\n")), pem)
    secret = Secret(pem)
    assert PrivateKey(secret).key is secret
