"""When a server that is rate limiting may be asked again (RFC 9110, 10.2.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zeebe_auth.token_endpoint.http.sending import HttpReply

_MAX_WAIT_SECONDS = 86400.0
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")


def retry_at(reply: HttpReply) -> float | None:
    """The moment that ``Retry-After`` names, in epoch seconds of this machine's wall clock.

    A date is compared with the reply's own ``Date``, so that a wrong clock here doesn't matter.
    It is not in the past and at most a day ahead. None if the header is missing or nonsense.
    """
    text = reply.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        wait = float(text)
    else:
        date = http_date_seconds(text)
        if date is None:
            return None
        server_now = http_date_seconds(reply.headers.get("date", ""))
        wait = date - (reply.received_at if server_now is None else server_now)
    return reply.received_at + min(max(wait, 0.0), _MAX_WAIT_SECONDS)


def http_date_seconds(text: str) -> float | None:
    """An HTTP date (RFC 9110, 5.6.7) in epoch seconds, or None if it isn't one."""
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
