"""Whether an object is a credentials provider; if not, what to pass instead of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from zeebe_auth.arguments import refuse_type, required_parameters

_PROVIDERS = "a credentials provider with a get_token() that returns an AccessToken"
_WRAPPER = "Pass zeebe_auth.adopt(…) of it, with its scopes if it wants any."


def check_provider(provider: object) -> None:
    """Refuse what can't be asked for a token by ``get_token()``.

    Raises:
        TypeError: It has no such method, or one that is async or wants arguments, or it is a class.
    """
    if isinstance(provider, type):
        made = f"Write {provider.__name__}(…), with parentheses, to make one."
        has_it = callable(getattr(provider, "get_token", None))
        refuse_type(provider, "provider", _PROVIDERS, made if has_it else "")
    name = type(provider).__name__
    get_token = getattr(provider, "get_token", None)
    if not callable(get_token):
        refuse_type(provider, "provider", _PROVIDERS, _advice(provider))
    if _wants_scopes(get_token):
        raise TypeError(
            f"{name} is no credentials provider of zeebe_auth: its get_token wants arguments, as "
            f"those of azure-identity do. {_WRAPPER}"
        )
    if inspect.iscoroutinefunction(get_token):
        raise TypeError(
            f"{name}.get_token is async, and gRPC's threads can't await it. Call it "
            "get_token_async, and add a get_token that returns the AccessToken itself."
        )


def _wants_scopes(get_token: Callable[..., object]) -> bool:
    # azure-core's protocol is get_token(*scopes, …), and raises ValueError without any.
    if required_parameters(get_token):
        return True
    try:
        scopes = inspect.signature(get_token).parameters.get("scopes")
    except (TypeError, ValueError):
        return False
    return scopes is not None and scopes.kind is inspect.Parameter.VAR_POSITIONAL


def _advice(given: object) -> str:
    if isinstance(given, str) or hasattr(given, "authorization"):
        return "For a token that you have, pass StaticCredentialsProvider(token)."
    if hasattr(given, "secret_setting"):
        return "For a profile, pass default_provider(profile)."
    if callable(getattr(given, "load", None)):
        return "For a source, pass OAuthCredentialsProvider(source)."
    if callable(getattr(given, "refresh", None)):  # google-auth's credentials
        return _WRAPPER
    return "None means no authorization."
