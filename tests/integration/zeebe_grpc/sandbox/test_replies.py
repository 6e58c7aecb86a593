"""Replies that the sandbox was configured to give."""

from __future__ import annotations

import grpc
import pytest

from zeebe_grpc import gateway_pb2 as pb
from zeebe_grpc.sandbox import CallRefused, attach

MESSAGE = pb.PublishMessageRequest(name="paid")


@pytest.fixture
def publish(stub, sandbox, bearer):
    return lambda: stub.PublishMessage(MESSAGE, metadata=bearer(sandbox.issue_token()))


@pytest.fixture
def refused(publish):
    def refused():
        with pytest.raises(grpc.RpcError) as error:
            publish()
        return error.value.code().name, error.value.details()

    return refused


@pytest.mark.parametrize(
    "response",
    [
        pb.PublishMessageResponse(key=7),
        {"key": 7},
        lambda request: {"key": 7, "tenantId": request.name},
        lambda request: pb.PublishMessageResponse(key=3 + len(request.name)),
    ],
    ids=["message", "mapping", "function to a mapping", "function to a message"],
)
def test_a_response(sandbox, publish, response):
    """A response is given as a message, as its JSON, or by a function that gets the request."""
    sandbox.reply("PublishMessage", response)
    assert publish().key == 7
    assert sandbox.calls["PublishMessage", "OK"] == 1
    sandbox.reply("PublishMessage")
    assert publish().key > 1 << 50, "it replies as usual again"


def test_a_status(sandbox, refused):
    """A status is given by its name or as grpc's own, with a message."""
    sandbox.reply("publishmessage", status="RESOURCE_EXHAUSTED", details="too many")
    assert refused() == ("RESOURCE_EXHAUSTED", "too many")
    sandbox.reply("PublishMessage", status=grpc.StatusCode.UNAVAILABLE)
    assert refused() == ("UNAVAILABLE", "The sandbox was told to reply this")
    assert sandbox.calls["PublishMessage", "UNAVAILABLE"] == 1


def test_so_many_times(sandbox, publish, refused):
    """After that many calls it replies as usual."""
    sandbox.reply("PublishMessage", status="UNAVAILABLE", times=2)
    assert [refused()[0], refused()[0]] == ["UNAVAILABLE"] * 2
    assert publish().key


def test_a_function_may_refuse_the_call(sandbox, refused):
    """It can use any status; any other exception is reported, too."""

    def refuse(_):
        raise CallRefused(grpc.StatusCode.ABORTED, "not today")

    sandbox.reply("PublishMessage", refuse)
    assert refused() == ("ABORTED", "not today")
    sandbox.reply("PublishMessage", lambda _: {}["missing"])
    assert refused() == ("UNKNOWN", "What replies to PublishMessage raised KeyError: 'missing'")
    with pytest.raises(ValueError, match="OK"):
        CallRefused(grpc.StatusCode.OK, "")


def test_a_stream(stub, sandbox, bearer):
    """Several responses come one after the other; ``variables`` may be an object."""
    sandbox.reply(
        "StreamActivatedJobs", [{"key": 1, "variables": {"a": 1}}, pb.ActivatedJob(key=2)]
    )
    request = pb.StreamActivatedJobsRequest(type="t", timeout=1)
    jobs = list(stub.StreamActivatedJobs(request, metadata=bearer(sandbox.issue_token())))
    assert [job.key for job in jobs] == [1, 2]
    assert jobs[0].variables == '{"a": 1}'


def test_the_token_is_checked_all_the_same(sandbox, stub):
    """A call without a good token doesn't get the configured reply."""
    sandbox.reply("PublishMessage", {"key": 7})
    with pytest.raises(grpc.RpcError) as error:
        stub.PublishMessage(MESSAGE)
    assert error.value.code() == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("arguments", "options", "error", "told"),
    [
        (("PublishMesage", {}), {}, ValueError, "Did you mean PublishMessage?"),
        (("Nothing", {}), {}, ValueError, "no method 'Nothing'"),
        (("PublishMessage", {"kee": 7}), {}, ValueError, "Did you mean 'key'?"),
        (("PublishMessage", {"key": "x"}), {}, ValueError, "doesn't fit"),
        (("PublishMessage", [{}]), {}, TypeError, "one PublishMessageResponse"),
        (("PublishMessage", pb.TopologyResponse()), {}, TypeError, "not a TopologyResponse"),
        (("PublishMessage", "{}"), {}, TypeError, "not a str"),
        (("ActivateJobs", 3), {}, TypeError, "a stream of ActivateJobsResponse"),
        (("PublishMessage",), {"status": "RESOURCE_EXHAUSTD"}, ValueError, "RESOURCE_EXHAUSTED?"),
        (("PublishMessage", {}), {"status": "UNAVAILABLE"}, TypeError, "not with both"),
        (("PublishMessage", {}), {"times": 0}, ValueError, "at least 1"),
    ],
)
def test_what_is_wrong_is_told_where_it_is_written(sandbox, arguments, options, error, told):
    """The error is raised where the reply is set, not to the client that calls the method later."""
    with pytest.raises(error) as raised:
        sandbox.reply(*arguments, **options)
    assert told in str(raised.value)


def test_from_another_process(sandbox, publish, refused):
    """There the response is JSON."""
    remote = attach(sandbox.environment)
    remote.reply("PublishMessage", {"key": 7})
    assert publish().key == 7
    remote.reply("PublishMessage", status="ABORTED", details="no", times=1)
    assert refused() == ("ABORTED", "no")
    with pytest.raises(ValueError, match="Did you mean"):
        remote.reply("PublishMesage", {})
    publish()
    assert remote.published_messages == sandbox.published_messages == {"paid": 1}
    assert remote.incidents == sandbox.incidents == {}
    assert remote.broadcast_signals == sandbox.broadcast_signals == {}
