from __future__ import annotations

import re
import subprocess
import sys
import textwrap

import pytest

from zeebe_auth import (
    AccessToken,
    ClientCredentials,
    ConfigFileSource,
    ConfigurationError,
    EnvFileSource,
    EnvSource,
    FileStore,
    MemoryStore,
    Secret,
    TokenKey,
    load_profile,
)
from zeebe_auth.sources.configured import make_source
from zeebe_auth.stores.configured import make_store

VAULT = """
    import zeebe_auth

    class VaultSource:
        fields = "an attribute that means nothing to us"

        def __init__(self, url, *, token, tls=None):
            if url == "broken":
                raise RuntimeError("s3cr3t")
            if url == "refused":
                raise zeebe_auth.ConfigurationError("The vault says what is wrong.")
            self.url, self.token, self.tls = url, token, tls

        def load(self):
            return zeebe_auth.ClientCredentials(
                client_id=self.url,
                authentication=zeebe_auth.ClientSecret(self.token),
                issuer="https://issuer.example",
            )

    class DictStore:
        def __init__(self): self.kept = {}
        def load(self, key): return self.kept.get(key)
        def save(self, key, token): self.kept[key] = token
        def delete(self, key, token=None): self.kept.pop(key, None)

    def nothing(**anything): return object()
    def a_class(): return VaultSource
    text = "text"
"""
ENTRY_POINTS = """
    [zeebe_auth.sources]
    acme-vault = acme_vault:VaultSource
    acme-nothing = acme_vault:nothing
    acme-class = acme_vault:a_class
    acme-text = acme_vault:text
    acme-missing = acme_vault:Missing
    acme-builtin = builtins:dict
    environment = acme_vault:nothing

    [zeebe_auth.stores]
    acme-dict = acme_vault:DictStore
    acme-source = acme_vault:VaultSource
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a distribution as pip does, in a directory of its own."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "acme_vault", raising=False)

    def install_distribution(name: str, entry_points: str) -> None:
        (tmp_path / "acme_vault.py").write_text(textwrap.dedent(VAULT))
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(textwrap.dedent(entry_points))

    yield install_distribution
    sys.modules.pop("acme_vault", None)


@pytest.fixture
def acme(install):
    install("acme_vault", ENTRY_POINTS)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("make", "names"),
    [
        (make_source, {"environment", "env-file", "keyring", "acme-vault"}),
        (make_store, {"file", "keyring", "memory", "acme-dict"}),
    ],
)
def test_listing_imports_nothing(make, names):
    """Our names and those of others are listed without importing their objects."""
    with pytest.raises(ConfigurationError) as caught:
        make({"use": "acme"})
    assert names <= set(re.findall(r"[\w-]+", str(caught.value)))
    assert "acme_vault" not in sys.modules


@pytest.mark.usefixtures("acme")
def test_other_keys_become_keyword_arguments():
    """A registered source is made with the other keys of its table."""
    source = make_source({"use": "acme-vault", "url": "u", "token": Secret("s3cr3t")})
    assert source.load().client_id == "u"
    assert source.load().authentication.secret == Secret("s3cr3t")


@pytest.mark.usefixtures("acme")
def test_named_from_a_config_file(tmp_path, monkeypatch):
    """A config file names a registered source, and its references arrive as secrets."""
    monkeypatch.setenv("VAULT_TOKEN", "s3cr3t")
    config = tmp_path / "config.toml"
    config.write_text(
        '[profiles.prod]\nsource = { use = "acme-vault", url = "u", '
        'token = { env = "VAULT_TOKEN" }, tls = { key = { env = "VAULT_TOKEN" }, port = 1 } }\n'
    )
    credentials = ConfigFileSource("prod", config).load()
    assert isinstance(credentials, ClientCredentials)
    assert credentials.authentication.secret == Secret("s3cr3t")


@pytest.mark.usefixtures("acme")
def test_a_profile_takes_settings_of_our_own_sources_alone(tmp_path, monkeypatch):
    """What another class has under the same name may mean anything."""
    monkeypatch.setenv("VAULT_TOKEN", "s3cr3t")
    config = tmp_path / "config.toml"
    config.write_text(
        '[profiles.prod]\naddress = "a.example:443"\n'
        'source = { use = "acme-vault", url = "u", token = { env = "VAULT_TOKEN" } }\n'
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    assert load_profile("prod").settings == {"address": "a.example:443"}


@pytest.mark.usefixtures("acme")
def test_registered_store():
    """A registered store with the three methods is taken."""
    store = make_store({"use": "acme-dict"})
    key, token = TokenKey("0" * 64), AccessToken(Secret("t"))
    store.save(key, token)
    assert store.load(key) == token


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"use": "acme-volt"}, r'no source "acme-volt".*acme-vault.*environment'),
        ({}, r'no source ""'),
        ({"use": "acme-vault", "url": "u"}, r"needs token. It takes url, token, tls"),
        (
            {"use": "acme-vault", "uri": "s3cr3t", "token": "s3cr3t"},
            r"takes no uri and needs url\. It takes url, token, tls",
        ),
        ({"use": "acme-vault", "url": "broken", "token": "s3cr3t"}, r"RuntimeError.*other keys"),
        ({"use": "acme-vault", "url": "refused", "token": "s3cr3t"}, r"^The vault says"),
        ({"use": "acme-nothing"}, r"makes a object, which is no source: it needs load\(\)"),
        ({"use": "acme-class"}, r"makes a VaultSource, which is no source"),
        ({"use": "acme-text"}, r"distribution acme_vault is not callable"),
        ({"use": "acme-missing"}, r"acme_vault can't be imported \(AttributeError\)"),
        ({"use": "acme-builtin", "keys": 1}, r"makes a dict, which is no source"),
        ({"use": "environment", "environ": {}, "url": "s3cr3t"}, r"takes no url"),
        ({"use": "env-file"}, r"needs path"),
        ({"use": "command", "argv": "s3cr3t"}, r"list of strings"),
    ],
)
def test_unusable_sources(table, problem):
    """Each wrong name for a source is an error that says what exists or is expected."""
    with pytest.raises(ConfigurationError, match=problem) as caught:
        make_source(table)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"use": "acme-dic"}, r'no store "acme-dic".*acme-dict.*file'),
        (
            {"use": "acme-source", "url": "u", "token": "t"},
            r"no store: it needs load\(\), save\(\) and delete\(\)",
        ),
        ({"use": "file", "path": "x"}, r"takes no path.*directory"),
        ({"use": "memory", "max_tokens": 0}, r"max_tokens"),
    ],
)
def test_unusable_stores(table, problem):
    """The same holds for stores."""
    with pytest.raises(ConfigurationError, match=problem):
        make_store(table)


@pytest.mark.usefixtures("acme")
def test_ours_are_not_replaced(tmp_path):
    """A distribution that registers one of our names doesn't replace ours."""
    assert make_source({"use": "environment"}) == EnvSource()
    assert make_source({"use": "env-file", "path": "x"}) == EnvFileSource("x")
    assert isinstance(make_store({"use": "file", "directory": str(tmp_path)}), FileStore)
    assert isinstance(make_store({"use": "memory"}), MemoryStore)
    assert "acme_vault" not in sys.modules


def test_two_distributions_with_one_name(install):
    """A name that two distributions register differently can't be used until one is removed."""
    install("acme_one", "[zeebe_auth.sources]\nacme = acme_vault:VaultSource\n")
    install("acme_two", "[zeebe_auth.sources]\nacme = acme_vault:nothing\n")
    with pytest.raises(ConfigurationError, match="acme_one, acme_two"):
        make_source({"use": "acme"})


def test_ours_cost_no_metadata():
    """Our own sources are made without reading the metadata of distributions."""
    script = (
        "import sys; from zeebe_auth.sources.configured import make_source; "
        "make_source({'use': 'environment'}); print('importlib.metadata' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.usefixtures("acme")
def test_broken_metadata_of_another_distribution_hides_nothing(install):
    """If one distribution's entry_points.txt can't be read, the plug-ins of others still work."""
    install("acme_broken", "[zeebe_auth.sources]\nno equals sign")

    source = make_source({"use": "acme-vault", "url": "a", "token": Secret("t")})
    assert source.load().client_id == "a"
    with pytest.raises(ConfigurationError, match=r'no source "nobody".*distribution acme_broken'):
        make_source({"use": "nobody"})


@pytest.mark.parametrize("module", ["raise SystemExit(3)", "import sys; sys.exit('s3cr3t')"])
def test_a_plug_in_that_ends_the_program_at_import(tmp_path, monkeypatch, module):
    """It is reported as one that can't be imported, and doesn't end the program."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "acme_exits.py").write_text(module)
    info = tmp_path / "acme_exits-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme_exits\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[zeebe_auth.stores]\nacme-exits = acme_exits:Store\n")
    with pytest.raises(ConfigurationError, match=r"can't be imported \(SystemExit\)"):
        make_store({"use": "acme-exits"})


@pytest.mark.usefixtures("acme")
def test_a_plug_in_that_ends_the_program_when_it_is_called(monkeypatch):
    """It is reported as one that could not be made."""
    import acme_vault

    def exits(url, *, token, tls=None):
        raise SystemExit("s3cr3t")

    monkeypatch.setattr(acme_vault, "VaultSource", exits)
    with pytest.raises(ConfigurationError, match=r"could not be made: SystemExit") as caught:
        make_source({"use": "acme-vault", "url": "a", "token": "t"})
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.usefixtures("acme")
def test_an_interrupt_while_a_plug_in_is_made_passes(monkeypatch):
    """Ctrl-C is the user's, not the plug-in's."""
    import acme_vault

    def interrupted(url, *, token, tls=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(acme_vault, "VaultSource", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make_source({"use": "acme-vault", "url": "a", "token": "t"})
