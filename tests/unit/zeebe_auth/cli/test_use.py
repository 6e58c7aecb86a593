"""`zeebe-auth use`: one line of the config file changes, and nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from zeebe_auth import load_profile
from zeebe_auth.cli.default_profile import set_default_profile
from zeebe_auth.cli.main import main
from zeebe_auth.errors import ConfigurationError

pytest.importorskip("tomlkit")

PROFILES = """\
# the clusters of our team
[profiles.prod]  # ask before use
client_id = "prod"
client_secret = "s3cr3t"
token_url = "https://login.example/token"

[profiles.test]
client_id   = "test"
client_secret = "s3cr3t"
token_url = "https://login.example/token"
"""


@pytest.fixture
def config(monkeypatch, tmp_path) -> Path:
    """A config file without a default."""
    path = tmp_path / "own.toml"
    path.write_text(PROFILES)
    path.chmod(0o600)
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    return path


def test_the_first_default_is_a_line_at_the_beginning(config, capsys) -> None:
    """Everything else is unchanged."""
    assert main(["use", "test"]) == 0
    assert config.read_text() == f'default_profile = "test"\n\n{PROFILES}'
    assert load_profile().source.load().client_id == "test"
    assert 'The default profile is "test" now' in capsys.readouterr().err


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_another_default_changes_that_value_alone(config, mark, end) -> None:
    """Comments, line ends, a byte order mark and a missing last line end are unchanged."""
    text = f'# ours\ndefault_profile = "prod" # for now\n{PROFILES}'.rstrip("\n").replace("\n", end)
    config.write_bytes(mark + text.encode())
    assert main(["use", "test"]) == 0
    assert config.read_bytes() == mark + text.replace('"prod" #', '"test" #').encode()


def test_mode_owner_and_link_stay(config, tmp_path) -> None:
    """The new file is renamed over the link's target."""
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    config.chmod(0o640)
    set_default_profile(link, "prod")
    assert link.is_symlink()
    assert config.read_text().startswith('default_profile = "prod"')
    assert config.stat().st_mode & 0o777 == 0o640
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".own")] == []


def test_a_profile_that_is_not_there_changes_nothing(config, capsys) -> None:
    """The error has the most similar name and the list."""
    assert main(["use", "prdo"]) == 2
    err = capsys.readouterr().err
    assert 'Did you mean "prod"?' in err
    assert "prod, test" in err
    assert config.read_text() == PROFILES


def test_a_profile_of_the_keychain_may_be_the_default(kept, monkeypatch, tmp_path) -> None:
    """Without a config file one is made, readable for its owner alone."""
    path = tmp_path / "new" / "config.toml"
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    set_default_profile(path, "default")
    assert path.read_text() == 'default_profile = "default"\n'
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_changed_meanwhile_is_left_alone(config, monkeypatch) -> None:
    """An editor may have written it since it was read."""
    rename = os.fsync

    def edit(descriptor) -> None:
        config.write_text(f"{PROFILES}# mine\n")
        rename(descriptor)

    monkeypatch.setattr(os, "fsync", edit)
    with pytest.raises(ConfigurationError, match="somebody else changed it"):
        set_default_profile(config, "prod")
    assert config.read_text() == f"{PROFILES}# mine\n"
    assert [each.name for each in config.parent.iterdir() if each.name.startswith(".own")] == []


def test_a_directory_that_takes_no_file(config, monkeypatch) -> None:
    """The error has the line to write, and the file is unchanged."""

    opened = os.open

    def refuse(path, flags, *more, **others) -> int:
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, *more, **others)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(
        ConfigurationError, match=r'(?s)Permission denied.*\ndefault_profile = "prod"$'
    ):
        set_default_profile(config, "prod")
    assert config.read_text() == PROFILES


def test_without_the_extra_the_line_is_told(config, monkeypatch) -> None:
    """The error has the line to write and what to install."""
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    with pytest.raises(ConfigurationError, match=r"default_profile = \"prod\".*credentials\[cli\]"):
        set_default_profile(config, "prod")
    assert config.read_text() == PROFILES


@pytest.mark.parametrize("name", ['a "b"', "é\\n", "a.b", "='x'"])
def test_any_name_is_quoted(config, name) -> None:
    """Names that mean something else in TOML are quoted."""
    set_default_profile(config, name)
    set_default_profile(config, "prod")
    set_default_profile(config, name)
    import tomllib

    assert tomllib.loads(config.read_text())["default_profile"] == name


def test_a_variable_that_goes_first_is_told(config, monkeypatch, capsys) -> None:
    """Without the message the change would seem to have no effect."""
    monkeypatch.setenv("ZEEBE_AUTH_PROFILE", "prod")
    assert main(["use", "test"]) == 0
    assert 'ZEEBE_AUTH_PROFILE names "prod"' in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only POSIX has named pipes")
def test_a_pipe_is_no_file_to_change(tmp_path) -> None:
    """The command doesn't wait for it."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="is no file that can be changed"):
        set_default_profile(tmp_path / "pipe", "prod")
