"""What a channel or an HTTP client needs of any credentials provider."""

from zeebe_auth.adapters.repeat import AttemptEnded, Outcome, Step, attempts, next_step
from zeebe_auth.adapters.token_access import Answer, TokenAccess

__all__ = [
    "Answer",
    "AttemptEnded",
    "Outcome",
    "Step",
    "TokenAccess",
    "attempts",
    "next_step",
]
