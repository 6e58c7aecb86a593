"""Errors leave functions that handle secrets without the frames that have them."""

from __future__ import annotations

import inspect

import pytest
from error_reports import everything_reachable

from zeebe_auth.errors import (
    ConfigurationError,
    RateLimitedError,
    without_arguments,
    without_frames,
)

CANARY = "hunter2-must-not-be-shown"


def fail(error, cause=None):
    """Raise with the secret in a variable, and with a cause that has one, too."""
    in_a_variable = CANARY
    if cause is None:
        raise error
    try:
        raise cause
    except Exception as caught:
        assert in_a_variable
        raise error from caught


def in_module(function):
    """Give a function another module, since frames of a test's own functions aren't checked."""
    code = function.__code__.replace(co_filename="a_module_of_ours.py")
    return type(function)(code, function.__globals__, function.__name__, function.__defaults__)


def test_an_equal_error_without_frames_is_raised():
    """Its kind, message and details stay, and its causes, without their tracebacks."""
    cause = OSError(2, "No such file")
    cause.__context__ = ValueError("in the middle")
    guarded = without_frames(in_module(fail))
    with pytest.raises(RateLimitedError, match="Later") as caught:
        guarded(RateLimitedError("Later.", retry_at=5.0), cause)
    assert caught.value.retry_at == 5.0
    assert caught.value.__cause__ is cause
    assert caught.value.__context__ is None
    assert cause.__traceback__ is None
    assert CANARY not in everything_reachable(caught.value)


def test_arguments_are_not_in_the_frame_that_stays():
    """This holds for positional and for keyword arguments."""

    def refuse(shown, *, secret):
        raise ConfigurationError(f"Neither {len(shown)} nor {len(secret)}.")

    with pytest.raises(ConfigurationError, match="Neither") as caught:
        without_frames(in_module(refuse))(CANARY, secret=CANARY)
    assert CANARY not in everything_reachable(caught.value)


def test_a_fault_of_the_program_keeps_its_traceback():
    """Without it nobody could find the fault."""
    with pytest.raises(KeyError) as caught:
        without_frames(fail)(KeyError("x"))
    names = [entry.name for entry in caught.traceback]
    assert names[-1] == "fail"


@pytest.mark.parametrize("kind", [TypeError, ValueError, ConfigurationError])
def test_a_constructor_says_what_is_wrong_with_an_argument(kind):
    """It raises TypeError and ValueError on purpose, which are treated alike."""
    with pytest.raises(kind, match="Pass a str") as caught:
        without_arguments(in_module(fail))(kind("Pass a str."), OSError("x"))
    assert CANARY not in everything_reachable(caught.value)


def test_the_function_is_called_as_before():
    """It has its result, its name and its signature."""

    def double(number: int, *, times: int = 2) -> int:
        """Doc."""
        return number * times

    guarded = without_frames(double)
    assert guarded(3, times=4) == 12
    assert (guarded.__name__, guarded.__doc__) == ("double", "Doc.")
    assert inspect.signature(guarded) == inspect.signature(double)
