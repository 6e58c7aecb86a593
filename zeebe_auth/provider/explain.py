"""Asks source and store what they have, for a report to people."""

from __future__ import annotations

from zeebe_auth.errors import AuthError
from zeebe_auth.explanation import Explanation, token_state
from zeebe_auth.finding import Finding
from zeebe_auth.protocols import CredentialSource, ExplainingSource
from zeebe_auth.provider.decisions import in_force
from zeebe_auth.provider.failures import refusal_error
from zeebe_auth.provider.parts import ProviderParts, load_source
from zeebe_auth.shown_url import shown_text, shown_url
from zeebe_auth.token import AccessToken
from zeebe_auth.token_endpoint import TokenTransport
from zeebe_auth.token_endpoint.http.reach import reach_of
from zeebe_auth.token_key import TokenKey

__all__ = ["explain"]


def explain(
    parts: ProviderParts,
    transport: TokenTransport,
    token: AccessToken | None,
    cooling: tuple[float, AuthError] | None,
    now: float,
) -> Explanation:
    """The report on a provider.

    Args:
        parts: What the provider is made of.
        transport: How its token endpoint is reached.
        token: The token in memory.
        cooling: Until when the endpoint is left alone (epoch seconds), and the error why.
        now: Wall clock, in epoch seconds.
    """
    source = parts.source
    findings = _findings(source)
    try:
        credentials = load_source(source)
    except AuthError as error:
        return Explanation(findings=findings, problem=error.message)
    if not findings:
        findings = (Finding(credentials.origin, "chosen"),)
    key = TokenKey.of(credentials)
    store = "memory" if parts.store is None else _shown(parts.store.store)
    reach = reach_of(credentials, transport)
    problem = None
    if parts.store is not None:
        try:
            stored = parts.store.store.load(key)
        except AuthError as error:
            problem = shown_text(error.message)
        except (Exception, SystemExit) as error:
            problem = type(error).__name__
        else:
            token = token or (stored if isinstance(stored, AccessToken) else None)
        if cooling is None:
            refusal = parts.store.load_refusal(key)
            if (
                refusal is not None
                and in_force(refusal, now, parts.policy)
                and refusal.concerns(credentials)
            ):
                cooling = (refusal.until, refusal_error(refusal, credentials))
    return Explanation(
        findings=findings,
        identity=key.label,
        origin=credentials.origin,
        token_endpoint=shown_url(credentials.authority_url),
        audience=credentials.audience,
        scopes=credentials.scopes,
        token_endpoint_trust=reach.trust,
        token_endpoint_proxy=reach.proxy,
        token_endpoint_plaintext=reach.plaintext,
        store=store,
        token_expires_at=None if token is None else token.expires_at,
        token_state=token_state(token, now),
        cooldown_until=None if cooling is None else cooling[0],
        cooldown_reason=None if cooling is None else cooling[1].message,
        problem=problem or reach.problem,
        clock_ahead_seconds=parts.endpoint.clock_ahead_seconds,
    )


def _findings(source: CredentialSource) -> tuple[Finding, ...]:
    if not isinstance(source, ExplainingSource):
        return ()
    try:
        return tuple(source.explain())
    except (Exception, SystemExit) as error:
        reason = f"it could not tell how it came to its answer ({type(error).__name__})"
        return (Finding(type(source).__name__, "unusable", reason),)


def _shown(store: object) -> str:
    try:
        # Somebody else's store may have its whole address in its text.
        shown, directory = shown_text(repr(store)), str(getattr(store, "directory", ""))
    except (Exception, SystemExit):
        return type(store).__name__
    # A file store in the user's own cache directory doesn't name it in its repr.
    return shown if directory in shown else f"{shown} in {directory}"
