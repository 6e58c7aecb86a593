"""Keeps what httpcore2 logs of our exchanges to the names of its steps.

At DEBUG it writes down all headers of a reply, cookies among them, and the errors of its parser,
which quote lines of the reply.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _StepsAlone(logging.Filter):
    """Cuts a record of a thread that is in an exchange of ours; those of others pass whole."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(self.exchanges, "count", 0):
            # The name comes first: receive_response_headers.complete and so on.
            record.msg, record.args = str(record.msg).partition(" ")[0], None
            record.exc_info = record.exc_text = None
        return True


_filter = _StepsAlone()


@contextmanager
def without_details_in_logs() -> Iterator[None]:
    """Around an exchange by httpcore2, which must have been imported."""
    known = logging.root.manager.loggerDict
    for name in [each for each in known if each.partition(".")[0] == "httpcore2"]:
        # Each time, since a program may configure its logging anew; adding it twice does nothing.
        logging.getLogger(name).addFilter(_filter)
    exchanges = _filter.exchanges
    exchanges.count = getattr(exchanges, "count", 0) + 1
    try:
        yield
    finally:
        exchanges.count -= 1
