"""A store table of the config file builds the store it names, and invalid values are refused."""

from __future__ import annotations

import pytest

from zeebe_auth.errors import ConfigurationError
from zeebe_auth.stores import FileStore, KeychainEncryption, KeyringStore, configured


def test_each_name_builds_its_store(tmp_path):
    """Without other keys each gives the store with its defaults."""
    assert configured.file() == FileStore()
    assert configured.keyring() == KeyringStore()
    assert repr(configured.memory()) == "MemoryStore(max_tokens=1024)"


def test_each_key_of_the_table_arrives(tmp_path, monkeypatch):
    """Directory, encryption, service and number reach the store."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    assert configured.file(directory="~/tokens") == FileStore(tmp_path / "tokens")
    assert configured.file(encrypted=True) == FileStore(encryption=KeychainEncryption())
    assert configured.keyring(service="mine") == KeyringStore("mine")
    assert repr(configured.memory(max_tokens=5)) == "MemoryStore(max_tokens=5)"


@pytest.mark.parametrize(
    ("build", "keywords", "sentence"),
    [
        (configured.file, {"directory": 7}, "directory = … }} is of type int. Make it a string"),
        (configured.file, {"directory": ""}, "empty string"),
        (
            configured.file,
            {"encrypted": "yes"},
            "encrypted = … }} is of type str. Make it true or false",
        ),
        (
            configured.memory,
            {"max_tokens": True},
            "max_tokens = … }} is of type bool. Make it a whole",
        ),
        (configured.memory, {"max_tokens": 0}, "max_tokens from 1"),
        (
            configured.keyring,
            {"service": None},
            "service = … }} is of type NoneType. Make it a string",
        ),
        (configured.keyring, {"service": ""}, "empty string"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(build, keywords, sentence):
    """A wrong value is a configuration error that names the key and what it should be."""
    with pytest.raises(ConfigurationError) as caught:
        build(**keywords)

    assert sentence.replace("}}", "}") in str(caught.value)


@pytest.mark.parametrize("build", [configured.file, configured.memory, configured.keyring])
def test_an_unknown_key_is_a_type_error(build):
    """The reader of the config file can distinguish an unexpected key from a wrong value."""
    with pytest.raises(TypeError, match="unexpected"):
        build(unexpected=1)
