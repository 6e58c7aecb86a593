import pytest

from zeebe_grpc.diagnosis.proxy import proxy_variable

NAMES = ("grpc_proxy", "https_proxy", "http_proxy", "no_grpc_proxy", "no_proxy")


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, None),
        ({"http_proxy": "http://proxy:3128"}, "http_proxy"),
        ({"http_proxy": "http://a", "https_proxy": "http://b"}, "https_proxy"),
        ({"https_proxy": "http://b", "grpc_proxy": "http://c"}, "grpc_proxy"),
        ({"grpc_proxy": "http://c", "no_proxy": "localhost, example.com"}, None),
        ({"grpc_proxy": "http://c", "no_grpc_proxy": "other", "no_proxy": "com"}, "grpc_proxy"),
    ],
)
def test_the_proxy_that_grpc_takes(monkeypatch, variables, found):
    """The variables are looked at in gRPC's order, with its exceptions."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_variable("zeebe.example.com") == found
