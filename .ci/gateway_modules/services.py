"""Renders gateway_pb2_grpc.py and gateway_pb2_grpc.pyi."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import MethodDescriptorProto, ServiceDescriptorProto
from protocol import METHOD_IN_SERVICE, SERVICE_IN_FILE, Protocol
from text import docstring, indented

MODULE = '''\
"""Client and server of the Zeebe gateway, made from gateway.proto by `make proto`.

What is here, and how it behaves, is what grpcio-tools would make, but for two things. Nothing
checks versions, and a channel is asked for its methods in gRPC's public way alone, so that any
object with the methods of `grpc.Channel` or `grpc.aio.Channel` serves.
"""

import types as _types

import grpc as _grpc

from zeebe_grpc import gateway_pb2 as _pb2

_SERVICE = "{service_path}"
_METHODS = (
{methods}
)


class {service}Stub:
{stub_doc}

    __class_getitem__ = classmethod(_types.GenericAlias)

    def __init__(self, channel):
        for name, kind, request, response in _METHODS:
            multi_callable = getattr(channel, kind)(
                f"/{{_SERVICE}}/{{name}}",
                request_serializer=request.SerializeToString,
                response_deserializer=response.FromString,
            )
            setattr(self, name, multi_callable)


def _unimplemented(context):
    context.set_code(_grpc.StatusCode.UNIMPLEMENTED)
    context.set_details("Method not implemented!")
    raise NotImplementedError("Method not implemented!")


class {service}Servicer:
{servicer_doc}

{servicer_methods}


def add_{service}Servicer_to_server(servicer, server):
    """Have the server answer the service's calls with the servicer's methods."""
    handlers = {{
        name: getattr(_grpc, f"{{kind}}_rpc_method_handler")(
            getattr(servicer, name),
            request_deserializer=request.FromString,
            response_serializer=response.SerializeToString,
        )
        for name, kind, request, response in _METHODS
    }}
    generic_handler = _grpc.method_handlers_generic_handler(_SERVICE, handlers)
    server.add_generic_rpc_handlers((generic_handler,))
    server.add_registered_method_handlers(_SERVICE, handlers)


def _channelless_call(name, kind, request_class, response_class):
    def call(
        request,
        target,
        options=(),
        channel_credentials=None,
        call_credentials=None,
        insecure=False,
        compression=None,
        wait_for_ready=None,
        timeout=None,
        metadata=None,
    ):
        from grpc import experimental

        return getattr(experimental, kind)(
            request,
            target,
            f"/{{_SERVICE}}/{{name}}",
            request_class.SerializeToString,
            response_class.FromString,
            options,
            channel_credentials,
            insecure,
            call_credentials,
            compression,
            wait_for_ready,
            timeout,
            metadata,
        )

    return staticmethod(call)


class {service}:
    """Calls without a channel of one's own, through gRPC's experimental API."""


for _method in _METHODS:
    setattr({service}, _method[0], _channelless_call(*_method))
'''

STUB = '''\
"""Client and server of the Zeebe gateway, made from gateway.proto by `make proto`."""

# fmt: off
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from typing import Any, ClassVar, Generic, Protocol, overload

import grpc
import grpc.aio
from typing_extensions import TypeVar

from zeebe_grpc import gateway_pb2 as _pb2

_ChannelT = TypeVar("_ChannelT", grpc.Channel, grpc.aio.Channel, default=grpc.Channel)
_RequestT = TypeVar("_RequestT")
_ResponseT = TypeVar("_ResponseT")
_RequestT_contra = TypeVar("_RequestT_contra", contravariant=True)
_ResponseT_co = TypeVar("_ResponseT_co", covariant=True)

class _UnaryUnary(Generic[_RequestT, _ResponseT]):
    @overload
    def __get__(
        self, stub: {service}Stub[grpc.Channel], owner: Any
    ) -> grpc.UnaryUnaryMultiCallable[_RequestT, _ResponseT]: ...
    @overload
    def __get__(
        self, stub: {service}Stub[grpc.aio.Channel], owner: Any
    ) -> grpc.aio.UnaryUnaryMultiCallable[_RequestT, _ResponseT]: ...

class _UnaryStream(Generic[_RequestT, _ResponseT]):
    @overload
    def __get__(
        self, stub: {service}Stub[grpc.Channel], owner: Any
    ) -> grpc.UnaryStreamMultiCallable[_RequestT, _ResponseT]: ...
    @overload
    def __get__(
        self, stub: {service}Stub[grpc.aio.Channel], owner: Any
    ) -> grpc.aio.UnaryStreamMultiCallable[_RequestT, _ResponseT]: ...

class {service}Stub(Generic[_ChannelT]):
{stub_doc}

    @overload
    def __init__(self: {service}Stub[grpc.Channel], channel: grpc.Channel) -> None: ...
    @overload
    def __init__(self: {service}Stub[grpc.aio.Channel], channel: grpc.aio.Channel) -> None: ...

{stub_methods}

class {service}Servicer:
{servicer_doc}

{servicer_methods}

def add_{service}Servicer_to_server(
    servicer: {service}Servicer, server: grpc.Server | grpc.aio.Server
) -> None: ...

class _ChannellessCall(Protocol[_RequestT_contra, _ResponseT_co]):
    def __call__(
        self,
        request: _RequestT_contra,
        target: str,
        options: Sequence[tuple[str, Any]] = ...,
        channel_credentials: grpc.ChannelCredentials | None = ...,
        call_credentials: grpc.CallCredentials | None = ...,
        insecure: bool = ...,
        compression: grpc.Compression | None = ...,
        wait_for_ready: bool | None = ...,
        timeout: float | None = ...,
        metadata: Sequence[tuple[str, str | bytes]] | None = ...,
    ) -> _ResponseT_co: ...

class {service}:
    """Calls without a channel of one's own, through gRPC's experimental API."""

{channelless}
'''

_STUB_DOC = (
    "{about} The channel is a grpc.Channel or a grpc.aio.Channel; each method is called "
    "as that kind of channel has it."
)
_SERVICER_DOC = (
    "{about} Subclass it for a server: a method may be plain or async, as the server is; "
    "one that is left alone answers UNIMPLEMENTED."
)


def _service(protocol: Protocol) -> ServiceDescriptorProto:
    (service,) = protocol.file.service
    if any(method.client_streaming for method in service.method):
        raise SystemExit(f"{service.name}: request streams are not rendered; teach services.py.")
    return service


def _kind(method: MethodDescriptorProto) -> str:
    return "unary_stream" if method.server_streaming else "unary_unary"


def _class_docs(protocol: Protocol) -> dict[str, str]:
    about = protocol.sentence(SERVICE_IN_FILE, 0)
    return {
        "stub_doc": "\n".join(indented(docstring(_STUB_DOC.format(about=about), 4))),
        "servicer_doc": "\n".join(indented(docstring(_SERVICER_DOC.format(about=about), 4))),
    }


def _message(protocol: Protocol, type_name: str) -> str:
    return "_pb2." + type_name.removeprefix(f".{protocol.file.package}.")


def render_module(protocol: Protocol) -> str:
    """Give the text of gateway_pb2_grpc.py."""
    service = _service(protocol)
    rows: list[str] = []
    methods: list[str] = []
    for position, method in enumerate(service.method):
        rows += [
            "    (",
            f'        "{method.name}",',
            f'        "{_kind(method)}",',
            f"        {_message(protocol, method.input_type)},",
            f"        {_message(protocol, method.output_type)},",
            "    ),",
        ]
        sentence = protocol.sentence(SERVICE_IN_FILE, 0, METHOD_IN_SERVICE, position)
        methods += [
            "",
            f"def {method.name}(self, request, context):",
            *indented(docstring(sentence, 8)),
            "    _unimplemented(context)",
        ]
    return MODULE.format(
        service=service.name,
        service_path=f"{protocol.file.package}.{service.name}",
        methods="\n".join(rows),
        servicer_methods="\n".join(indented(methods[1:])),
        **_class_docs(protocol),
    )


def render_stub(protocol: Protocol) -> str:
    """Give the text of gateway_pb2_grpc.pyi."""
    service = _service(protocol)
    stub_methods: list[str] = []
    servicer_methods: list[str] = []
    channelless: list[str] = []
    for position, method in enumerate(service.method):
        sentence = protocol.sentence(SERVICE_IN_FILE, 0, METHOD_IN_SERVICE, position)
        request = _message(protocol, method.input_type)
        response = _message(protocol, method.output_type)
        kind = "_UnaryStream" if method.server_streaming else "_UnaryUnary"
        stub_methods += [
            f"{method.name}: ClassVar[",
            f"    {kind}[{request}, {response}]",
            "]",
            *docstring(sentence, 4),
        ]
        servicer_methods += _servicer_method(method, request, response, sentence)
        returned = f"Iterator[{response}]" if method.server_streaming else response
        channelless += [
            f"{method.name}: ClassVar[",
            f"    _ChannellessCall[{request}, {returned}]",
            "]",
        ]
    return STUB.format(
        service=service.name,
        stub_methods="\n".join(indented(stub_methods)),
        servicer_methods="\n".join(indented(servicer_methods)),
        channelless="\n".join(indented(channelless)),
        **_class_docs(protocol),
    )


def _servicer_method(
    method: MethodDescriptorProto, request: str, response: str, sentence: str
) -> Iterator[str]:
    # The context is Any, so that a subclass may name gRPC's plain or its asyncio context.
    yield f"def {method.name}("
    yield f"    self, request: {request}, context: Any"
    if method.server_streaming:
        # An asyncio servicer may also write its messages to the context and return nothing.
        yield ") -> ("
        yield f"    Iterator[{response}]"
        yield f"    | AsyncIterator[{response}]"
        yield "    | Awaitable[None]"
        yield "):"
    else:
        yield f") -> {response} | Awaitable[{response}]:"
    yield from indented(docstring(sentence, 8))
