"""What the gateway was told to reply, method by method."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from google.protobuf.message import Message

from zeebe_grpc import gateway_pb2
from zeebe_grpc.message_json import message_from
from zeebe_grpc.sandbox.gateway.refused_call import CallRefused

_SERVICE = gateway_pb2.DESCRIPTOR.services_by_name["Gateway"]

OneResponse = Message | Mapping[str, Any]
Response = OneResponse | Iterable[OneResponse] | Callable[[Any], Any]
"""A response or its JSON, several for a stream, or a function that returns them for a request."""


@dataclass(slots=True)
class _Told:
    respond: Callable[[Any], Any]
    left: int | None


class Replies:
    """What was told; safe for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, _Told] = {}

    def tell(
        self,
        method: str,
        response: Response | None,
        *,
        status: grpc.StatusCode | str,
        details: str,
        times: int | None,
    ) -> None:
        """See `Sandbox.reply`."""
        name = _name(method)
        code = _status_code(status)
        if times is not None and times < 1:
            raise ValueError(f"How often to reply has to be at least 1, and {times} is not.")
        respond: Callable[[Any], Any] | None = None
        if code is not grpc.StatusCode.OK:
            if response is not None:
                raise TypeError("A call ends with a response or with a status, not with both.")
            respond = _refusal(code, details or "The sandbox was told to reply this")
        elif callable(response):
            respond = partial(_replied, response, name)
        elif response is not None:
            # What is wrong is told where it is written, not to the client.
            messages = list(_messages(response, name))
            respond = partial(_always, messages)
        with self._lock:
            if respond is None:
                self._told.pop(name, None)
            else:
                self._told[name] = _Told(respond, times)

    def to(self, method: str, request: Message) -> Iterator[Message] | None:
        """The responses to a request; None if nothing was told about its method.

        Raises:
            CallRefused: That is the reply. So is what a function raises, while it is iterated.
        """
        with self._lock:
            told = self._told.get(method)
            if told is None:
                return None
            if told.left is not None:
                told.left -= 1
                if not told.left:
                    del self._told[method]
        responses: Iterator[Message] = told.respond(request)
        return responses

    def reset(self) -> None:
        """Forget all."""
        with self._lock:
            self._told.clear()


def _status_code(status: grpc.StatusCode | str) -> grpc.StatusCode:
    """Return the status of a name such as ``RESOURCE_EXHAUSTED``.

    Raises:
        ValueError: There is none of that name.
    """
    if isinstance(status, grpc.StatusCode):
        return status
    known = grpc.StatusCode.__members__
    if status not in known:
        near = difflib.get_close_matches(status.upper(), list(known), n=1)
        raise ValueError(f"There is no status {status!r}.{_hint(near)}")
    return known[status]


def _name(method: str) -> str:
    names = {each.name.lower(): each.name for each in _SERVICE.methods}
    wanted = method.rpartition("/")[2].rpartition(".")[2].lower()
    if wanted not in names:
        near = difflib.get_close_matches(method, names.values(), n=1, cutoff=0.5)
        raise ValueError(f"The gateway has no method {method!r}.{_hint(near)}")
    return str(names[wanted])


def _hint(near: list[str]) -> str:
    return f" Did you mean {near[0]}?" if near else ""


def _replied(function: Callable[[Any], Any], method: str, request: Message) -> Iterator[Message]:
    try:
        yield from _messages(function(request), method)
    except CallRefused:
        raise
    except Exception as error:
        raise CallRefused(
            grpc.StatusCode.UNKNOWN,
            f"What replies to {method} raised {type(error).__name__}: {error}",
        ) from error


def _always(messages: list[Message], _request: Any) -> list[Message]:
    return messages


def _refusal(code: grpc.StatusCode, details: str) -> Callable[[Any], Any]:
    def refuse(_request: Any) -> Any:
        raise CallRefused(code, details)

    return refuse


def _messages(response: Any, method: str) -> Iterator[Message]:
    descriptor = _SERVICE.methods_by_name[method]
    message_class: type[Message] = getattr(gateway_pb2, descriptor.output_type.name)
    if isinstance(response, Message | Mapping):
        yield _message(response, message_class, method)
        return
    if not descriptor.server_streaming or isinstance(response, str | bytes):
        raise TypeError(
            f"{method} returns one {message_class.__name__} or a mapping of its fields, not a "
            f"{type(response).__name__}."
        )
    try:
        several = iter(response)
    except TypeError:
        raise TypeError(
            f"{method} returns a stream of {message_class.__name__}, not a "
            f"{type(response).__name__}."
        ) from None
    for each in several:
        yield _message(each, message_class, method)


def _message(response: Any, message_class: type[Message], method: str) -> Message:
    if isinstance(response, message_class):
        return response
    if isinstance(response, Message) or not isinstance(response, Mapping):
        raise TypeError(
            f"{method} returns a {message_class.__name__}, not a {type(response).__name__}."
        )
    return message_from(dict(response), message_class, what="response")
