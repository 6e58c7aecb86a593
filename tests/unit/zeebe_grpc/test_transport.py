"""What a token may travel on."""

import grpc
import pytest

from zeebe_auth import ConfigurationError
from zeebe_grpc.connection.transport import plaintext_options, transport_credentials


def test_base_is_taken_as_it_is():
    """Ready channel credentials are used unchanged."""
    base = grpc.local_channel_credentials()
    assert transport_credentials(None, None, None, base) is base


def test_base_and_certificates_exclude_each_other():
    """What contradicts is named."""
    with pytest.raises(ConfigurationError, match="base and root_certificates"):
        transport_credentials(b"pem", None, None, grpc.local_channel_credentials())


@pytest.mark.parametrize(
    ("key", "chain", "missing"),
    [(b"key", None, "certificate_chain"), (None, b"chain", "private_key")],
)
def test_half_a_client_certificate_is_refused(key, chain, missing):
    """gRPC's core would abort the process; here it is an error that names the missing half."""
    with pytest.raises(ConfigurationError, match=f"{missing} is missing"):
        transport_credentials(None, key, chain, None)


def test_a_pem_is_bytes():
    """A path or text given for a PEM is an error that says what to give."""
    with pytest.raises(ConfigurationError, match="root_certificates is str"):
        transport_credentials("ca.pem", None, None, None)


def test_loopback_never_goes_through_a_proxy():
    """The proxy of the environment is switched off for plaintext on loopback."""
    assert plaintext_options("localhost:1", (), allow_plaintext=False) == (
        ("grpc.enable_http_proxy", 0),
    )


def test_a_proxy_that_was_asked_for_stays():
    """The caller's own choice of gRPC's option is left alone."""
    options = [("grpc.enable_http_proxy", 1)]
    assert plaintext_options("localhost:1", options, allow_plaintext=False) == tuple(options)
