"""What every provider of ours does in a ``with`` statement."""

from __future__ import annotations

from typing import Self


class ClosingProvider:
    """Closes itself at the end of a ``with`` or ``async with`` block."""

    __slots__ = ()

    def close(self) -> None:
        """Nothing is held open."""

    async def aclose(self) -> None:
        """As `close`; it never blocks."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.close()
