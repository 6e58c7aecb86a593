"""The conformance checks as pytest classes: derive one, and each check is a test of its own.

A check of something that the class says the part hasn't got, such as a lock, is shown as skipped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import pytest

from zeebe_auth.protocols import (
    CredentialSource,
    CredentialsProvider,
    TokenFetcher,
    TokenStore,
)
from zeebe_auth.public_class import public_class
from zeebe_auth.testing.conformance import Check
from zeebe_auth.testing.fetchers import FETCHER_CHECK_NAMES, fetcher_checks
from zeebe_auth.testing.providers import PROVIDER_CHECK_NAMES, provider_checks
from zeebe_auth.testing.sources import SOURCE_CHECK_NAMES, source_checks
from zeebe_auth.testing.stores import (
    LOCK_CHECK_NAMES,
    REFUSAL_CHECK_NAMES,
    STORE_CHECK_NAMES,
    store_checks,
)


@public_class("zeebe_auth.testing")
class TokenStoreConformance:
    """Derive a test class from it and write ``make_store``; see `check_store`."""

    shared_between_processes: ClassVar[bool] = True
    """Whether processes share the tokens; False for a store in memory."""

    has_lock: ClassVar[bool] = True
    """Whether the store has ``lock``, see `LockingTokenStore`. It is said here, so that a
    misspelt method fails instead of being passed over."""

    keeps_refusals: ClassVar[bool] = True
    """Whether it has the methods of `RefusalStore`; as there."""

    def make_store(self) -> TokenStore:
        """A store; each call within a test gives one on the same tokens."""
        raise NotImplementedError

    @pytest.mark.parametrize("check", STORE_CHECK_NAMES)
    def test_store(self, check: str) -> None:
        """The store keeps this promise."""
        shared = self.shared_between_processes
        checks = store_checks(self.make_store, shared_between_processes=shared)
        for promised, name, protocol, names in (
            (self.has_lock, "has_lock", "LockingTokenStore", LOCK_CHECK_NAMES),
            (self.keeps_refusals, "keeps_refusals", "RefusalStore", REFUSAL_CHECK_NAMES),
        ):
            if promised and check in names and not names & {each.name for each in checks}:
                pytest.fail(
                    f"The store lacks a method of zeebe_auth.{protocol}, or has it under another "
                    f"name. Write it, or set {name} = False in the test class."
                )
        _run(check, checks)


@public_class("zeebe_auth.testing")
class CredentialSourceConformance:
    """Derive a test class from it and write ``make_source``; see `check_source`."""

    def make_source(self) -> CredentialSource:
        """A source that has credentials."""
        raise NotImplementedError

    def make_empty_source(self) -> CredentialSource | None:
        """A source that has nothing to offer; None if there can't be one."""
        return None

    @pytest.mark.parametrize("check", SOURCE_CHECK_NAMES)
    def test_source(self, check: str) -> None:
        """The source keeps this promise."""
        empty = self.make_empty_source()
        _run(check, source_checks(self.make_source, None if empty is None else lambda: empty))


@public_class("zeebe_auth.testing")
class CredentialsProviderConformance:
    """Derive a test class from it and write ``make_provider``; see `check_provider`."""

    def make_provider(self) -> CredentialsProvider:
        """A provider that can obtain a token."""
        raise NotImplementedError

    @pytest.mark.parametrize("check", PROVIDER_CHECK_NAMES)
    def test_provider(self, check: str) -> None:
        """The provider keeps this promise."""
        _run(check, provider_checks(self.make_provider))


@public_class("zeebe_auth.testing")
class TokenFetcherConformance:
    """Derive a test class from it and write ``make_fetcher``; see `check_fetcher`."""

    def make_fetcher(self) -> TokenFetcher:
        """A fetcher that can get a token."""
        raise NotImplementedError

    @pytest.mark.parametrize("check", FETCHER_CHECK_NAMES)
    def test_fetcher(self, check: str) -> None:
        """The fetcher keeps this promise."""
        _run(check, fetcher_checks(self.make_fetcher))


def _run(name: str, checks: Iterable[Check]) -> None:
    for check in checks:
        if check.name == name:
            check.run()
            return
    pytest.skip("this part has nothing for the check to look at")
