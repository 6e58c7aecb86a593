"""``make demo``: topology, then status, with nothing but the sandbox's environment variables."""

from __future__ import annotations

import subprocess
import sys

from zeebe_grpc.sandbox.remote import attach

__all__ = ["main"]

_STEPS = (
    (
        "zeebe-grpc topology -v",
        "zeebe_grpc.cli.main",
        ["topology", "-v"],
        "asks the OAuth server for a token, then the gateway for its topology",
    ),
    (
        "zeebe-auth status",
        "zeebe_auth.cli.main",
        ["status"],
        "says where the credentials come from and where the token is kept",
    ),
)


def main() -> int:
    """Runs the two commands as a user would.

    Returns:
        The exit code of the first that fails; 2 outside a sandbox.
    """
    try:
        sandbox = attach()
    except LookupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for shown, module, arguments, purpose in _STEPS:
        _say(f"\n== {shown}: {purpose}")
        # By module, so that it runs wherever the package is importable, scripts on PATH or not.
        code = f"import sys; from {module} import main; sys.exit(main())"
        ended = subprocess.run([sys.executable, "-c", code, *arguments], check=False)  # noqa: S603
        if ended.returncode != 0:
            sys.stderr.write(f"{shown} ended with exit code {ended.returncode}.\n")
            return ended.returncode if ended.returncode > 0 else 1
    _say(f"\n== done: {sandbox.token_requests} token request, {sandbox.calls.total()} call")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
