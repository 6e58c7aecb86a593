"""Our channel around grpcio-testing's, whose calls take few options, call nobody back and don't say
whether they are over. It prints what the caller got and what the channel saw of it, as JSON."""

import json
from concurrent.futures import ThreadPoolExecutor

import grpc
import grpc_testing
from google.protobuf import descriptor_pb2, descriptor_pool

import zeebe_grpc
from zeebe_auth import AccessToken, Secret

PATIENCE_SECONDS = 20
KINDS = {
    "UnaryUnary": (False, False),
    "UnaryStream": (False, True),
    "StreamUnary": (True, False),
    "StreamStream": (True, True),
}
STYLES = {
    "UnaryUnary": ("call", "with_call", "future"),
    "StreamUnary": ("call", "with_call", "future"),
    "UnaryStream": ("iterate",),
    "StreamStream": ("iterate",),
}


class Vault:
    """Has another token as soon as one is refused."""

    def __init__(self):
        self.number = 1

    def get_token(self):
        return AccessToken(Secret(f"token-{self.number}"))

    current_token = get_token

    def invalidate(self, token):
        self.number += 1


def service():
    file = descriptor_pb2.FileDescriptorProto(name="kinds.proto", package="test", syntax="proto3")
    file.message_type.add(name="Text")
    described = file.service.add(name="Kinds")
    for name, (streams_requests, streams_responses) in KINDS.items():
        described.method.add(
            name=name,
            input_type=".test.Text",
            output_type=".test.Text",
            client_streaming=streams_requests,
            server_streaming=streams_responses,
        )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool.FindServiceByName("test.Kinds")


def use(channel, kind, style):
    """What the caller of one call gets, and what the call says of itself then."""
    streams_requests, streams_responses = KINDS[kind]
    name = "_".join("stream" if streams else "unary" for streams in KINDS[kind])
    stub = getattr(channel, name)(f"/test.Kinds/{kind}")
    request = iter(()) if streams_requests else "request"
    if style == "call":
        return stub(request), None
    if style == "with_call":
        answer, call = stub.with_call(request)
        return answer, call.code().name
    call = stub.future(request) if style == "future" else stub(request)
    answer = list(call) if streams_responses else call.result()
    assert call.done()
    assert not call.is_active()
    return answer, call.code().name


def answer(testing_channel, method, kind, code):
    """Answer the next call of the method; gives the authorization that came along."""
    streams_requests, streams_responses = KINDS[kind]
    name = "_".join("stream" if streams else "unary" for streams in KINDS[kind])
    taken = getattr(testing_channel, f"take_{name}")(method)
    if streams_requests:
        metadata, rpc = taken
    else:
        metadata, _, rpc = taken
    rpc.send_initial_metadata(())
    answered = code is grpc.StatusCode.OK
    if streams_responses:
        if answered:
            rpc.send_response("response")
        rpc.terminate((), code, "")
    else:
        rpc.terminate("response" if answered else None, (), code, "")
    return dict(metadata)["authorization"]


described = service()
report = {}
with ThreadPoolExecutor() as threads:
    for kind, styles in STYLES.items():
        for style in styles:
            testing_channel = grpc_testing.channel([described], grpc_testing.strict_real_time())
            channel = zeebe_grpc.authorize(testing_channel, Vault(), allow_plaintext=True)
            using = threads.submit(use, channel, kind, style)
            codes = [grpc.StatusCode.OK]
            if kind.startswith("Unary"):
                codes.insert(0, grpc.StatusCode.UNAUTHENTICATED)
            method = described.methods_by_name[kind]
            seen = [
                threads.submit(answer, testing_channel, method, kind, code).result(PATIENCE_SECONDS)
                for code in codes
            ]
            report[f"{kind} {style}"] = [seen, using.result(PATIENCE_SECONDS)]
print(json.dumps(report))
