"""Follows symbolic links, each read once: they may be swapped between two looks."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_FOLLOWS_LINKS = os.name != "nt"
_MAX_LINKS = 40
"""As Linux has it, which says ELOOP then."""
_MAGIC_LINKS = frozenset({"/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"})
"""What is below them leads to open files, not to the paths that the links seem to name."""


class SymbolicLinks:
    """What each symbolic link said when it was first looked at."""

    __slots__ = ("_targets",)

    def __init__(self) -> None:
        self._targets: dict[str, str | None] = {}

    def target(self, link: str) -> str | None:
        """What the link says, or None if there is no such link.

        Links in the path before it are followed as they are.
        """
        if link not in self._targets:
            self._targets[link] = _target(link)
        return self._targets[link]

    def resolved(self, path: Path) -> Path:
        """The path without symbolic links.

        Where links can't be followed one by one (on Windows, below ``/proc``, where there are
        more than 40 or somebody else's is in a directory like ``/tmp``), it is the path as given.
        """
        if not _FOLLOWS_LINKS:
            return path
        try:
            given = path if path.is_absolute() else Path.cwd() / path
        except OSError:
            return path
        # Not normalised: "link/.." is where the link leads, and up from there.
        left = [*reversed(str(given).split("/"))]
        reached, followed = "", 0
        while left:
            name = left.pop()
            if name in {"", "."}:
                continue
            if name == "..":
                if not os.path.isdir(reached or "/"):
                    return path
                reached = reached.rpartition("/")[0]
                continue
            reached = f"{reached}/{name}"
            if reached in _MAGIC_LINKS:
                return Path("/".join([reached, *reversed(left)]))
            target = self.target(reached)
            if target is None:
                continue
            followed += 1
            if followed > _MAX_LINKS or not _may_be_followed(reached):
                return path
            reached = "" if target.startswith("/") else reached.rpartition("/")[0]
            left += reversed(target.split("/"))
        return Path(reached or "/")

    def take_in(self, others: SymbolicLinks) -> bool:
        """Take what ``others`` says of further links; say whether both agree on the rest."""
        mine = self._targets
        return all(mine.setdefault(link, said) == said for link, said in others._targets.items())


def _target(link: str) -> str | None:
    try:
        return os.readlink(link)
    except (OSError, ValueError):
        # No link, or one that opening the file will complain of.
        return None


def _may_be_followed(link: str) -> bool:
    """Whether the system would follow it, too: not somebody else's in a directory like /tmp.

    That is the rule of Linux' fs.protected_symlinks; what it refuses must not be read around it.
    """
    try:
        folder = os.stat(os.path.dirname(link) or "/")
    except OSError:
        return True  # such a directory doesn't go away, but one of another version does
    if not (folder.st_mode & stat.S_ISVTX and folder.st_mode & stat.S_IWOTH):
        return True
    try:
        status = os.lstat(link)
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) and status.st_uid in {os.geteuid(), folder.st_uid}
