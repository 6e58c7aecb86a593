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
    """gRPC's own words for it count, and nothing else."""
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
    """As newer and older versions of gRPC tell it."""
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
    """What to do next follows from the number."""
    assert says in advice_on(status, shows_certificate=False)


def test_a_client_certificate_that_is_not_taken():
    """Whoever has set one already is not told to set one."""
    advice = advice_on(400, shows_certificate=True)
    assert "may not take the client certificate" in advice
    assert "name one" not in advice
