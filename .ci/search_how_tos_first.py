"""Lets the search name how-to pages before others that have the same words."""

from __future__ import annotations

from typing import Any

__all__ = ["on_page_markdown"]

_BOOST = 4


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Called by MkDocs for each page."""
    if page.file.src_uri.startswith("how-to/"):
        page.meta.setdefault("search", {})["boost"] = _BOOST
    return markdown
