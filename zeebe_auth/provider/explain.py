"""Asks a provider's parts what they have, for a report to people."""

from __future__ import annotations

from dataclasses import replace

from zeebe_auth.errors import AuthError
from zeebe_auth.explanation import Explanation, token_state
from zeebe_auth.provider.decisions import in_force
from zeebe_auth.provider.failures import refusal_error
from zeebe_auth.provider.parts import ProviderParts
from zeebe_auth.shown_url import shown_text
from zeebe_auth.token import AccessToken


def explain(
    parts: ProviderParts,
    token: AccessToken | None,
    cooling: tuple[float, AuthError] | None,
    now: float,
) -> Explanation:
    """The report on a provider.

    Args:
        parts: What the provider is made of.
        token: The token in memory.
        cooling: Until when nobody is asked (epoch seconds), and the error why.
        now: Wall clock, in epoch seconds.
    """
    explanation, identity = parts.requester.describe()
    if identity is None:
        return explanation
    store = "memory" if parts.store is None else _shown(parts.store.store)
    problem = None
    if parts.store is not None:
        try:
            stored = parts.store.store.load(identity.key)
        except AuthError as error:
            problem = shown_text(error.message)
        except (Exception, SystemExit) as error:
            problem = type(error).__name__
        else:
            token = token or (stored if isinstance(stored, AccessToken) else None)
        if cooling is None:
            refusal = parts.store.load_refusal(identity.key)
            if (
                refusal is not None
                and in_force(refusal, now, parts.policy)
                and refusal.concerns(identity)
            ):
                cooling = (refusal.until, refusal_error(refusal, identity.wording))
    return replace(
        explanation,
        store=store,
        token_expires_at=None if token is None else token.expires_at,
        token_state=token_state(token, now),
        cooldown_until=None if cooling is None else cooling[0],
        cooldown_reason=None if cooling is None else cooling[1].message,
        problem=problem or explanation.problem,
        clock_ahead_seconds=parts.requester.clock_ahead_seconds,
    )


def _shown(store: object) -> str:
    try:
        # Somebody else's store may have its whole address in its text.
        shown, directory = shown_text(repr(store)), str(getattr(store, "directory", ""))
    except (Exception, SystemExit):
        return type(store).__name__
    # A file store in the user's own cache directory doesn't name it in its repr.
    return shown if directory in shown else f"{shown} in {directory}"
