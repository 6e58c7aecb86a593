"""The sandbox's side of its switches and counts: what another process asks over HTTP."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from zeebe_grpc.sandbox.oauth.http_server import HttpReply, HttpRequest

_ACTIONS = frozenset(
    {"add_client", "add_job", "refuse_token_requests", "reply", "reset", "revoke_tokens"}
)
_SWITCHES: dict[str, Callable[[Any], object]] = {
    "gateway_refuses_tokens": bool,
    "token_delay_seconds": float,
    "token_lifetime_seconds": int,
}


class Controlled(Protocol):
    """The counts of a sandbox; its switches and actions are looked up by name."""

    @property
    def token_requests(self) -> int: ...

    @property
    def token_replies(self) -> Counter[tuple[str, int]]: ...

    @property
    def calls(self) -> Counter[tuple[str, str]]: ...

    @property
    def published_messages(self) -> Counter[str]: ...

    @property
    def broadcast_signals(self) -> Counter[str]: ...

    @property
    def incidents(self) -> dict[int, int]: ...


def control_reply(sandbox: Controlled, action: str, request: HttpRequest) -> HttpReply:
    """The sandbox's side: GET gives switches and counts, POST changes a switch or does a thing.

    Args:
        sandbox: The one to read and to change.
        action: The last part of the path: ``""``, ``"/set"`` or ``"/<action>"``.
        request: Its body is a JSON object of arguments.
    """
    from zeebe_grpc.sandbox.oauth.authorization_server import json_reply

    if request.method == "GET" and not action.strip("/"):
        return json_reply(200, _state(sandbox))
    try:
        arguments = json.loads(request.body or b"{}")
        name = action.strip("/")
        if name == "set" and arguments.keys() <= _SWITCHES.keys():
            for switch, value in arguments.items():
                setattr(sandbox, switch, _SWITCHES[switch](value))
            return json_reply(200, {"result": None})
        if name in _ACTIONS:
            return json_reply(200, {"result": getattr(sandbox, name)(**arguments)})
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        return json_reply(400, {"error": str(error)})
    return json_reply(404, {"error": f"There are set ({', '.join(_SWITCHES)}), {sorted(_ACTIONS)}"})


def _state(sandbox: Controlled) -> dict[str, Any]:
    return {
        **{switch: getattr(sandbox, switch) for switch in _SWITCHES},
        "token_requests": sandbox.token_requests,
        "token_replies": [[*key, count] for key, count in sandbox.token_replies.items()],
        "calls": [[*key, count] for key, count in sandbox.calls.items()],
        "published_messages": dict(sandbox.published_messages),
        "broadcast_signals": dict(sandbox.broadcast_signals),
        "incidents": [[*pair] for pair in sandbox.incidents.items()],
    }
