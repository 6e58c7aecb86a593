"""Jobs that were added to the sandbox, through both ways in which a worker gets them."""

import json

import grpc
import pytest

from zeebe_grpc import gateway_pb2


@pytest.fixture
def metadata(sandbox, bearer):
    return bearer(sandbox.issue_token())


def activation(**changes):
    return gateway_pb2.ActivateJobsRequest(
        **{
            "type": "payment",
            "worker": "w1",
            "timeout": 60_000,
            "maxJobsToActivate": 10,
            "requestTimeout": -1,
            **changes,
        }
    )


def keys_of(responses):
    return [job.key for response in responses for job in response.jobs]


def test_a_job_arrives_with_all_it_has(stub, sandbox, metadata):
    """A worker gets the job as it was added, in the protocol's form."""
    key = sandbox.add_job("payment", {"sum": 1}, custom_headers={"h": "v"}, element_id="pay")

    ((job,),) = [response.jobs for response in stub.ActivateJobs(activation(), metadata=metadata)]

    assert (job.key, job.type, job.worker, job.retries) == (key, "payment", "w1", 3)
    assert json.loads(job.variables) == {"sum": 1}
    assert json.loads(job.customHeaders) == {"h": "v"}
    assert job.elementId == "pay"
    assert job.deadline > 0


def test_as_many_as_wanted(stub, sandbox, metadata):
    """A worker gets no more jobs than it asked for, and no job twice."""
    keys = [sandbox.add_job("payment") for _ in range(3)]
    sandbox.add_job("other")

    first = keys_of(stub.ActivateJobs(activation(maxJobsToActivate=2), metadata=metadata))
    second = keys_of(stub.ActivateJobs(activation(maxJobsToActivate=2), metadata=metadata))

    assert (first, second) == (keys[:2], keys[2:])


def test_only_the_variables_wanted(stub, sandbox, metadata):
    """fetchVariable leaves the other variables out."""
    sandbox.add_job("payment", {"a": 1, "b": 2})

    (response,) = stub.ActivateJobs(activation(fetchVariable=["b"]), metadata=metadata)

    assert json.loads(response.jobs[0].variables) == {"b": 2}


@pytest.mark.parametrize("request_timeout", [-1, 1])
def test_no_jobs(stub, metadata, request_timeout):
    """Without jobs the stream ends empty: at once, or after the request's own time limit."""
    request = activation(requestTimeout=request_timeout)

    assert list(stub.ActivateJobs(request, metadata=metadata)) == []


def test_long_polling(stub, sandbox, metadata):
    """A worker that waits gets the job when it comes."""
    call = stub.ActivateJobs(activation(requestTimeout=60_000), metadata=metadata)
    call.initial_metadata()
    key = sandbox.add_job("payment")

    assert keys_of(call) == [key]


def test_a_stream_of_jobs(stub, sandbox, metadata):
    """A stream brings each job as it comes, and counts as cancelled when the worker leaves."""
    request = gateway_pb2.StreamActivatedJobsRequest(type="payment", worker="w1", timeout=1000)
    early = sandbox.add_job("payment")
    call = stub.StreamActivatedJobs(request, metadata=metadata)

    assert next(call).key == early
    late = sandbox.add_job("payment")
    assert next(call).key == late
    call.cancel()
    with pytest.raises(grpc.RpcError):
        next(call)


def test_completing(stub, sandbox, metadata):
    """A known job completes once; then there is none with that key."""
    request = gateway_pb2.CompleteJobRequest(jobKey=sandbox.add_job("payment"))
    stub.CompleteJob(request, metadata=metadata)

    with pytest.raises(grpc.RpcError) as missing:
        stub.CompleteJob(request, metadata=metadata)

    assert missing.value.code() == grpc.StatusCode.NOT_FOUND


def test_failing(stub, sandbox, metadata):
    """A failed job comes again while it has retries, and not without any."""
    key = sandbox.add_job("payment")
    for retries, then in ((2, [key]), (0, [])):
        list(stub.ActivateJobs(activation(), metadata=metadata))
        request = gateway_pb2.FailJobRequest(jobKey=key, retries=retries)
        stub.FailJob(request, metadata=metadata)
        assert keys_of(stub.ActivateJobs(activation(), metadata=metadata)) == then

    with pytest.raises(grpc.RpcError) as missing:
        stub.FailJob(gateway_pb2.FailJobRequest(jobKey=1), metadata=metadata)
    assert missing.value.code() == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("changes", [{"type": ""}, {"timeout": 0}, {"maxJobsToActivate": 0}])
def test_requests_that_make_no_sense(stub, metadata, changes):
    """No type, no time and no jobs wanted are invalid arguments, named in the answer."""
    with pytest.raises(grpc.RpcError) as invalid:
        list(stub.ActivateJobs(activation(**changes), metadata=metadata))

    assert invalid.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert next(iter(changes)) in invalid.value.details()
