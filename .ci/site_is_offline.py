"""Fails if a page of the built site loads anything from elsewhere: ``site_is_offline.py SITE``.

Links that a reader may follow are no matter; what a browser fetches by itself is.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

_LOADING = {"audio", "embed", "iframe", "img", "link", "object", "script", "source", "video"}
_NOT_LOADED = {"canonical", "next", "prev"}
_ELSEWHERE = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)
_LOADED_BY_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?\s*((?:https?:)?//[^'\")\s]+)")


class _Page(HTMLParser):
    """Collects the addresses that a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.has_diagram = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        # The theme's script loads the diagram library where a page has a diagram.
        self.has_diagram |= "mermaid" in values.get("class", "").split()
        self.loaded += _LOADED_BY_STYLE.findall(values.get("style", ""))
        if tag in _LOADING and values.get("rel") not in _NOT_LOADED:
            addresses = [values.get(name, "") for name in ("src", "href", "data", "srcset")]
            self.loaded += [each for each in addresses if _ELSEWHERE.match(each.strip())]


def main(site: Path) -> int:
    """Look at every page and style sheet.

    Returns:
        1 if one loads something from elsewhere.
    """
    found: list[str] = []
    pages = sorted(site.rglob("*.html"))
    for path in pages:
        page = _Page()
        content = path.read_text(encoding="utf-8")
        page.feed(content)
        found += [f"{path}: {address}" for address in page.loaded]
        if page.has_diagram:
            found.append(f"{path}: a diagram, which the theme draws with a script from elsewhere")
    for path in sorted(site.rglob("*.css")):
        addresses = _LOADED_BY_STYLE.findall(path.read_text(encoding="utf-8"))
        found += [f"{path}: {address}" for address in addresses]
    for line in found:
        sys.stderr.write(f"{line}\n")
    if not pages:
        sys.stderr.write(f"There are no pages in {site}.\n")
    return 1 if found or not pages else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
