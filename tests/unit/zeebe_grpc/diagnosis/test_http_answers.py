import pytest

from zeebe_grpc.diagnosis.http_answers import advice_on, http_status, was_cut_off


@pytest.mark.parametrize(
    ("details", "status"),
    [
        ("Received http2 header with status: 401", 401),
        ("The ingress refused the token", None),
        ("", None),
        (None, None),
    ],
)
def test_an_http_answer_is_told_from_a_grpc_one(details, status):
    """Only gRPC's own message for it counts."""
    assert http_status(details) == status


@pytest.mark.parametrize(
    ("details", "cut_off"),
    [
        ("Stream removed (RST_STREAM (Received RST_STREAM with error code 2))", True),
        ("Received RST_STREAM with error code 2", True),
        ("Received http2 header with status: 502", False),
    ],
)
def test_a_call_that_was_cut_off(details, cut_off):
    """Messages of newer and older versions of gRPC are recognised."""
    assert was_cut_off(details) is cut_off


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "client_certificate and client_key"),
        (403, "another token changes nothing"),
        (404, "no route to a gateway"),
        (413, "client_max_body_size"),
        (429, "try again later"),
        (502, "no answer from the gateway"),
        (503, "no answer from the gateway"),
        (504, "no answer from the gateway"),
        (500, "its log tells why"),
    ],
)
def test_each_status_has_its_advice(status, says):
    """The advice depends on the status."""
    assert says in advice_on(status, shows_certificate=False)


def test_a_client_certificate_that_is_not_taken():
    """The advice to set one isn't given where one is set."""
    advice = advice_on(400, shows_certificate=True)
    assert "may not take the client certificate" in advice
    assert "name one" not in advice
