"""How programs find the sandbox: variables for children and shells, and the Console's file."""

import re
import shlex
import sys

import pytest

from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.environment import proxy_exceptions, without_camunda


def test_one_variable_for_each_thing(sandbox):
    """The variables are of both families, none of them twice, and hold the sandbox's values."""
    environment = sandbox.environment

    assert environment["ZEEBE_ADDRESS"] == sandbox.address
    assert environment["CAMUNDA_CLIENT_ID"] == sandbox.client_id
    assert environment["CAMUNDA_CLIENT_SECRET"] == sandbox.client_secret
    assert environment["CAMUNDA_OAUTH_URL"] == sandbox.token_url
    assert environment["CAMUNDA_TOKEN_AUDIENCE"] == sandbox.audience
    assert environment["CAMUNDA_CA_CERTIFICATE_PATH"] == str(sandbox.ca_certificate_path)
    assert len(set(environment.values())) == len(environment)


def test_other_clients_find_the_authority(sandbox):
    """The CA file has each name under which a client of Camunda's looks for one."""
    variables = sandbox.variables()
    names = [
        "CAMUNDA_CA_CERTIFICATE_PATH",
        "ZEEBE_CA_CERTIFICATE_PATH",
        "CAMUNDA_CUSTOM_ROOT_CERT_PATH",
        "CAMUNDA_MTLS_CA_PATH",
        "ZEEBE_CLIENT_SSL_ROOT_CERTS_PATH",
    ]
    assert {variables.get(name) for name in names} == {str(sandbox.ca_certificate_path)}


def test_a_child_gets_nothing_of_another_cluster(sandbox, monkeypatch):
    """Inherited CAMUNDA_* and ZEEBE_* names don't reach a child; everything else does."""
    monkeypatch.setenv("CAMUNDA_CLUSTER_ID", "another")
    monkeypatch.setenv("ZEEBE_CLIENT_ID", "another")
    monkeypatch.setenv("UNRELATED", "kept")

    environment = sandbox.child_environment()

    assert "CAMUNDA_CLUSTER_ID" not in environment
    assert environment["ZEEBE_CLIENT_ID"] == sandbox.client_id
    assert environment["UNRELATED"] == "kept"


@pytest.mark.parametrize("before", [None, "/opt/lib"])
def test_a_child_gets_no_library_of_a_frozen_program(sandbox, monkeypatch, before):
    """PyInstaller puts its own libraries first for itself, and keeps what was there before."""
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    assert sandbox.child_environment()["LD_LIBRARY_PATH"] == "/opt/lib"
    monkeypatch.setattr(sys, "_MEIPASS", "/bundled", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundled")
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    assert sandbox.child_environment().get("LD_LIBRARY_PATH") == before


def test_names_in_lower_case_go_too():
    """Names are compared without case, as on Windows."""
    assert without_camunda({"zeebe_address": "x", "Camunda_Client_Id": "x", "ZEEBRA": "y"}) == {
        "ZEEBRA": "y"
    }


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_no_proxy_stands_before_loopback(name):
    """Loopback is added to the hosts that are excluded from proxies already."""
    expected = "intra.example,127.0.0.1,localhost,::1"

    assert proxy_exceptions({name: "intra.example, localhost"}) == {
        "NO_PROXY": "intra.example,localhost,127.0.0.1,::1",
        "no_proxy": "intra.example,localhost,127.0.0.1,::1",
    }
    assert proxy_exceptions({name: "intra.example"})["NO_PROXY"] == expected


def test_the_console_file(sandbox, tmp_path):
    """The file has the Console's form and names, and is replaced where one is already."""
    path = tmp_path / "console.env"
    path.write_text("old", encoding="utf-8")

    lines = sandbox.console_file(path).read_text(encoding="utf-8").splitlines()

    values = dict(re.fullmatch(r"export (\w+)='([^']*)'", line).groups() for line in lines)
    assert values["ZEEBE_ADDRESS"] == sandbox.address
    assert values["ZEEBE_CLIENT_SECRET"] == values["CAMUNDA_CLIENT_SECRET"] == sandbox.client_secret
    assert values["ZEEBE_AUTHORIZATION_SERVER_URL"] == values["CAMUNDA_OAUTH_URL"]
    assert values["CAMUNDA_CLUSTER_ID"]
    assert values["CAMUNDA_CLUSTER_REGION"]


def test_nothing_shows_the_secret(sandbox):
    """Neither a repr nor the report has the client's secret or the control path in it."""
    shown = f"{sandbox!r} {sandbox._running.coordinates!r} {sandbox._plan!r} {sandbox.report()}"

    assert sandbox.client_secret not in shown
    assert sandbox.environment["ZEEBE_SANDBOX_CONTROL_URL"] not in shown


def test_a_console_file_that_a_shell_can_read(tmp_path):
    """A shell reads the secret from the file unchanged, even one with a quote in it."""
    secret = "it's $HOME `id`"
    with Sandbox(client_secret=secret) as odd:
        path = odd.console_file(tmp_path / "console.env")
    line = next(line for line in path.read_text("utf-8").splitlines() if "CLIENT_SECRET" in line)

    assert shlex.split(line) == ["export", f"ZEEBE_CLIENT_SECRET={secret}"]
