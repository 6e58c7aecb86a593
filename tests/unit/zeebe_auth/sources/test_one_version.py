"""An identity of several files has one version of them, whenever they are replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from zeebe_auth import (
    ClientCertificate,
    ClientCredentials,
    ConfigFileSource,
    ConfigurationError,
    EnvFileSource,
    SecretsDirectorySource,
)
from zeebe_auth.files import bounded_read, one_version
from zeebe_auth.provider.oauth_requester import load_source

VERSIONS = ("old", "new")
FIELDS = ("client_id", "client_secret", "token_url")


@pytest.fixture
def after_read(monkeypatch) -> Callable[[int, Callable[[], object]], None]:
    """Call a function once, right after the file with that number was read."""

    def arrange(number: int, happen: Callable[[], object]) -> None:
        reads = iter(range(1, 1000))
        read = one_version.read_bounded

        def reading(path: Path, max_bytes: int, resolve: object) -> object:
            found = read(path, max_bytes, resolve)
            if next(reads) == number:
                happen()
            return found

        monkeypatch.setattr(one_version, "read_bounded", reading)

    return arrange


def _write(folder: Path, version: str, names: tuple[str, ...] = FIELDS) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        text = f"https://{version}.example/token" if name == "token_url" else version
        (folder / name).write_text(text)


@pytest.fixture
def mount(tmp_path) -> Path:
    """A secret as Kubernetes mounts it."""
    mount = tmp_path / "mount"
    for version in VERSIONS:
        mount.mkdir(exist_ok=True)
        _write(mount / f"..{version}", version)
    (mount / "..data").symlink_to("..old")
    for name in FIELDS:
        (mount / name).symlink_to(f"..data/{name}")
    return mount


def _swap(mount: Path, *, to: str = "new", remove: str | None = "old") -> None:
    """Do as the kubelet does: rename a new link over the old one, then remove the old files."""
    (mount / "..tmp").symlink_to(f"..{to}")
    (mount / "..tmp").rename(mount / "..data")
    if remove:
        shutil.rmtree(mount / f"..{remove}")


def _version_of(credentials: ClientCredentials) -> str:
    host = credentials.token_url.split("/")[2].split(".")[0]
    (version,) = {credentials.client_id, credentials.authentication.secret.reveal(), host}
    return version


@pytest.mark.parametrize("removed", ["old", None])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_mount_swapped_between_two_reads(mount, after_read, number, removed):
    """The old id and secret are never sent to the new token URL."""
    after_read(number, lambda: _swap(mount, remove=removed))
    # A complete version may be used; one that was removed while it was read is read again.
    expected = "new" if removed else "old"
    assert _version_of(SecretsDirectorySource(mount).load()) == expected


def test_a_mount_swapped_at_every_read(mount, monkeypatch):
    """Constant rotation also gives one complete version or the other."""
    read, versions = one_version.read_bounded, iter(["new", "old"] * 500)

    def reading(path: Path, max_bytes: int, resolve: object) -> object:
        _swap(mount, to=next(versions), remove=None)
        return read(path, max_bytes, resolve)

    monkeypatch.setattr(one_version, "read_bounded", reading)
    assert _version_of(SecretsDirectorySource(mount).load()) == "old"


def test_a_directory_whose_own_link_is_swapped(tmp_path, after_read):
    """Deployments with one directory for each release do so."""
    for version in VERSIONS:
        _write(tmp_path / version, version)
    (tmp_path / "current").symlink_to("old")

    def swap() -> None:
        (tmp_path / "next").symlink_to("new")
        (tmp_path / "next").rename(tmp_path / "current")

    after_read(1, swap)
    assert _version_of(SecretsDirectorySource(tmp_path / "current").load()) == "old"


@pytest.mark.parametrize("number", [1, 2])
def test_files_rewritten_in_place(tmp_path, after_read, number):
    """Without links the change is noticed at the end, and they are read again."""
    _write(tmp_path, "old")
    after_read(number, lambda: _write(tmp_path, "new"))
    assert _version_of(SecretsDirectorySource(tmp_path).load()) == "new"


def test_a_file_that_goes_between_listing_and_reading(tmp_path, after_read):
    """A listed file that is missing belongs to the replaced version."""
    _write(tmp_path, "old")

    def replace() -> None:
        (tmp_path / "client_secret").unlink()
        _write(tmp_path, "new", ("client_id", "ZEEBE_CLIENT_SECRET", "token_url"))

    after_read(1, replace)
    assert _version_of(SecretsDirectorySource(tmp_path).load()) == "new"


def test_files_that_are_rewritten_all_the_time(tmp_path, monkeypatch):
    """Reading ends with an error for whoever writes them."""
    _write(tmp_path, "old")
    read, versions = one_version.read_bounded, iter(range(1000))

    def reading(path: Path, max_bytes: int, resolve: object) -> object:
        found = read(path, max_bytes, resolve)
        _write(tmp_path, f"version-{next(versions)}")
        return found

    monkeypatch.setattr(one_version, "read_bounded", reading)
    with pytest.raises(ConfigurationError, match=r"secrets directory .* were replaced each of"):
        SecretsDirectorySource(tmp_path).load()


def test_a_field_that_is_new_in_a_version_needs_no_link_yet(mount):
    """The kubelet links it a moment after the swap."""
    _write(mount / "..new", "new", ("audience",))
    _swap(mount)
    assert SecretsDirectorySource(mount).load().audience == "new"


def test_a_field_that_a_version_lacks_is_gone_with_the_swap(mount):
    """Its link stays for a moment, and has no target."""
    _write(mount / "..old", "old", ("audience",))
    (mount / "audience").symlink_to("..data/audience")
    assert SecretsDirectorySource(mount).load().audience == "old"
    _swap(mount)
    assert SecretsDirectorySource(mount).load().audience is None


def test_a_dangling_link_is_no_field(mount):
    """The file is treated as missing; it is not waited for."""
    (mount / "audience").symlink_to("nowhere")
    assert SecretsDirectorySource(mount).load().audience is None


def test_a_mounted_assertion_goes_with_the_id_beside_it(mount, after_read):
    """The path is passed on and read when it is sent, and still has the same version."""
    for version in VERSIONS:
        (mount / f"..{version}" / "client_secret").unlink()
        _write(mount / f"..{version}", version, ("assertion_file",))
    (mount / "assertion_file").symlink_to("..data/assertion_file")
    after_read(2, lambda: _swap(mount, remove=None))
    credentials = load_source(SecretsDirectorySource(mount))
    assert credentials.authentication.path == mount / "assertion_file"
    assert (credentials.client_id, credentials.authentication.reveal()) == ("new", "new")


def test_a_subject_and_its_actor_are_of_one_version(tmp_path, after_read):
    """An actor is never combined with another version's subject."""
    folder = tmp_path / "tokens"
    names = ("subject", "actor")
    _write(folder, "old", names)
    config = tmp_path / "config.toml"
    config.write_text(
        '[profiles.default]\nclient_id = "id"\nclient_secret = "s"\ntoken_url = "https://x"\n'
        'subject_token_file = "tokens/subject"\nactor_token_file = "tokens/actor"\n'
    )
    config.chmod(0o600)
    after_read(2, lambda: _write(folder, "new", names))
    credentials = load_source(ConfigFileSource(path=config))
    assert credentials.subject_token.reveal() == credentials.actor_token.reveal() == "new"


@pytest.mark.parametrize("number", [1, 2])
def test_a_config_file_and_the_secret_it_refers_to(tmp_path, after_read, number):
    """In one mount the new secret is never sent to the old token URL."""

    def write(version: str) -> None:
        (tmp_path / "secret").write_text(version)
        config.write_text(
            f'[profiles.default]\nclient_id = "{version}"\nclient_secret = {{ file = "secret" }}\n'
            f'token_url = "https://{version}.example/token"\n'
        )

    config = tmp_path / "config.toml"
    write("old")
    after_read(number, lambda: write("new"))
    assert _version_of(ConfigFileSource(path=config).load()) == "new"


def test_two_references_of_a_profile(tmp_path, after_read):
    """A key and its password are replaced together."""

    def write(version: str) -> None:
        (tmp_path / "key").write_text(f"-----BEGIN PRIVATE KEY-----\n{version}")
        (tmp_path / "password").write_text(version)

    config = tmp_path / "config.toml"
    config.write_text(
        '[profiles.default]\nclient_id = "id"\ntoken_url = "https://x"\n'
        'private_key = { file = "key" }\nprivate_key_password = { file = "password" }\n'
    )
    write("old")
    after_read(2, lambda: write("new"))
    proof = ConfigFileSource(path=config).load().authentication
    assert (proof.key.reveal()[-3:], proof.password.reveal()) == ("new", "new")


def test_an_env_file_and_the_certificate_it_names(tmp_path, after_read):
    """The id is used with the certificate of the same version."""

    def write(version: str) -> None:
        body = {"old": "AAAA", "new": "BBBB"}[version]
        (tmp_path / "c.pem").write_text(
            f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
        )
        file.write_text(
            f"CAMUNDA_CLIENT_ID={version}\nCAMUNDA_OAUTH_URL=https://x\n"
            f"ZEEBE_AUTH_AUTHENTICATION_METHOD=tls_client_auth\n"
            f"CAMUNDA_MTLS_CERT_PATH={tmp_path / 'c.pem'}\n"
        )

    file = tmp_path / "env"
    write("new")
    new = ClientCertificate.from_files(tmp_path / "c.pem").thumbprint
    write("old")
    after_read(1, lambda: write("new"))
    credentials = EnvFileSource(file).load()
    assert (credentials.client_id, credentials.authentication.thumbprint) == ("new", new)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes")
def test_a_named_pipe_in_a_mount_holds_nobody_up(tmp_path, monkeypatch):
    """Reading it ends though nobody writes to it."""
    monkeypatch.setattr(bounded_read, "_PIPE_SECONDS", 0.0)
    os.mkfifo(tmp_path / "client_secret")
    with pytest.raises(ConfigurationError, match="client_secret is a pipe"):
        SecretsDirectorySource(tmp_path).load()


# Two versions that alternate: each file looks the same again at the end.


@pytest.fixture
def linked(tmp_path) -> Callable[[], None]:
    """Two directories behind the link ``current``; calling the result swaps them."""
    for version in VERSIONS:
        _write(tmp_path / version, version)
    (tmp_path / "current").symlink_to("old")
    versions = iter(["new", "old"] * 500)

    def swap() -> None:
        (tmp_path / "next").symlink_to(next(versions))
        (tmp_path / "next").rename(tmp_path / "current")

    return swap


@pytest.fixture
def before_each_open(monkeypatch) -> Callable[[Callable[[], object]], None]:
    """Call a function before each file is opened."""

    def arrange(happen: Callable[[], object]) -> None:
        read = one_version.read_bounded

        def reading(path: Path, max_bytes: int, resolve: object) -> object:
            happen()
            return read(path, max_bytes, resolve)

        monkeypatch.setattr(one_version, "read_bounded", reading)

    return arrange


def _links_into(folder: Path, target: str) -> Path:
    folder.mkdir()
    for name in FIELDS:
        (folder / name).symlink_to(f"{target}/{name}")
    return folder


def test_files_that_are_links_through_one_link(tmp_path, linked, before_each_open):
    """The link may have any name."""
    folder = _links_into(tmp_path / "links", "../current")
    before_each_open(linked)
    assert _version_of(SecretsDirectorySource(folder).load()) in VERSIONS


def test_links_to_the_files_of_a_mount(tmp_path, mount, before_each_open):
    """The links go through the mount's own."""
    versions = iter(["new", "old"] * 500)
    folder = _links_into(tmp_path / "links", "../mount")
    before_each_open(lambda: _swap(mount, to=next(versions), remove=None))
    assert _version_of(SecretsDirectorySource(folder).load()) in VERSIONS


def test_a_mount_whose_files_are_links_into_another_mount(tmp_path, mount, before_each_open):
    """Its own link stays; the other mount's is swapped."""
    versions = iter(["new", "old"] * 500)
    outer = tmp_path / "outer"
    outer.mkdir()
    _links_into(outer / "..first", "../../mount")
    (outer / "..data").symlink_to("..first")
    for name in FIELDS:
        (outer / name).symlink_to(f"..data/{name}")
    before_each_open(lambda: _swap(mount, to=next(versions), remove=None))
    assert _version_of(SecretsDirectorySource(outer).load()) in VERSIONS


def test_a_config_file_and_a_reference_behind_one_link(tmp_path, linked, before_each_open):
    """They are read by two parts, each with a set of its own."""
    for version in VERSIONS:
        (tmp_path / version / "config.toml").write_text(
            f'[profiles.default]\nclient_id = "{version}"\n'
            'client_secret = { file = "client_secret" }\n'
            f'token_url = "https://{version}.example/token"\n'
        )
    before_each_open(linked)
    source = ConfigFileSource(path=tmp_path / "current" / "config.toml")
    assert _version_of(load_source(source)) in VERSIONS


def test_a_version_that_is_removed_once_its_link_leads_on(tmp_path, after_read, linked):
    """It is read again, and not reported as a mistake in the configuration."""
    config = tmp_path / "config.toml"
    config.write_text(
        '[profiles.default]\nclient_id = "id"\ntoken_url = "https://x"\n'
        'private_key = { file = "current/client_id" }\n'
        'private_key_password = { file = "current/client_secret" }\n'
    )
    for version in VERSIONS:
        (tmp_path / version / "client_id").write_text(f"-----BEGIN PRIVATE KEY-----\n{version}")

    def replace() -> None:
        linked()
        shutil.rmtree(tmp_path / "old")

    after_read(2, replace)
    proof = ConfigFileSource(path=config).load().authentication
    assert (proof.key.reveal()[-3:], proof.password.reveal()) == ("new", "new")
