"""`zeebe-auth logout` removes what login stored, and the tokens obtained with it."""

from __future__ import annotations

from dataclasses import replace

from keyring.errors import KeyringLocked

from zeebe_auth import AccessToken, FileStore, Refusal, Secret, SubjectToken, TokenKey
from zeebe_auth.cli.main import main
from zeebe_auth.configuration.kept_login import keep_login
from zeebe_auth.errors import StoreError


def test_identity_token_and_refusal_are_removed(kept, keychain, tmp_path, capsys) -> None:
    """After a logout neither the keychain nor the token store holds anything of it."""
    store, key = FileStore(tmp_path / "tokens"), TokenKey.of(kept)
    store.save(key, AccessToken(Secret("t0ken"), expires_at=1e11))
    store.save_refusal(key, Refusal.of(kept, until=1e11, kind="rate_limited"))
    assert main(["logout"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert '"default" was removed' in err
    assert keychain.entries == {}
    assert store.load(key) is None
    assert store.load_refusal(key) is None


def test_nothing_to_remove_is_no_error(capsys) -> None:
    """A second logout says so and ends with 0."""
    assert main(["logout", "--profile", "prod"]) == 0
    assert 'no profile "prod"' in capsys.readouterr().err


def test_another_profile_stays(kept, keychain, capsys) -> None:
    """Only the named profile is removed."""
    assert main(["logout", "--profile", "prod"]) == 0
    assert ("zeebe-auth:default", "credentials") in keychain.entries


def test_the_default_profile_of_the_config_file_is_meant(
    kept, keychain, monkeypatch, tmp_path
) -> None:
    """Without a name it is the config file's default profile, as for every command."""
    path = tmp_path / "own.toml"
    path.write_text('default_profile = "prod"\n')
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(path))
    keychain.entries["zeebe-auth:prod", "credentials"] = keychain.entries[
        "zeebe-auth:default", "credentials"
    ]
    assert main(["logout"]) == 0
    assert list(keychain.entries) == [("zeebe-auth:default", "credentials")]


def test_an_unreadable_entry_is_removed(keychain, capsys) -> None:
    """An unreadable entry is removed, and the output says that its tokens can't be found."""
    keychain.entries["zeebe-auth:default", "credentials"] = "no JSON, but a s3cr3t"
    assert main(["logout"]) == 0
    assert keychain.entries == {}
    err = capsys.readouterr().err
    assert "tokens could not be found" in err
    assert "s3cr3t" not in err


def test_a_locked_keychain_ends_with_1(kept, keychain, capsys) -> None:
    """If the keychain can't be reached the output doesn't claim a removal."""
    keychain.error = KeyringLocked()
    assert main(["logout"]) == 1
    err = capsys.readouterr().err
    assert "locked" in err
    assert "removed" not in err


def test_tokens_that_stay_are_told(kept, keychain, monkeypatch, capsys) -> None:
    """A token store that fails doesn't keep the secret in the keychain, but the exit code is 1."""

    def broken(store, key, token=None):
        raise StoreError("The disk is read-only.")

    monkeypatch.setattr(FileStore, "delete", broken)
    assert main(["logout"]) == 1
    assert keychain.entries == {}
    err = capsys.readouterr().err
    assert "but not its tokens" in err
    assert "read-only" in err


def test_a_foreign_store_fails_with_its_name_alone(kept, monkeypatch, capsys) -> None:
    """An error of a foreign store may hold anything, so only its type is shown."""

    def broken(store, key, token=None):
        raise RuntimeError("t0ken-value")

    monkeypatch.setattr(FileStore, "delete", broken)
    assert main(["logout"]) == 1
    err = capsys.readouterr().err
    assert "FileStore failed with RuntimeError" in err
    assert "t0ken-value" not in err


def test_a_subject_that_is_gone_is_no_reason_to_stay(kept, keychain, tmp_path, capsys) -> None:
    """The credentials are removed, and the output says that its tokens could not be found."""
    file = tmp_path / "user.jwt"
    file.write_text("t0ken.of-ann")
    keep_login("default", replace(kept, subject_token=SubjectToken(file)), {})
    file.unlink()
    assert main(["logout"]) == 0
    assert "tokens could not be found" in capsys.readouterr().err
    assert keychain.entries == {}


def test_tokens_of_the_store_before_are_removed(kept, tmp_path, monkeypatch) -> None:
    """The default store was in use before the profile or the environment named another one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    usual, key = FileStore(), TokenKey.of(kept)
    usual.save(key, AccessToken(Secret("t0ken"), expires_at=1e11))
    (usual.directory / f"{key.digest}.json.corrupt").write_text("t0ken")
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "memory")
    assert main(["logout"]) == 0
    assert [path for path in usual.directory.iterdir() if path.suffix != ".lock"] == []


def test_tokens_are_removed_where_the_profiles_store_is_broken(
    kept, tmp_path, monkeypatch, capsys
) -> None:
    """A store that can't be made is reported, and the default one is emptied all the same."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    usual, key = FileStore(), TokenKey.of(kept)
    usual.save(key, AccessToken(Secret("t0ken"), expires_at=1e11))
    monkeypatch.setenv("ZEEBE_AUTH_STORE", "no-such-store")
    assert main(["logout"]) == 2
    assert usual.load(key) is None
    assert 'no store "no-such-store"' in capsys.readouterr().err
