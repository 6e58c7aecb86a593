from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from zeebe_auth import ConfigurationError, CredentialsUnavailable, SecretsDirectorySource
from zeebe_auth.sources import secrets_directory

IDENTITY = {
    "client_id": "id\n",
    "client_secret": "s3cr3t\n",
    "token_url": "https://login.own.example/token",
}


@pytest.fixture
def mount(tmp_path):
    def mount_files(files: dict[str, str]) -> SecretsDirectorySource:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content.encode())
        return SecretsDirectorySource(tmp_path)

    return mount_files


@pytest.mark.parametrize(
    "rename",
    [str, str.upper, lambda name: name.replace("_", "-"), str.title],
    ids=["field", "upper", "dashes", "title"],
)
def test_files_named_like_fields(mount, rename):
    """A file is a field whatever its case, with dashes as orchestrators like them."""
    credentials = mount({rename(name): text for name, text in IDENTITY.items()}).load()
    assert credentials.client_id == "id"
    assert credentials.authentication.secret.reveal() == "s3cr3t"
    assert credentials.origin.startswith("secrets directory ")


@pytest.mark.parametrize("rename", [str, str.lower])
def test_files_named_like_variables(mount, rename):
    """Environment names work as file names in either case."""
    names = {
        "ZEEBE_CLIENT_ID": "id",
        "ZEEBE_CLIENT_SECRET": "s3cr3t\r\n",
        "ZEEBE_ADDRESS": "c.zeebe.camunda.io:443",
    }
    source = mount({rename(name): text for name, text in names.items()})
    assert source.load().authentication.secret.reveal() == "s3cr3t"
    assert source.settings() == {"address": "c.zeebe.camunda.io:443"}


def test_kubernetes_layout(tmp_path):
    """The links through ..data are followed, and a swapped ..data is noticed at the next load."""
    for version, secret in (("..v1", "old"), ("..v2", "new")):
        (tmp_path / version).mkdir()
        for name, text in {**IDENTITY, "client_secret": secret}.items():
            (tmp_path / version / name).write_text(text)
    (tmp_path / "..data").symlink_to("..v1")
    for name in IDENTITY:
        (tmp_path / name).symlink_to(f"..data/{name}")
    source = SecretsDirectorySource(tmp_path)
    assert source.load().authentication.secret.reveal() == "old"
    (tmp_path / "..next").symlink_to("..v2")
    (tmp_path / "..next").rename(tmp_path / "..data")
    assert source.load().authentication.secret.reveal() == "new"


def test_new_lines_are_no_part_of_a_secret(mount):
    """They are stripped at the end; other white space may belong to a secret."""
    secret = mount({**IDENTITY, "client_secret": " s3cr3t \n\n"}).load().authentication.secret
    assert secret.reveal() == " s3cr3t "


def test_mounted_file_is_the_file_itself(mount, tmp_path):
    """A file named like a field is that field's file; one named like a variable contains the
    path."""
    mount({**IDENTITY, "ca_certificate": "-----BEGIN CERTIFICATE-----"})
    source = SecretsDirectorySource(tmp_path)
    assert source.settings() == {"ca_certificate": str(tmp_path / "ca_certificate")}
    (tmp_path / "ca_certificate").unlink()
    (tmp_path / "ZEEBE_CA_CERTIFICATE_PATH").write_text("/etc/ca.pem\n")
    assert source.settings() == {"ca_certificate": "/etc/ca.pem"}


def test_private_key_file(mount):
    """A mounted private key authenticates the client."""
    files = {name: text for name, text in IDENTITY.items() if name != "client_secret"}
    pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
    assert mount({**files, "private_key": pem + "\n"}).load().authentication.key.reveal() == pem


def test_other_files_are_left_alone(mount, tmp_path):
    """A file whose name is no field isn't read, and neither are directories."""
    source = mount({**IDENTITY, "database_password": "x"})
    (tmp_path / "unreadable").write_bytes(b"\xff")
    (tmp_path / "audience").mkdir()
    assert source.load().audience is None


@pytest.mark.parametrize("layout", ["plain", "kubernetes"])
def test_other_files_are_not_even_looked_at(mount, tmp_path, monkeypatch, layout):
    """There may be a hundred thousand of them: reading a link takes a system call."""
    source = mount({**IDENTITY, **{f"other-{number}": "x" for number in range(10)}})
    if layout == "kubernetes":
        version = tmp_path / "..1"
        version.mkdir()
        for file in [each for each in tmp_path.iterdir() if each != version]:
            file.rename(version / file.name)
            file.symlink_to(f"..data/{file.name}")
        (tmp_path / "..data").symlink_to("..1")
    looked_at: list[str] = []
    target = secrets_directory.link_target

    def watched(path):
        looked_at.append(path.name)
        return target(path)

    monkeypatch.setattr(secrets_directory, "link_target", watched)
    assert source.load().client_id == "id"
    assert set(looked_at) == {"..data", *IDENTITY}


def test_two_files_that_disagree(mount):
    """Two files for one field that differ are named, their content is not."""
    source = mount({**IDENTITY, "CLIENT-SECRET": "0ther"})
    with pytest.raises(ConfigurationError, match="CLIENT-SECRET and client_secret") as caught:
        source.load()
    assert "0ther" not in str(caught.value)


def test_partial_and_empty_files(mount):
    """An empty file counts as unset, and a part of an identity is an error."""
    with pytest.raises(ConfigurationError, match="No client secret in the secrets directory"):
        mount({**IDENTITY, "client_secret": "\n"}).load()


def test_no_directory_and_nothing_in_it(tmp_path):
    """A missing or empty directory has nothing to offer; a chain goes on."""
    with pytest.raises(CredentialsUnavailable, match="no secrets directory"):
        SecretsDirectorySource(tmp_path / "none").load()
    source = SecretsDirectorySource(tmp_path)
    with pytest.raises(CredentialsUnavailable, match="holds no credentials"):
        source.load()
    assert source.explain()[0].outcome == "passed over"


def test_file_that_is_no_text(mount, tmp_path):
    """A secret that isn't UTF-8 is an error that names the file."""
    source = mount(IDENTITY)
    (tmp_path / "client_secret").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="client_secret is not text in UTF-8"):
        source.load()


def test_directory_that_cannot_be_listed(tmp_path, monkeypatch):
    """A directory that this user may not read is an error, not an empty one."""

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(ConfigurationError, match="Permission denied"):
        SecretsDirectorySource(tmp_path).load()


def test_is_its_path(mount):
    """A source pickles, compares and prints by its path."""
    source = mount(IDENTITY)
    assert pickle.loads(pickle.dumps(source)) == source == SecretsDirectorySource(source.path)
    assert "s3cr3t" not in repr(source)
