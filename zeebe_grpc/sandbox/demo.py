"""``make demo``: four short scenes with nothing but the sandbox's environment variables."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from zeebe_grpc.sandbox.remote import attach

_WRONG_SECRET = "not-the-secret"
_REFUSED = 3


@dataclass(frozen=True, slots=True)
class _Scene:
    """One command, and what it shows.

    Args:
        title: What it shows.
        program: ``zeebe-auth`` or ``zeebe-grpc``.
        command: Its command and options.
        exit_code: What it has to end with.
        token_requests: How many token requests it has to make.
        wrong_secret: Whether the client secret is a wrong one.
    """

    title: str
    program: str
    command: str
    exit_code: int
    token_requests: int
    wrong_secret: bool = False

    @property
    def shown(self) -> str:
        before = f"CAMUNDA_CLIENT_SECRET={_WRONG_SECRET} " if self.wrong_secret else ""
        return f"{before}{self.program} {self.command}"

    def run(self, environment: Mapping[str, str]) -> int:
        # By module, so that it runs wherever the packages are importable, scripts on PATH or not.
        module = self.program.replace("-", "_")
        return subprocess.run(
            [sys.executable, "-m", module, *self.command.split()], env=environment, check=False
        ).returncode


_SCENES = (
    _Scene(
        "a token is requested, and the gateway tells its topology", "zeebe-grpc", "topology", 0, 1
    ),
    _Scene(
        "where the credentials come from, and where the token is kept", "zeebe-auth", "status", 0, 0
    ),
    _Scene("the same call again, with the stored token", "zeebe-grpc", "topology", 0, 0),
    _Scene("a wrong secret", "zeebe-auth", "token --fresh", _REFUSED, 1, wrong_secret=True),
)


def main() -> int:
    """Run the scenes as a user would type them.

    Returns:
        0 if each ended as it has to; 2 outside a sandbox; else 1.
    """
    try:
        sandbox = attach()
    except LookupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for number, scene in enumerate(_SCENES, start=1):
        _say(f"\n== {number} of {len(_SCENES)}: {scene.title}\n$ {scene.shown}")
        before = sandbox.token_requests
        exit_code = scene.run(_environment(wrong_secret=scene.wrong_secret))
        asked = sandbox.token_requests - before
        _say(f"-- exit code {exit_code}, {asked} token request{'' if asked == 1 else 's'}")
        if (exit_code, asked) != (scene.exit_code, scene.token_requests):
            sys.stderr.write(
                f"{scene.shown} should end with exit code {scene.exit_code} after "
                f"{scene.token_requests} token requests.\n"
            )
            return 1
    _say("\n== done. Next: README.md, or docs/tutorial.md")
    return 0


def _environment(*, wrong_secret: bool) -> dict[str, str]:
    environment = dict(os.environ)
    secret = environment.get("CAMUNDA_CLIENT_SECRET")
    if wrong_secret:
        # Under each name that some client reads it by.
        environment.update({n: _WRONG_SECRET for n, text in environment.items() if text == secret})
    return environment


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
