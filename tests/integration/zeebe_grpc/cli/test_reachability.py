import socket
import threading

import grpc
import pytest

from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.diagnosis.probe import Probe
from zeebe_grpc.diagnosis.time_limit import TimeLimit


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Remove proxies between the tests and loopback."""
    for name in ("grpc_proxy", "https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def steps(address, **texts):
    settings = ConnectionSettings.from_texts({"address": address, **texts}, origin="a test")
    return {step.name: step for step in Probe(settings, TimeLimit(60)).steps()}


def broken(address, name, **texts):
    """Give the step ``name``, which failed, after all before it worked and with the rest
    skipped."""
    found = steps(address, **texts)
    assert list(found) == ["dns", "tcp", "tls", "http2"]
    at = list(found).index(name)
    assert {step.status for step in list(found.values())[:at]} <= {"ok", "skipped"}
    assert {step.status for step in list(found.values())[at + 1 :]} <= {"skipped"}
    assert found[name].status == "failed"
    assert found[name].kind == "unreachable"
    return f"{found[name].detail} {found[name].advice}"


def test_the_whole_way_with_tls(tls_port, ca_file):
    """A gateway with TLS is reached, and its certificate is reported."""
    found = steps(f"localhost:{tls_port}", ca_certificate=str(ca_file))
    assert [step.status for step in found.values()] == ["ok"] * 4
    assert "for localhost, 127.0.0.1" in found["tls"].detail
    assert "zeebe-grpc sandbox CA" in found["tls"].detail


def test_the_whole_way_in_plaintext(plaintext_port):
    """A plaintext gateway is reached, and there is no TLS step."""
    found = steps(f"http://localhost:{plaintext_port}")
    assert [step.status for step in found.values()] == ["ok", "ok", "skipped", "ok"]


def test_a_name_that_does_not_resolve():
    """An unknown name is reported as such."""
    assert "gateway.invalid could not be resolved" in broken("gateway.invalid:443", "dns")


def resolving_to(monkeypatch, *addresses):
    """Makes every name resolve to these IPv4 addresses."""

    def getaddrinfo(_host, port, *_args, **_options):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("insecure", [{}, {"insecure": "true"}])
def test_a_loopback_name_that_leads_elsewhere(monkeypatch, insecure):
    """In plaintext a localhost that is another machine is reported as such, and isn't connected
    to."""
    resolving_to(monkeypatch, "192.0.2.7")
    found = steps("http://localhost:1", **insecure)
    assert [step.status for step in found.values()] == ["failed", "skipped", "skipped", "skipped"]
    assert "localhost is 192.0.2.7 here, which is not this machine" in found["dns"].detail
    assert "hosts file" in found["dns"].advice
    assert found["dns"].kind == "configuration"


def test_the_addresses_of_loopback_are_tried(monkeypatch, plaintext_port):
    """Of several addresses of localhost those that are this machine's are connected to."""
    resolving_to(monkeypatch, "192.0.2.7", "127.0.0.1")
    found = steps(f"http://localhost:{plaintext_port}")
    assert [step.status for step in found.values()] == ["ok", "ok", "skipped", "ok"]
    assert "192.0.2.7, 127.0.0.1" in found["dns"].detail


def test_without_a_token_plaintext_may_lead_anywhere(monkeypatch, plaintext_port):
    """Where calls carry no token, an address elsewhere is accepted."""
    settings = ConnectionSettings.from_texts(
        {"address": f"http://localhost:{plaintext_port}"}, origin="a test"
    )
    resolving_to(monkeypatch, "192.0.2.7")
    found = next(Probe(settings, TimeLimit(5), carries_token=False).steps())
    assert (found.name, found.status) == ("dns", "ok")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_proxy_before_loopback(monkeypatch, plaintext_port, scheme):
    """Loopback is reached directly in spite of the proxies that gRPC knows, so it is probed."""
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert steps(f"{scheme}://localhost:{plaintext_port}")["tcp"].status == "ok"


def test_nobody_listens(closed_port):
    """A closed port is reported as such."""
    assert "Check that the gateway runs" in broken(f"127.0.0.1:{closed_port}", "tcp")


def test_an_unknown_ca(tls_port):
    """The error for an unknown CA names the setting that has its file."""
    said = broken(f"localhost:{tls_port}", "tls")
    assert "signed by CN=zeebe-grpc sandbox CA" in said
    assert "CAMUNDA_CA_CERTIFICATE_PATH" in said


def test_a_wrong_name(other_name):
    """The error for a certificate with other names suggests another address or the authority
    override."""
    port, ca_file = other_name
    said = broken(f"localhost:{port}", "tls", ca_certificate=str(ca_file))
    assert "is for zeebe.test, not for localhost" in said
    assert "CAMUNDA_OVERRIDE_AUTHORITY" in said


@pytest.mark.parametrize("authority", ["zeebe.test", "zeebe.test:443"])
def test_the_authority_is_the_name_to_expect(other_name, authority):
    """The authority override takes the place of the address's name in the certificate."""
    port, ca_file = other_name
    found = steps(f"localhost:{port}", ca_certificate=str(ca_file), authority=authority)
    assert found["http2"].status == "ok"


def test_an_authority_that_grpc_takes(odd_authority):
    """The probe is as strict as gRPC itself, and not stricter."""
    port, ca_file = odd_authority
    credentials = grpc.ssl_channel_credentials(ca_file.read_bytes())
    with grpc.secure_channel(f"localhost:{port}", credentials) as channel:
        grpc.channel_ready_future(channel).result(60)
    assert steps(f"localhost:{port}", ca_certificate=str(ca_file))["tls"].status == "ok"


def test_an_expired_certificate(expired):
    """An expired certificate is reported with its last day."""
    port, ca_file = expired
    said = broken(f"localhost:{port}", "tls", ca_certificate=str(ca_file))
    assert "certificate expired on 2" in said
    assert "UTC (certificate has expired). This machine's clock says 2" in said


def test_plaintext_behind_a_tls_address(plaintext_port):
    """The error for a TLS address of a plaintext gateway suggests http://."""
    said = broken(f"localhost:{plaintext_port}", "tls")
    assert "says TLS" in said
    assert f"Write http://localhost:{plaintext_port}" in said


def test_tls_behind_a_plaintext_address(tls_port):
    """The error for a plaintext address of a gateway with TLS suggests https://."""
    said = broken(f"http://localhost:{tls_port}", "http2")
    assert "says plaintext" in said
    assert f"Write https://localhost:{tls_port}" in said


def test_a_client_certificate_is_wanted(alerting_port, mutual_tls, ca_file):
    """The error names the setting, whether or not the gateway sends an alert."""
    mutual_tls_port, _ = mutual_tls
    said = broken(f"localhost:{alerting_port}", "http2", ca_certificate=str(ca_file))
    assert "asks for a client certificate" in said
    said = broken(f"localhost:{mutual_tls_port}", "http2", ca_certificate=str(ca_file))
    assert "may want a client certificate" in said


def test_a_client_certificate_is_shown(mutual_tls, ca_file):
    """The client certificate of the settings is sent to the gateway."""
    port, client_file = mutual_tls
    found = steps(
        f"localhost:{port}", ca_certificate=str(ca_file), client_certificate=str(client_file)
    )
    assert found["http2"].status == "ok"


def test_a_web_server_in_plaintext(http1_port):
    """A web server is not taken for a gateway, whatever the protocol."""
    assert "HTTP/1.1" in broken(f"http://localhost:{http1_port}", "http2")
    assert "HTTP/1.1" in broken(f"localhost:{http1_port}", "tls")


def test_a_web_server_with_tls(https1_port, ca_file):
    """An ingress that doesn't forward HTTP/2 is distinguished from a gateway."""
    said = broken(f"localhost:{https1_port}", "http2", ca_certificate=str(ca_file))
    assert "passes HTTP/2 on" in said


def test_a_server_that_says_nothing():
    """A server that accepts and sends nothing fails the step at the time limit."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = ConnectionSettings.from_texts(
            {"address": f"http://127.0.0.1:{silent.getsockname()[1]}"}, origin="a test"
        )
        found = list(Probe(settings, TimeLimit(0.3)).steps())
    assert found[-1].status == "failed"
    assert "no answer in time" in found[-1].detail


def test_behind_a_proxy_nothing_is_probed(monkeypatch):
    """Nothing is claimed about what is behind a proxy."""
    monkeypatch.setenv("https_proxy", "http://user:hidden@proxy:3128")
    found = steps("zeebe.example.com:443")
    assert {step.status for step in found.values()} == {"skipped"}
    assert "https_proxy" in found["dns"].detail
    assert "hidden" not in found["dns"].detail


def test_the_default_roots_are_grpcs(monkeypatch, tls_port, ca_file):
    """Without a CA file the certificates that gRPC trusts by itself count."""
    monkeypatch.setenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", str(ca_file))
    assert steps(f"localhost:{tls_port}")["tls"].status == "ok"
    monkeypatch.delenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH")
    assert "grpcio's own list" in broken(f"localhost:{tls_port}", "tls")
    monkeypatch.setenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", str(ca_file.parent / "missing"))
    assert "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH" in broken(f"localhost:{tls_port}", "tls")


def test_a_bundle_with_comments(tls_port, ca_file, tmp_path):
    """A bundle with comments in any encoding is accepted, as gRPC accepts it."""
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes("# Tőrzs CA\n".encode() + ca_file.read_bytes() + b"# \xff\n")
    assert steps(f"localhost:{tls_port}", ca_certificate=str(bundle))["tls"].status == "ok"


def test_a_look_up_that_fails_here_says_so(monkeypatch):
    """The error doesn't claim that there was no answer in time."""

    def getaddrinfo(*_args, **_options):
        raise TypeError("a stub")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert "it failed here (TypeError)" in broken("gateway.test:443", "dns")


def test_without_a_thread_the_name_is_looked_up_all_the_same(monkeypatch):
    """The look-up then runs on the calling thread."""

    def fail(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    assert "gateway.invalid could not be resolved" in broken("gateway.invalid:443", "dns")
