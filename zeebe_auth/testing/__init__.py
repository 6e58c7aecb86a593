"""Conformance checks for stores, sources, fetchers and providers of your own.

They need no test framework: `check_store`, `check_source`, `check_fetcher` and `check_provider`
take a function that makes your part and raise a `ConformanceError` whose sentence says what it
broke. For pytest there is a class around each in `zeebe_auth.testing.pytest_classes`:

    class TestMyStore(TokenStoreConformance):
        def make_store(self):
            return MyStore("/some/place")

For the checks across processes, other Python processes get your store pickled, or else the
function that makes it: so its class (or that function) is in a module that can be imported
by name from ``sys.path``, not in the test itself or in ``__main__``. A store that can't be shared
between processes says so: ``shared_between_processes=False``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zeebe_auth.lazy_module import lazy_names

if TYPE_CHECKING:
    from zeebe_auth.testing.conformance import Check, ConformanceError
    from zeebe_auth.testing.fetchers import check_fetcher, fetcher_checks
    from zeebe_auth.testing.providers import check_provider, provider_checks
    from zeebe_auth.testing.pytest_classes import (
        CredentialSourceConformance,
        CredentialsProviderConformance,
        TokenFetcherConformance,
        TokenStoreConformance,
    )
    from zeebe_auth.testing.sources import check_source, source_checks
    from zeebe_auth.testing.stores import check_store, store_checks

__all__ = [
    "Check",
    "ConformanceError",
    "CredentialSourceConformance",
    "CredentialsProviderConformance",
    "TokenFetcherConformance",
    "TokenStoreConformance",
    "check_fetcher",
    "check_provider",
    "check_source",
    "check_store",
    "fetcher_checks",
    "provider_checks",
    "source_checks",
    "store_checks",
]

_MODULES = {
    "Check": "conformance",
    "ConformanceError": "conformance",
    "CredentialSourceConformance": "pytest_classes",
    "CredentialsProviderConformance": "pytest_classes",
    "TokenFetcherConformance": "pytest_classes",
    "TokenStoreConformance": "pytest_classes",
    "check_fetcher": "fetchers",
    "check_provider": "providers",
    "check_source": "sources",
    "check_store": "stores",
    "fetcher_checks": "fetchers",
    "provider_checks": "providers",
    "source_checks": "sources",
    "store_checks": "stores",
}

# A type checker would take any name for one that is there.
if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(globals(), _MODULES)
