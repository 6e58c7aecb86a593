"""What ``zeebe-auth token --claims`` shows of a JWT."""

from __future__ import annotations

import time
from typing import Any

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_auth.cli.table import Field, field_lines
from zeebe_auth.cli.terminal import Look, styled
from zeebe_auth.jwt_claims import unverified_claims, unverified_header
from zeebe_auth.token import AccessToken

# RFC 7519, 4.1; auth_time is OpenID Connect's.
_TIMES = ("exp", "nbf", "iat", "auth_time")
_LABEL_COLUMNS = 15
_NOTE = "The signature was not checked."


def claims_document(token: AccessToken) -> dict[str, Any]:
    """The header and the claims, as they are in the token.

    Raises:
        CommandFailed: It is no JWT.
    """
    value = token.value.reveal()
    claims = unverified_claims(value)
    if not claims:
        raise CommandFailed(
            "This token is no JWT: it says nothing that a client can read. The authorization "
            "server knows what it is worth.",
            ExitCode.FAILED,
        )
    return {
        "version": 1,
        "signature_checked": False,
        "header": unverified_header(value),
        "claims": claims,
    }


def claims_lines(document: dict[str, Any]) -> list[str]:
    """The same for people, with times that can be read."""
    lines = [styled(_NOTE, Look.WARNING)]
    for part in ("header", "claims"):
        lines += ["", styled(part, Look.HEADING)]
        fields = [
            Field(f"  {_printable(name)}", _shown(name, value), label_look=Look.QUIET)
            for name, value in document[part].items()
        ]
        lines += field_lines(fields, width=_LABEL_COLUMNS)
    return lines


def _shown(name: str, value: object) -> str:
    import json

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = _printable(text)
    moment = _moment(value) if name in _TIMES else ""
    return f"{text} ({moment})" if moment else text


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _moment(value: object) -> str:
    from datetime import UTC, datetime

    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    try:
        moment = datetime.fromtimestamp(value, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}, {_distance(value - time.time())}"


def _distance(seconds: float) -> str:
    amount, unit = abs(seconds), "s"
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if amount >= size:
            amount, unit = amount / size, name
            break
    return f"in {amount:.0f} {unit}" if seconds >= 0 else f"{amount:.0f} {unit} ago"
