"""An address that leads nowhere: the error says so, where it was configured, and what to write."""

from __future__ import annotations

import datetime as dt
import socket
import ssl

import pytest

from zeebe_auth import EnvSource
from zeebe_auth.configuration.addresses import parse_address
from zeebe_auth.errors import ConfigurationError
from zeebe_grpc.cli.main import main
from zeebe_grpc.diagnosis.peer_certificate import PeerCertificate
from zeebe_grpc.diagnosis.tls import distrusted

CLUSTER = "12345678-90ab-cdef-1234-567890abcdef"


@pytest.fixture
def told(monkeypatch, tmp_path, capsys):
    """What ``zeebe-grpc topology`` reports with these variables, whose host names DNS doesn't
    know."""

    def getaddrinfo(*_args, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def run(**variables: str) -> str:
        for name in ("HOME", "XDG_CONFIG_HOME"):
            monkeypatch.setenv(name, str(tmp_path))
        for name, text in {"CAMUNDA_AUTH_STRATEGY": "NONE", **variables}.items():
            monkeypatch.setenv(name, text)
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        assert main(["topology", "--timeout", "0.5"]) != 0
        return capsys.readouterr().err

    return run


@pytest.mark.parametrize("end", ["", "/", "/v2"])
@pytest.mark.parametrize("scheme", ["https://", ""])
def test_the_rest_address_of_a_cluster(scheme, end):
    """Camunda Console shows both addresses, and the error derives the gRPC address from the REST
    one."""
    with pytest.raises(ConfigurationError) as caught:
        parse_address(f"{scheme}bru-2.zeebe.camunda.io/{CLUSTER}{end}")
    assert "is the REST address of a cluster. Its gRPC address is " in caught.value.message
    assert f"https://{CLUSTER}.bru-2.zeebe.camunda.io:443." in caught.value.message


def test_another_path_is_no_rest_address():
    """For the address of another server the error suggests none."""
    with pytest.raises(ConfigurationError, match="leave it out"):
        parse_address(f"https://zeebe.example.com/{CLUSTER}")


def test_an_unknown_region(told):
    """The error names both variables and their values."""
    err = told(CAMUNDA_CLUSTER_ID=CLUSTER, CAMUNDA_CLUSTER_REGION="bru-9")
    assert f"the cluster '{CLUSTER}' from CAMUNDA_CLUSTER_ID in the environment" in err
    assert "the region 'bru-9' from CAMUNDA_CLUSTER_REGION in the environment" in err
    assert "Camunda Console" in err
    assert "no cluster id" not in err


def test_what_is_no_cluster_id(told):
    """The error says that a cluster id is a UUID."""
    err = told(CAMUNDA_CLUSTER_ID="not-a-uuid")
    assert "'not-a-uuid' is no cluster id, which is a UUID" in err
    assert "no region is given" in err


def test_a_host_that_is_not_known(told):
    """The error names the variable that has the host."""
    err = told(ZEEBE_ADDRESS="zeebe.exmaple.invalid:443")
    assert "The address is from ZEEBE_ADDRESS in the environment." in err


def test_tls_against_plaintext_is_the_difference():
    """If only TLS and plaintext differ, the error says so."""
    variables = {
        "ZEEBE_ADDRESS": "localhost:26500",
        "CAMUNDA_GRPC_ADDRESS": "grpc://localhost:26500",
    }
    with pytest.raises(ConfigurationError) as caught:
        EnvSource(variables).fields()
    assert "one says TLS and the other plaintext for the same host and port" in caught.value.message
    with pytest.raises(ConfigurationError) as caught:
        EnvSource({**variables, "ZEEBE_ADDRESS": "elsewhere:1"}).fields()
    assert "plaintext" not in caught.value.message


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (9, "is not valid yet, but from 2031-01-02 03:04 UTC on"),
        (10, "expired on 2032-01-02 03:04 UTC"),
    ],
)
def test_a_certificate_of_another_time(code, told):
    """The error says when the certificate is valid, and what this machine's clock shows."""
    begin = dt.datetime(2031, 1, 2, 3, 4, tzinfo=dt.UTC)
    shown = PeerCertificate(("a",), "CN=a", begin.replace(year=2032), begin)
    error = ssl.SSLCertVerificationError("no")
    error.verify_code, error.verify_message = code, "certificate is not good"
    detail = distrusted(error, shown, "a", "the CA file").detail
    assert told in detail
    assert "This machine's clock says 20" in detail
