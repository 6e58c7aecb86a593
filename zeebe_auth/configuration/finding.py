"""What a source says of itself when it is asked to explain."""

from __future__ import annotations

from collections.abc import Callable

from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import AuthError, CredentialsUnavailable
from zeebe_auth.finding import Finding


def finding_of(subject: str, load: Callable[[], ClientCredentials]) -> tuple[Finding, ...]:
    """One finding: what ``load`` gives or why it gives nothing. It raises nothing."""
    try:
        credentials = load()
    except CredentialsUnavailable as nothing:
        return (Finding(subject, "passed over", nothing.message),)
    except AuthError as problem:
        return (Finding(subject, "unusable", problem.message),)
    except (Exception, SystemExit) as problem:  # a foreign source may raise anything
        return (Finding(subject, "unusable", f"It raised {type(problem).__name__}."),)
    reason = f"Client {credentials.client_id} at {credentials.authority_host}."
    return (Finding(subject, "chosen", reason),)


def findings_of_fields(
    subject: str, read: Callable[[], GivenFields], load: Callable[[], ClientCredentials]
) -> tuple[Finding, ...]:
    """What names that gave way said, and what ``load`` gives. It raises nothing."""
    try:
        ignored = findings_of_ignored(read())
    except AuthError:
        ignored = ()  # told below
    return (*ignored, *finding_of(subject, load))


def findings_of_ignored(given: GivenFields) -> tuple[Finding, ...]:
    """What a place said by names that gave way, by the reason."""
    names: dict[str, list[str]] = {}
    for name, reason in given.ignored:
        names.setdefault(reason, []).append(name)
    return tuple(
        Finding(given.origin, "ignored", f"{', '.join(each)}: {reason}.")
        for reason, each in names.items()
    )
