"""A store that is written from the how-to page alone."""

from __future__ import annotations

import importlib
import re
import sys
from functools import partial
from inspect import isfunction
from pathlib import Path

import pytest

from zeebe_auth.protocols import LockingTokenStore, RefusalStore
from zeebe_auth.testing import check_store
from zeebe_auth.testing.sources import SOURCE_CHECK_NAMES
from zeebe_auth.testing.stores import STORE_CHECK_NAMES

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
STORE_PAGE = (HOW_TO / "write-a-store.md").read_text(encoding="utf-8")
SOURCE_PAGE = (HOW_TO / "write-a-source.md").read_text(encoding="utf-8")


@pytest.fixture
def typed_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The class of the page's first listing, typed into a module of its own."""
    listing = re.search(r"^```python\n(.*?)^```$", STORE_PAGE, re.DOTALL | re.MULTILINE)
    assert listing is not None
    (tmp_path / "store_typed_from_the_page.py").write_text(listing[1], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "store_typed_from_the_page", raising=False)
    return importlib.import_module("store_typed_from_the_page").SqliteTokenStore


def test_the_first_listing_has_three_methods_and_keeps_every_promise(typed_store, tmp_path) -> None:
    """Load, save and delete are all that it takes, and the listing passes every check of them."""
    methods = {name for name, part in vars(typed_store).items() if isfunction(part)}
    assert {name for name in methods if not name.startswith("_")} == {"load", "save", "delete"}
    make_store = partial(typed_store, tmp_path / "folder of its own" / "tokens.sqlite")
    assert not isinstance(make_store(), LockingTokenStore | RefusalStore)
    check_store(make_store)


@pytest.mark.parametrize(
    ("page", "names"),
    [(STORE_PAGE, STORE_CHECK_NAMES), (SOURCE_PAGE, SOURCE_CHECK_NAMES)],
    ids=["stores", "sources"],
)
def test_the_page_says_what_each_check_means(page, names) -> None:
    """Every check is in the page's table, and none that there isn't."""
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == sorted(names)
