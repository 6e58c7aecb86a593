"""``zeebe-grpc call`` on a service that is not Zeebe's, behind OAuth and TLS."""

from __future__ import annotations

import json
import sys
import textwrap
import warnings

import grpc
import pytest
from google.protobuf.json_format import MessageToDict

from zeebe_grpc.cli import proto_files
from zeebe_grpc.cli.main import main
from zeebe_grpc.sandbox import Sandbox

with warnings.catch_warnings():
    # Of protobuf, where it is a little newer than grpcio-reflection.
    warnings.simplefilter("ignore", UserWarning)
    from grpc_reflection.v1alpha import reflection

TYPES = """
    syntax = "proto3";
    package hello;
    enum Mood { CALM = 0; MERRY = 1; }
"""
GREETER = """
    syntax = "proto3";
    package hello;
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/any.proto";
    import "common/types.proto";

    service Greeter {
      rpc SayHello (HelloRequest) returns (HelloReply);
      rpc CountDown (HelloRequest) returns (stream HelloReply);
      rpc Collect (stream HelloRequest) returns (HelloReply);
      rpc Chat (stream HelloRequest) returns (stream HelloReply);
    }
    service Other { rpc SayHello (HelloRequest) returns (HelloReply); }

    message HelloRequest {
      string name = 1;
      Mood mood = 2;
      google.protobuf.Timestamp at = 3;
      map<string, Part> parts = 4;
      google.protobuf.Struct free = 5;
      oneof place { string city = 6; int64 room = 7; }
      HelloRequest inner = 8;
      google.protobuf.Any any = 9;
    }
    message Part { repeated int32 sizes = 1; }
    message HelloReply { string text = 1; HelloRequest request = 2; }
"""
WHOLE = {
    "name": "Ada",
    "mood": "MERRY",
    "at": "2026-01-31T12:00:00Z",
    "parts": {"left": {"sizes": [1, 2]}},
    "free": {"a": [1.0, {"b": None}]},
    "room": "7",
    "inner": {"name": "Bob"},
    "any": {"@type": "type.googleapis.com/hello.Part", "sizes": [3]},
}


@pytest.fixture(scope="module")
def proto(tmp_path_factory):
    """The service's file; what it imports is in another folder."""
    folder = tmp_path_factory.mktemp("proto")
    for name, text in {"own/greeter.proto": GREETER, "more/common/types.proto": TYPES}.items():
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(textwrap.dedent(text))
    return folder / "own/greeter.proto", folder / "more"


class Service:
    """Greets; it keeps each request as JSON."""

    def __init__(self, proto) -> None:
        self.methods = {
            each.path: each for each in proto_files.services_of([proto[0]], [proto[1]]).methods()
        }
        self.received: list[dict] = []
        self.reply = self.methods["/hello.Greeter/SayHello"].response_class
        self.pool = self.methods["/hello.Greeter/SayHello"].pool

    def _take(self, request) -> str:
        self.received.append(MessageToDict(request, descriptor_pool=self.pool))
        return request.name

    def unary(self, request, context):
        if (name := self._take(request)) == "nobody":
            context.abort(grpc.StatusCode.NOT_FOUND, "nobody is here")
        return self.reply(text=f"Hello, {name}!", request=request)

    def to_stream(self, request, _context):
        return (self.reply(text=f"{self._take(request)} {n}") for n in (2, 1))

    def from_stream(self, requests, _context):
        return self.reply(text=" and ".join(map(self._take, requests)))

    def both(self, requests, _context):
        return (self.reply(text=self._take(each)) for each in requests)

    def add(self, server: grpc.Server) -> None:
        """Add both services, without reflection."""
        makers = {
            (False, False): (grpc.unary_unary_rpc_method_handler, self.unary),
            (False, True): (grpc.unary_stream_rpc_method_handler, self.to_stream),
            (True, False): (grpc.stream_unary_rpc_method_handler, self.from_stream),
            (True, True): (grpc.stream_stream_rpc_method_handler, self.both),
        }
        for service in ("hello.Greeter", "hello.Other"):
            handlers = {}
            for method in self.methods.values():
                make, function = makers[method.streams_requests, method.streams_responses]
                if method.service == service:
                    handlers[method.name] = make(
                        function,
                        method.request_class.FromString,
                        method.response_class.SerializeToString,
                    )
            server.add_generic_rpc_handlers(
                (grpc.method_handlers_generic_handler(service, handlers),)
            )

    def add_with(self, *versions: str):
        """Add both services and reflection, by the real servicer, in some of its versions."""

        def add(server: grpc.Server) -> None:
            self.add(server)
            names = ["hello.Greeter", "hello.Other", reflection.SERVICE_NAME]
            servicer = reflection.ReflectionServicer(names, pool=self.pool)
            for version in versions:
                method = grpc.stream_stream_rpc_method_handler(
                    servicer.ServerReflectionInfo,
                    reflection._reflection_pb2.ServerReflectionRequest.FromString,
                    reflection._reflection_pb2.ServerReflectionResponse.SerializeToString,
                )
                name = f"grpc.reflection.{version}.ServerReflection"
                handlers = {"ServerReflectionInfo": method}
                server.add_generic_rpc_handlers(
                    (grpc.method_handlers_generic_handler(name, handlers),)
                )

        return add


@pytest.fixture(scope="module", params=["v1", "v1alpha", "none"])
def served(request, proto):
    """The service, its sandbox, and which version of reflection it has."""
    service = Service(proto)
    add = service.add if request.param == "none" else service.add_with(request.param)
    with Sandbox(services=[add]) as sandbox:
        yield service, sandbox, request.param


@pytest.fixture
def call(served, monkeypatch, tmp_path, capsys):
    """Run the command for the service's profile."""
    service, sandbox, _ = served
    service.received.clear()
    config = tmp_path / "config.toml"
    config.write_text(
        "[profiles.hello]\n"
        f"address = '{sandbox.address}'\n"
        f"token_url = '{sandbox.token_url}'\n"
        f"audience = '{sandbox.audience}'\n"
        f"ca_certificate = '{sandbox.ca_certificate_path}'\n"
        f"client_id = '{sandbox.client_id}'\n"
        "client_secret = { env = 'HELLO_CLIENT_SECRET' }\n"
        "store = 'memory'\n"
    )
    monkeypatch.setenv("ZEEBE_AUTH_CONFIG", str(config))
    monkeypatch.setenv("HELLO_CLIENT_SECRET", sandbox.client_secret)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["call", "-p", "hello", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def known(served, proto):
    """The options with which the methods are known, by the file where there is no reflection."""
    return ["--proto", str(proto[0]), "-I", str(proto[1])] if served[2] == "none" else []


def test_a_unary_method(served, call, known):
    """Each kind of field arrives as it was written and comes back so, with one token request."""
    service, sandbox, _ = served
    before = sandbox.token_requests
    code, out, err = call(*known, "hello.Greeter/SayHello", json.dumps(WHOLE))
    assert (code, err) == (0, "")
    assert service.received == [WHOLE]
    answer = json.loads(out)
    assert answer["text"] == "Hello, Ada!"
    assert answer["request"]["any"] == WHOLE["any"]
    assert sandbox.token_requests == before + 1


def test_streams(served, call, known):
    """A stream of answers is an object a line; a stream of requests is any number of objects."""
    code, out, _ = call(*known, "hello.Greeter.CountDown", '{"name": "x"}')
    assert code == 0
    assert [json.loads(line)["text"] for line in out.splitlines()] == ["x 2", "x 1"]
    two = '{"name": "x"}\n{"name": "y"}\n'
    code, out, _ = call(*known, "/hello.Greeter/Collect", two)
    assert (code, json.loads(out)["text"]) == (0, "x and y")
    code, out, _ = call(*known, "hello.greeter/chat", two)
    assert [json.loads(line)["text"] for line in out.splitlines()] == ["x", "y"]
    code, out, _ = call(*known, "hello.Greeter/Collect", "")
    assert (code, json.loads(out)["text"]) == (0, "")


def test_what_there_is(served, call, known):
    """The methods are listed with their services, reflection's own left out."""
    options = known or ["--reflection"]
    code, out, _ = call(*options, "--list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [
        "hello.Greeter/Chat",
        "hello.Greeter/Collect",
        "hello.Greeter/CountDown",
        "hello.Greeter/SayHello",
        "hello.Other/SayHello",
    ]
    assert "rpc Chat (stream hello.HelloRequest) returns (stream hello.HelloReply)" in out
    code, out, _ = call(*options, "--list", "-o", "json")
    assert json.loads(out)[1] == {
        "name": "Collect",
        "service": "hello.Greeter",
        "streams_requests": True,
        "streams_responses": False,
        "request": "hello.HelloRequest",
        "response": "hello.HelloReply",
        "description": "",
    }


def test_an_example(served, call, known):
    """It can be sent as it is, apart from what an Any holds."""
    code, out, err = call(*(known or ["--reflection"]), "--example", "CountDown")
    assert code == 0
    document = json.loads(out)
    assert document == {
        "name": "",
        "mood": "CALM",
        "at": "2026-01-31T12:00:00Z",
        "parts": {"": {"sizes": [0]}},
        "free": {},
        "city": "",
        "any": {"@type": "type.googleapis.com/…"},
    }
    assert "mood: one of CALM, MERRY" in err
    assert "city: or one of room instead" in err
    del document["any"]
    code, _, err = call(*known, "hello.Greeter/SayHello", json.dumps(document))
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    ("method", "request_text", "says"),
    [
        ("hello.Greeter/SayHallo", "{}", "Did you mean hello.Greeter/SayHello"),
        ("hello.Greeter/SayHello", '{"nmae": "x"}', "Did you mean 'name'?"),
        ("hello.Greeter/SayHello", '{"parts": {"a": {"size": [1]}}}', "'parts.a.size'"),
        ("hello.Greeter/SayHello", '{"mood": "SAD"}', "doesn't fit hello.HelloRequest"),
        ("hello.Greeter/Chat", '{"name": "x"} {', "The request is not JSON"),
    ],
)
def test_what_is_written_wrong(served, call, known, method, request_text, says):
    """It is told, and nothing is sent."""
    code, out, err = call(*known, method, request_text)
    assert (code, out) == (2, "")
    assert says in err
    assert "gateway" not in err
    assert not served[0].received


def test_a_name_of_two_services(served, call, known):
    """The error has both."""
    code, _, err = call(*(known or ["--reflection"]), "SayHello")
    assert code == 2
    assert "several services: hello.Greeter/SayHello and hello.Other/SayHello." in " ".join(
        err.split()
    )


def test_a_call_that_fails(served, call, known):
    """It is the service that ended it."""
    code, _, err = call(*known, "hello.Greeter/SayHello", '{"name": "nobody"}')
    assert code == 1
    assert "The service ended the call with NOT_FOUND: nobody is here." in err


def test_without_reflection(served, call):
    """The error names the other way."""
    if served[2] != "none":
        return
    code, _, err = call("hello.Greeter/SayHello")
    assert code == 2
    assert "has no server reflection" in err
    assert "--proto" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--proto", "a.proto", "--reflection", "X"], "Give one"),
        (["--import-path", ".", "X"], "--import-path is for --proto"),
        (["--proto", "/no/such.proto", "X"], "There is no /no/such.proto."),
    ],
)
def test_options_that_do_not_go_together(call, arguments, says):
    """The error says what to do."""
    code, _, err = call(*arguments)
    assert code == 2
    assert says in err


def test_files_that_protoc_refuses(call, proto, tmp_path):
    """Its own words are shown; an import that is missing has advice."""
    code, _, err = call("--proto", str(proto[0]), "hello.Greeter/SayHello")
    assert code == 2
    assert "common/types.proto" in err
    assert "--import-path" in err
    empty = tmp_path / "empty.proto"
    empty.write_text('syntax = "proto3";\n')
    code, _, err = call("--proto", str(empty), "X")
    assert code == 2
    assert f"There is no service in {empty}." in " ".join(err.split())


@pytest.mark.parametrize("module", ["grpc_tools", "grpc_reflection"])
def test_without_the_extra(call, proto, monkeypatch, module):
    """The error has the line to install it."""
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "grpc_reflection.v1alpha", None)
    monkeypatch.setattr(proto_files, "find_spec", lambda _name: None)
    known = ["--proto", str(proto[0])] if module == "grpc_tools" else []
    code, _, err = call(*known, "hello.Greeter/SayHello")
    assert code == 2
    assert 'pip install "zeebe-credentials[proto]"' in " ".join(err.split())
