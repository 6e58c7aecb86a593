"""What a program gets to know that the command ``zeebe-grpc doctor`` tells people."""

from __future__ import annotations

import math
from dataclasses import dataclass

from zeebe_auth import Profile
from zeebe_auth.public_class import public_class
from zeebe_grpc.connection.settings import check_profile
from zeebe_grpc.diagnosis.method_path import method_path
from zeebe_grpc.diagnosis.step import DiagnosisStep


@public_class("zeebe_grpc")
@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What each step from a profile to an answer of the gateway found.

    Args:
        steps: All steps in their order; those that could not be tried are among them.
    """

    steps: tuple[DiagnosisStep, ...]

    @property
    def ok(self) -> bool:
        """Whether no step failed."""
        return self.failure is None

    @property
    def failure(self) -> DiagnosisStep | None:
        """The first step that failed, which is the one to mend; None if none did."""
        return next((step for step in self.steps if step.status == "failed"), None)

    def to_dict(self) -> dict[str, object]:
        """The same as a mapping of JSON types: ``version`` 1, ``ok``, ``steps``."""
        return {"version": 1, "ok": self.ok, "steps": [step.to_dict() for step in self.steps]}

    def __str__(self) -> str:
        lines = []
        for step in self.steps:
            lines.append(f"{step.name}: {step.status}. {step.detail}")
            lines += [f"    {step.advice}"] if step.advice else []
        return "\n".join(lines)


def diagnose(
    profile: str | Profile | None = None, *, timeout: float = 10.0, method: str | None = None
) -> Diagnosis:
    """Check each step from a profile to the gateway or any gRPC service, and tell where it breaks.

    The steps are the installation, the configuration, the gateway's address, DNS, TCP, TLS and
    HTTP/2, a new token, the certificates, the clock, and one call: ``Topology``, or the standard
    health check where the service doesn't know that. A new token is requested each time, past
    stored tokens: don't call it in a loop.

    Args:
        profile: The name of a profile of the config file or the keychain, or a loaded `Profile`;
            None looks at the environment, the config file and the keychain, in that order.
        timeout: How long all steps may take together, in seconds, above 0.
        method: The method to call instead, with an empty request: ``/package.Service/Method``. Name
            one that changes nothing. INVALID_ARGUMENT, NOT_FOUND and the like are good answers:
            whoever gives them has let the caller in.

    Returns:
        What was found. It holds no secret, and no failure is raised.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: ``timeout`` is not a finite number above 0, or ``method`` is no method's name.
    """
    from zeebe_grpc.diagnosis.steps import diagnose_in_steps

    check_profile(profile)
    path = None if method is None else method_path(method)
    return Diagnosis(tuple(diagnose_in_steps(profile, checked_timeout(timeout), path)))


def checked_timeout(timeout: float) -> float:
    """``timeout``, if it is one.

    Raises:
        TypeError: It is no number.
        ValueError: It is not a finite number above 0.
    """
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise TypeError(f"timeout is a number of seconds, not {type(timeout).__name__}.")
    if not 0 < timeout < math.inf:
        raise ValueError(f"timeout is a number of seconds above 0, not {timeout!r}.")
    return float(timeout)
