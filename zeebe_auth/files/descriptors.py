"""What to say where no file or socket can be opened any more."""

from __future__ import annotations

import errno
import os

_ADVICE = {
    errno.EMFILE: (
        "this process has as many files and connections open as it is allowed. Close what it "
        "doesn't need, or raise its limit (ulimit -n)"
    ),
    errno.ENFILE: (
        "this machine has as many files and connections open as it can have. End what holds them, "
        "or raise the limit (on Linux: sysctl fs.file-max)"
    ),
}


def lack_of_descriptors(error: OSError, *, look: bool = False) -> str | None:
    """Return cause and next step if ``error`` is for want of file descriptors, else None.

    Args:
        error: What went wrong.
        look: Whether to see if something can be opened now. It is for the look-up of names: glibc
            says "Device or resource busy", or that the name is not known, if it can't open what it
            needs for that.
    """
    code = error.errno
    if look and code not in _ADVICE:
        code = _code_of_opening()
    return _ADVICE.get(code or 0)


def _code_of_opening() -> int | None:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno
    return None
