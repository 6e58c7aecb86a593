"""A sandbox that is started while a test's clock is frozen serves clients with the real one."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509

import zeebe_grpc
from zeebe_grpc.sandbox import Sandbox
from zeebe_grpc.sandbox.certificates import issue_server_certificate

_REAL = dt.datetime


class _LikeRealOnes(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, _REAL)


@pytest.fixture(params=[1970, 2001, 9999])
def frozen_date(request, monkeypatch):
    """Freeze the date as freezegun does: by another class in place of the real one."""
    # cryptography keeps the first class that it gets, and later tests need the real one.
    issue_server_certificate()

    class Frozen(_REAL, metaclass=_LikeRealOnes):
        @classmethod
        def now(cls, tz=None):
            return cls(request.param, 7, 1, tzinfo=tz)

        utcnow = now

    monkeypatch.setattr(dt, "datetime", Frozen)


def test_the_certificate_is_valid_at_any_time(frozen_date):
    """It is dated from 1970 to "no end" (RFC 5280, 4.1.2.5), whatever the date is now."""
    issued = issue_server_certificate()
    for pem in (issued.authority, issued.chain):
        certificate = x509.load_pem_x509_certificate(pem)
        assert certificate.not_valid_before_utc.year == 1970
        assert certificate.not_valid_after_utc.year == 9999


def test_clients_trust_it(frozen_date, monkeypatch):
    """Token endpoint and gateway are both reached over TLS, by OpenSSL and by gRPC."""
    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        with zeebe_grpc.connect() as channel:
            topology = zeebe_grpc.GatewayStub(channel).Topology(zeebe_grpc.TopologyRequest())
        assert topology.clusterSize == 3
        assert sandbox.token_requests == 1
