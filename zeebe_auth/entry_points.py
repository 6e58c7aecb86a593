"""What installed distributions register, although one of them may be broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint


def registered(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of a group; nothing of what they name is imported.

    A distribution whose ``entry_points.txt`` can't be read is left out, where `importlib.metadata`
    finds nothing at all.

    Args:
        group: The group's name.
    """
    from importlib.metadata import distributions, entry_points

    try:
        return tuple(entry_points(group=group))
    except Exception:  # a TypeError, a UnicodeDecodeError and others
        found: dict[tuple[str, str], EntryPoint] = {}
    for distribution in distributions():
        try:
            readable = distribution.entry_points.select(group=group)
        except Exception:  # noqa: S112 - this is the one that is left out
            continue
        for entry_point in readable:
            found.setdefault((entry_point.name, entry_point.value), entry_point)
    return tuple(found.values())


def unreadable_entry_points() -> str | None:
    """Say whose ``entry_points.txt`` can't be read, for people; None if all can."""
    from importlib.metadata import distributions

    for distribution in distributions():
        try:
            list(distribution.entry_points)
        except Exception:
            return f"The entry_points.txt of {_named(distribution)} can't be read"
    return None


def _named(distribution: Distribution) -> str:
    try:
        name = f"the distribution {distribution.metadata['Name']}"
    except Exception:  # it is broken anyway
        name = "a distribution"
    return f"{name} in {distribution.locate_file('')}"
