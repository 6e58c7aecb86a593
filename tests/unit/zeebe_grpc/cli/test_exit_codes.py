import pytest

import zeebe_auth
from zeebe_grpc.cli.exit_codes import exit_code_of


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (zeebe_auth.ConfigurationError, 2),
        (zeebe_auth.CredentialsUnavailable, 2),
        (zeebe_auth.InvalidClientError, 3),
        (zeebe_auth.TokenEndpointUnreachable, 4),
        (zeebe_auth.RateLimitedError, 4),
        (zeebe_auth.TokenTimeout, 4),
        (zeebe_auth.TokenResponseError, 1),
        (zeebe_auth.StoreError, 1),
    ],
)
def test_exit_code_of_an_error(kind, code):
    """Scripts can tell wrong configuration, refused credentials and an unreachable endpoint."""
    assert exit_code_of(kind("It failed.")) == code
