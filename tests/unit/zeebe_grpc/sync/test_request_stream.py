"""A request iterator is read by one attempt at a time, and only once."""

import pytest

from zeebe_grpc.sync.request_stream import RequestStream


def test_an_untouched_stream_can_be_lent_again():
    """An attempt that never read leaves all requests."""
    stream = RequestStream(iter([1, 2]))
    first = stream.lend()
    assert stream.take_back()
    assert list(stream.lend()) == [1, 2]
    assert list(first) == []


def test_a_touched_stream_can_not():
    """One read, even of nothing, uses the stream up."""
    stream = RequestStream(iter([]))
    loan = stream.lend()
    assert iter(loan) is loan
    assert list(loan) == []
    assert not stream.take_back()


def test_a_read_that_is_late_finds_the_loan_ended():
    """gRPC's reading thread of an ended attempt can't read what the repeat is to send."""
    stream = RequestStream(iter([1]))
    late = stream.lend()
    second = stream.lend()
    with pytest.raises(StopIteration):
        next(late)
    assert next(second) == 1
