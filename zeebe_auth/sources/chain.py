"""Credentials from the first of several places that has any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zeebe_auth.arguments import check_source
from zeebe_auth.configuration.finding import finding_of
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.errors import CredentialsUnavailable, without_arguments
from zeebe_auth.finding import Finding
from zeebe_auth.protocols import CredentialSource, ExplainingSource
from zeebe_auth.public_class import public_class


@public_class("zeebe_auth")
@dataclass(frozen=True, slots=True, init=False)
class ChainSource:
    """Asks sources in order and takes the first whole identity.

    A source that has nothing is passed over; one that has something unusable stops the chain, so
    that a mistake in the first is not covered by the second.

    Args:
        sources: The sources, the preferred one first.

    Raises:
        TypeError: One of them is no source.
    """

    sources: tuple[CredentialSource, ...]

    @without_arguments
    def __init__(self, *sources: CredentialSource) -> None:
        for source in sources:
            check_source(source, "sources of ChainSource")
        object.__setattr__(self, "sources", sources)

    def load(self) -> ClientCredentials:
        """The identity of the first source that has one.

        Raises:
            CredentialsUnavailable: None has one; the message says what each would need.
            ConfigurationError: A source has something that can't be used.
        """
        reasons = []
        for source in self.sources:
            try:
                return source.load()
            except CredentialsUnavailable as nothing:
                reasons.append(nothing.message)
        raise CredentialsUnavailable(
            " ".join(reasons) or "The chain of sources is empty. Give it at least one source."
        )

    def explain(self) -> Sequence[Finding]:
        """What each source says, up to the first that has something."""
        findings: list[Finding] = []
        for source in self.sources:
            findings += _findings_of(source)
            if findings and findings[-1].outcome != "passed over":
                break
        return findings

    def __repr__(self) -> str:
        return f"ChainSource({', '.join(map(repr, self.sources))})"

    def __reduce__(self) -> tuple[Any, ...]:
        return ChainSource, self.sources


def _findings_of(source: CredentialSource) -> Sequence[Finding]:
    if isinstance(source, ExplainingSource):
        return source.explain()
    return finding_of(type(source).__name__, source.load)
