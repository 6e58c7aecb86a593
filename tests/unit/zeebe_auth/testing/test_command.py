"""`python -m zeebe_auth.testing`: each check is reported when it passes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from zeebe_auth.testing.__main__ import main

PARTS = """
import zeebe_auth
from zeebe_auth import (
    AccessToken, ClientCredentials, MemoryStore, Secret, StaticCredentialsProvider
)

store = MemoryStore()

class Forgetful(MemoryStore):
    def load(self, key):
        return None

def make_store():
    return store

def make_source():
    return ClientCredentials(
        client_id="c",
        client_secret="s3cr3t",
        token_url="https://localhost:1/token",
        origin="a test",
    )

def make_provider():
    return StaticCredentialsProvider("t0ken")

class make_fetcher:
    def identity(self):
        return zeebe_auth.TokenKey.for_identity("fixed")

    def fetch(self, *, timeout):
        return AccessToken("t0ken")

def fail():
    raise OSError("no database")

number = 7
"""


@pytest.fixture(autouse=True)
def parts(tmp_path, monkeypatch):
    """A module in the current directory."""
    name = f"parts_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(PARTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("factory", "options", "kind"),
    [
        ("make_store", ["--in-one-process"], "token store"),
        ("make_source", [], "credential source"),
        ("make_provider", [], "credentials provider"),
        ("make_fetcher", [], "token fetcher"),
    ],
)
def test_a_part_that_keeps_its_promises(parts, factory, options, kind, capsys):
    """The output has its kind and each check by name, and the exit code is 0."""
    assert main([f"{parts}:{factory}", *options]) == 0
    first, *checks, last = capsys.readouterr().out.splitlines()
    assert first == f"{len(checks)} checks of a {kind}"
    assert all(" ... ok" in line for line in checks)
    assert last == f"All {len(checks)} promises are kept."


def test_a_broken_promise_is_told_and_the_others_are_checked(parts, capsys):
    """It is reported with its sentence; the exit code is 1."""
    assert main([f"{parts}:Forgetful", "--in-one-process"]) == 1
    out = capsys.readouterr().out
    assert "BROKEN\n    " in out
    assert " ... ok" in out
    assert "promises are broken" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "required"),
        (["{0}"], "is not MODULE:FACTORY"),
        (["nowhere_at_all:make"], "can't be imported: ModuleNotFoundError"),
        (["{0}:nothing"], "can't be imported: AttributeError"),
        (["{0}:number"], "is not a function or class"),
        (["{0}:fail"], "raised OSError (no database)"),
        (["{0}:dict"], "can't be imported"),
        (["builtins:dict"], "makes a dict, which is no token store"),
        (["{0}:make_source", "--in-one-process"], "is for token stores"),
    ],
)
def test_wrong_usage_is_one_line(parts, arguments, says, capsys):
    """The line says what is wrong, and where the help is."""
    with pytest.raises(SystemExit) as ended:
        main([each.format(parts) for each in arguments])
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert err.endswith('See "python -m zeebe_auth.testing --help".\n')


def test_it_is_run_by_its_package(parts, tmp_path):
    """It runs from a shell, with a module of the current directory."""
    done = subprocess.run(
        [sys.executable, "-m", "zeebe_auth.testing", f"{parts}:make_source"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("promises are kept.\n")
