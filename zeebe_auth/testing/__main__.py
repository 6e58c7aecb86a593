"""``python -m zeebe_auth.testing MODULE:FACTORY``: run the checks and tell of each as it passes."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from zeebe_auth.testing.conformance import Check, ConformanceError
from zeebe_auth.testing.fetchers import fetcher_checks
from zeebe_auth.testing.providers import provider_checks
from zeebe_auth.testing.sources import source_checks
from zeebe_auth.testing.stores import store_checks

__all__ = ["main"]

_PROGRAM = "python -m zeebe_auth.testing"
_TOLD_SECONDS = 1.0
_FAILED, _WRONG_USAGE, _INTERRUPTED = 1, 2, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_WRONG_USAGE, f'{self.prog}: {message}. See "{self.prog} --help".\n')


def main(argv: Sequence[str] | None = None) -> int:
    """Run the checks that fit what the factory makes.

    Args:
        argv: The arguments without the program's name; None for the process's own.

    Returns:
        0 if every promise is kept, 1 if one is broken, 2 for wrong usage.
    """
    parser = _Parser(
        prog=_PROGRAM,
        description="Run the conformance checks for a token store, a credential source, a token "
        "fetcher or a credentials provider, and print each check as it passes.",
        epilog="A module in the current directory is found. The exit code is 0 if every promise is "
        "kept, 1 if one is broken, 2 for wrong usage.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "factory",
        metavar="MODULE:FACTORY",
        help="a function or class without arguments that makes the part, such as "
        "my_store:make_store",
    )
    parser.add_argument(
        "--in-one-process",
        action="store_true",
        help="the store is not shared between processes, such as one in memory",
    )
    args = parser.parse_args(argv)
    # As for a script: python -m puts the current directory first, a console may not.
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        kind, checks = _checks(parser, args.factory, args.in_one_process)
        return _run(kind, checks)
    except KeyboardInterrupt:
        print(f"\n{_PROGRAM}: interrupted; the other checks were not run.", file=sys.stderr)
        return _INTERRUPTED


def _checks(parser: _Parser, written: str, in_one_process: bool) -> tuple[str, list[Check]]:
    make = _factory(parser, written)
    try:
        part = make()
    except Exception as error:  # whatever somebody else's code raises
        parser.error(
            f"{written} raised {type(error).__name__} ({error}); it is called without arguments"
        )
    if hasattr(part, "save"):
        checks = store_checks(make, shared_between_processes=not in_one_process)
        return "token store", checks
    if in_one_process:
        parser.error("--in-one-process is for token stores")
    if hasattr(part, "get_token"):
        return "credentials provider", provider_checks(make)
    if hasattr(part, "fetch"):
        return "token fetcher", fetcher_checks(make)
    if not hasattr(part, "load"):
        parser.error(
            f"{written} makes a {type(part).__name__}, which is no token store (load, save, "
            "delete), credential source (load), token fetcher (fetch) or credentials provider "
            "(get_token)"
        )
    return "credential source", source_checks(make)


def _factory(parser: _Parser, written: str) -> Callable[[], Any]:
    module_name, _, name = written.partition(":")
    if not module_name or not name:
        parser.error(f"{written} is not MODULE:FACTORY")
    try:
        found: Any = importlib.import_module(module_name)
        for each in name.split("."):
            found = getattr(found, each)
    except Exception as error:  # whatever its import raises
        parser.error(f"{written} can't be imported: {type(error).__name__} ({error})")
    if not callable(found):
        parser.error(f"{written} is not a function or class")
    return found  # type: ignore[no-any-return]  # what the user named


def _run(kind: str, checks: list[Check]) -> int:
    print(f"{len(checks)} checks of a {kind}", flush=True)
    broken = 0
    for number, check in enumerate(checks, start=1):
        print(f"{number:>3} {check.name} ... ", end="", flush=True)
        began = time.monotonic()
        try:
            check.run()
        except ConformanceError as error:
            broken += 1
            print(f"BROKEN\n    {error}", flush=True)
            continue
        seconds = time.monotonic() - began
        print("ok" + (f" ({seconds:.1f} s)" if seconds >= _TOLD_SECONDS else ""), flush=True)
    if broken:
        print(f"{broken} of {len(checks)} promises are broken.")
        return _FAILED
    print(f"All {len(checks)} promises are kept.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
