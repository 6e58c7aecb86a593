"""What to say of a call that ended because something in it was too large, and for whom.

gRPC says RESOURCE_EXHAUSTED either way, whether this client or the gateway refused it, and the
details are the core library's (grpcio 1.66.2 and 1.85.1; test_channel_options.py):

    CLIENT: Received message larger than max (5242885 vs. 4194304)
    Decompressed message larger than max
    received metadata size exceeds hard limit (value length 17000 vs. 16384)
    received metadata size exceeds soft limit (9190 vs. 8192);  :status:42B …

Newer versions put those of the client into "Stream removed (…)". The soft limit's list the headers,
of the request or of the response.
"""

from __future__ import annotations

import re

from zeebe_grpc.connection.settings import ConnectionSettings

_MESSAGE = re.compile(r"(CLIENT|SERVER): Received message larger than max \((\d+) vs\. (\d+)\)")
_DECOMPRESSED = "Decompressed message larger than max"
_METADATA = re.compile(
    r"(Stream removed \()?received metadata size exceeds (?:hard|soft) limit "
    r"\([^()]*?(\d+) vs\. (\d+)\)(?:; .*?(:path:|:status:|grpc-status:))?"
)
_UNITS = ((1 << 20, "MB"), (1 << 10, "KB"))
_MAX_MEGABYTES = 2047


def on_size_limit(details: str, settings: ConnectionSettings) -> str | None:
    """Sentences about the limit that a call ran into; None if it was not the size.

    Args:
        details: Those of a call that ended with RESOURCE_EXHAUSTED.
        settings: The connection it went over.
    """
    if match := _MESSAGE.search(details):
        by, size, limit = match.groups()
        if by == "CLIENT":
            return _refused_here(
                f"a message of {size} bytes", int(limit), "max_message_bytes", int(size)
            )
        return (
            f"The gateway at {settings.address.target} refused the request, a message of {size} "
            f"bytes: its limit is {limit}. Send less, or ask whoever runs it to raise its limit."
        )
    if _DECOMPRESSED in details:
        # Of what the command lines send nothing is compressed.
        limit = settings.max_message_bytes
        return _refused_here("a compressed message", limit, "max_message_bytes", 2 * limit)
    if match := _METADATA.search(details):
        is_removed, size, limit, header = match.groups()
        here = _refused_here(
            f"headers or trailers with {size} bytes (such as a long error)",
            int(limit),
            "max_metadata_bytes",
            int(size),
        )
        if is_removed or header in {":status:", "grpc-status:"}:
            return here
        there = (
            f"The gateway at {settings.address.target} refused the request, whose headers have "
            f"{size} bytes: its limit is {limit}. The token is most of them: ask for a shorter one "
            "(fewer scopes or groups), or ask whoever runs the gateway to raise its limit."
        )
        may_be_here = header is None and int(limit) == settings.max_metadata_bytes
        return f"One of two things is too large. {here} Or: {there}" if may_be_here else there
    return None


def _refused_here(what: str, limit: int, setting: str, size: int) -> str:
    example = _larger(size)
    return (
        f"This client refused the gateway's answer, {what}: its limit is {limit} bytes. Raise the "
        f'setting {setting} (in a profile: {setting} = "{example}"; in the environment: '
        f"ZEEBE_AUTH_{setting.upper()}={example})."
    )


def _larger(size: int) -> str:
    """A round size that is larger, as a profile takes it."""
    factor, unit = next((each for each in _UNITS if size >= each[0]), _UNITS[-1])
    return f"{min(1 << (size // factor).bit_length(), _MAX_MEGABYTES)}{unit}"
