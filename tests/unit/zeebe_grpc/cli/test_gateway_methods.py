import json
import re
from importlib.resources import files

import pytest

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc import gateway_pb2
from zeebe_grpc.cli.gateway_methods import all_methods, find_method
from zeebe_grpc.cli.grpc_method import to_json
from zeebe_grpc.cli.request_json import alternatives, example


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
    """An unknown method is wrong use, and the error suggests similar names."""
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
    """Invalid JSON, or JSON of another request, is wrong use, and the field is named."""
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
def test_half_of_a_surrogate_pair_is_wrong_use(method, text):
    """In a key or a value, escaped or from an argument that isn't UTF-8, it is wrong use."""
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


@pytest.mark.parametrize("method", [each for each, _ in all_methods()], ids=lambda m: m.name)
def test_an_example_is_a_request(method):
    """It has every field of the request, and can be used as it is printed."""
    shown = example(method.request_class.DESCRIPTOR)
    method.request(json.dumps(shown))
    one_of = [o for o in method.request_class.DESCRIPTOR.oneofs if len(o.fields) > 1]
    left_out = sum(len(oneof.fields) - 1 for oneof in one_of)
    assert len(shown) == len(method.request_class.DESCRIPTOR.fields) - left_out


def test_each_method_has_a_sentence():
    """The sentence is from gateway.proto."""
    sentences = [sentence for _, sentence in all_methods()]
    assert len(sentences) == len(gateway_pb2.DESCRIPTOR.services_by_name["Gateway"].methods)
    assert all(len(sentence.split()) >= 3 and sentence[-2].isalnum() for sentence in sentences)


def test_what_an_example_leaves_out_is_told():
    """The notes have the other members of a oneof, and the values of an enum, which only responses
    have today."""
    deployed = gateway_pb2.DeployResourceResponse.DESCRIPTOR
    (deployment,) = example(deployed)["deployments"]
    assert list(deployment) == ["process"]
    (told,) = alternatives(deployed)
    assert told.startswith("deployments.process: or one of decision, ")
    topology = gateway_pb2.TopologyResponse.DESCRIPTOR
    assert example(topology)["brokers"][0]["partitions"][0]["role"] == "LEADER"
    assert "brokers.partitions.role: one of LEADER, FOLLOWER" in "; ".join(alternatives(topology))


@pytest.mark.parametrize(
    ("method", "text", "path"),
    [
        ("PublishMessage", '{"variables": {"a": [1, {"é": null}]}}', ("variables",)),
        (
            "ModifyProcessInstance",
            '{"activateInstructions": [{"variableInstructions": [{"variables": {"a": 1}}]}]}',
            ("activateInstructions", 0, "variableInstructions", 0, "variables"),
        ),
    ],
)
def test_an_object_may_be_written_for_a_json_string(method, text, path):
    """It is accepted wherever the protocol takes variables."""
    expected = json.loads(text)
    value = find_method(method).request(text)
    for step in path:
        expected = expected[step]
        value = value[step] if isinstance(step, int) else getattr(value, step)
    assert json.loads(value) == expected


def test_a_json_string_is_not_changed():
    """It is not changed by a character."""
    request = find_method("PublishMessage").request('{"variables": "{\\"a\\":  1}"}')
    assert request.variables == '{"a":  1}'


def test_the_json_strings_of_requests_are_variables():
    """gateway.proto says of each string whether it holds JSON."""
    text = files("zeebe_grpc").joinpath("gateway.proto").read_text("utf-8")
    found = re.findall(r"((?:^ *//.*\n)+) *string (\w+)", text, re.MULTILINE)
    names = {name for comment, name in found if "JSON object" in comment}
    assert names - {"customHeaders"} == {"variables"}


@pytest.mark.parametrize(
    ("method", "text", "says"),
    [
        ("PublishMessage", '{"nmae": "x"}', "'nmae'.*Did you mean 'name'"),
        ("PublishMessage", '{"xyzzy": "x"}', "Its fields are: name, "),
        ("Topology", '{"a": 1}', "It has no fields"),
        ("DeployResource", '{"resources": [{}, {"nam": "a"}]}', r"'resources\[1\]\.nam'.*'name'"),
    ],
)
def test_a_wrong_field_is_told_with_its_place(method, text, says):
    """The error has its path, and what was probably meant."""
    with pytest.raises(CommandFailed, match=says) as caught:
        find_method(method).request(text)
    assert caught.value.exit_code is ExitCode.WRONG_USE
