"""Other people's services, behind the same checks as the gateway."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn

import grpc

from zeebe_grpc.sandbox.gateway.refused_call import CallRefused

AddService = Callable[[grpc.Server], Any]
"""Adds a servicer to a server, as the generated ``add_…Servicer_to_server`` does."""


Respond = Callable[[Iterator[bytes], grpc.ServicerContext], Iterator[bytes]]
"""Answers any kind of call on the wire: encoded requests in, encoded responses out."""


class OtherServices:
    """The services of a sandbox that are not Zeebe's.

    Args:
        services: Each adds one; they are called at once.

    Raises:
        TypeError: One of them is no function.
    """

    def __init__(self, services: Iterable[AddService]) -> None:
        collector = _Collector()
        for add in services:
            if not callable(add):
                raise TypeError(
                    "Each of services= is a function that takes a server and adds a servicer to it,"
                    " such as lambda server: add_GreeterServicer_to_server(Greeter(), server); "
                    f"this one is a {type(add).__name__}."
                )
            add(collector)
        self._handlers = collector.handlers

    def find(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        """The handler of a method, if one of the services has it."""
        return next((found for each in self._handlers if (found := each.service(details))), None)


def responses_of(handler: Any) -> Respond:
    """Answer with a handler of any kind, as grpc's server would."""
    behaviour = (
        handler.stream_stream or handler.stream_unary or handler.unary_stream or handler.unary_unary
    )
    is_async = inspect.iscoroutinefunction(behaviour) or inspect.isasyncgenfunction(behaviour)
    decode = handler.request_deserializer or bytes
    encode = handler.response_serializer or bytes

    def respond(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
        if is_async:
            raise CallRefused(
                grpc.StatusCode.UNIMPLEMENTED,
                "This method is a coroutine function; the sandbox serves servicers of grpc's "
                "synchronous API",
            )
        decoded = map(decode, requests)
        if handler.request_streaming:
            response = behaviour(decoded, context)
        else:
            request = next(decoded, None)
            if request is None:
                raise CallRefused(grpc.StatusCode.INTERNAL, "The call ended before its request")
            response = behaviour(request, context)
        if handler.response_streaming:
            yield from map(encode, response)
        else:
            yield encode(response)

    return respond


class _Collector(grpc.Server):
    """Looks like a server to what adds handlers to one."""

    def __init__(self) -> None:
        self.handlers: list[grpc.GenericRpcHandler] = []

    def add_generic_rpc_handlers(self, generic_rpc_handlers: Iterable[Any]) -> None:
        self.handlers += generic_rpc_handlers

    def add_registered_method_handlers(
        self, service_name: str, method_handlers: Mapping[str, Any]
    ) -> None:
        # Generated code adds the same as generic handlers, too; other code may not.
        self.handlers.append(
            grpc.method_handlers_generic_handler(service_name, dict(method_handlers))
        )

    def add_insecure_port(self, address: str) -> int:
        _refuse(address)

    def add_secure_port(self, address: str, server_credentials: Any) -> int:
        _refuse(address, server_credentials)

    def start(self) -> None:
        _refuse()

    def stop(self, grace: float | None) -> Any:
        _refuse(grace)

    def wait_for_termination(self, timeout: float | None = None) -> bool:
        _refuse(timeout)


def _refuse(*_: Any) -> NoReturn:
    raise TypeError("The sandbox opens ports, starts and stops by itself; only add the servicer.")
