"""Errors of a source without the frames that read the secret."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from zeebe_auth.errors import AuthError

__all__ = ["raised_anew"]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def raised_anew(read: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Let an `AuthError` leave ``read`` as if it were raised here, its cause kept.

    Error reporters show the variables of each frame an error went through, and what a person
    wrote down wrong stands there next to the secret.

    Args:
        read: A function whose own arguments hold no secret, since this frame shows them.
    """

    @functools.wraps(read)
    def reading(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        try:
            return read(*args, **kwargs)
        except AuthError as error:
            # Raised outside of this block: its context would be the error with all its frames.
            told = error.copy()
        raise told

    return reading
