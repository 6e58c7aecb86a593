import pytest

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc import gateway_pb2
from zeebe_grpc.cli.gateway_methods import find_method, to_json


@pytest.mark.parametrize(
    "written",
    [
        "Topology",
        "topology",
        "gateway_protocol.Gateway/Topology",
        "/gateway_protocol.Gateway/Topology",
        "gateway_protocol.Gateway.Topology",
        "Gateway/Topology",
    ],
)
def test_a_method_by_name(written):
    """A method is found alone, with its service and in any case."""
    method = find_method(written)
    assert method.path == "/gateway_protocol.Gateway/Topology"
    assert not method.streams_responses
    assert method.signature == (
        "rpc Topology (gateway_protocol.TopologyRequest) "
        "returns (gateway_protocol.TopologyResponse)"
    )


def test_every_method_is_found():
    """All methods of the gateway can be called, and those that stream are known."""
    declared = gateway_pb2.DESCRIPTOR.services_by_name["Gateway"].methods
    found = [find_method(method.name) for method in declared]
    assert {method.name for method in found if method.streams_responses} == {
        "ActivateJobs",
        "StreamActivatedJobs",
    }


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("Topologie", "Did you mean Topology"),
        ("CompleteJobs", "Did you mean CompleteJob"),
        ("xyz", "The methods are: ActivateJobs, "),
        ("", "The methods are"),
        ("other.Service/Topology", "no method"),
        ("a\x1b[31m", r"'a \[31m'"),
    ],
)
def test_an_unknown_method(written, says):
    """An unknown method is wrong use, and names near it are offered."""
    with pytest.raises(CommandFailed, match=says) as caught:
        find_method(written)
    assert caught.value.exit_code is ExitCode.WRONG_USE


def test_a_request_from_json():
    """JSON as protobuf writes it becomes the request."""
    request = find_method("CancelProcessInstance").request('{"processInstanceKey": "7"}')
    assert request == gateway_pb2.CancelProcessInstanceRequest(processInstanceKey=7)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a JSON object"),
        ('{"nmae": "x"}', "nmae"),
        ('{"timeToLive": "soon"}', "timeToLive"),
    ],
)
def test_a_request_that_does_not_fit(text, says):
    """JSON that is none, or not of this request, is wrong use, and the field is named."""
    with pytest.raises(CommandFailed, match=says) as caught:
        find_method("PublishMessage").request(text)
    assert caught.value.exit_code is ExitCode.WRONG_USE


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("PublishMessage", r'{"\ud800": 1}'),
        ("PublishMessage", '{"\udcff": 1}'),
        ("PublishMessage", r'{"name": "\ud800"}'),
        ("ActivateJobs", r'{"fetchVariable": ["\ud800"]}'),
        ("DeployResource", r'{"resources": [{"\ud800": "a"}]}'),
        ("DeployResource", r'{"resources": ["\ud800"]}'),
        ("MigrateProcessInstance", r'{"migrationPlan": {"\ud800": {}}}'),
    ],
)
def test_half_of_a_surrogate_pair_is_no_text(method, text):
    """In a key as in a value, escaped or from an argument that isn't UTF-8, it is wrong use."""
    with pytest.raises(CommandFailed, match="half of a surrogate pair") as caught:
        find_method(method).request(text)
    assert caught.value.exit_code == ExitCode.WRONG_USE
    str(caught.value).encode()


def test_defaults_are_written_out():
    """Zero is a broker's number and LEADER a role: fields at their default are in the JSON."""
    partition = gateway_pb2.Partition(partitionId=1)
    response = gateway_pb2.TopologyResponse(brokers=[{"partitions": [partition]}])
    broker = to_json(response)["brokers"][0]
    assert broker["nodeId"] == 0
    assert broker["partitions"] == [{"partitionId": 1, "role": "LEADER", "health": "HEALTHY"}]
