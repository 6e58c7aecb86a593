"""Threads that ask whenever they are told to, with credentials that are refused for long:
``ask_again.py SOURCE PATH THREADS``."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from sandbox_provider import answer_of, provider, say, wait_for_go

from zeebe_auth import (
    ConfigFileSource,
    CredentialSource,
    EnvFileSource,
    EnvSource,
    RefreshPolicy,
    SecretsDirectorySource,
)


class LongCooldown(RefreshPolicy):
    """This cooldown never ends within a test, and a corrected secret is noticed soon."""

    source_reread_seconds = 0.1


def source_of(kind: str, path: str) -> CredentialSource:
    sources: dict[str, CredentialSource] = {
        "environment": EnvSource(),
        "secrets directory": SecretsDirectorySource(path),
        "environment file": EnvFileSource(path),
        "config file": ConfigFileSource(path=path),
    }
    return sources[kind]


def main(kind: str, path: str, threads: str) -> None:
    asked = provider("file", LongCooldown(refused_seconds=(3600.0,)), source=source_of(kind, path))
    with ThreadPoolExecutor(int(threads)) as pool:
        say("ready")
        while wait_for_go():
            answers = [pool.submit(answer_of, asked) for _ in range(int(threads))]
            say([answer.result() for answer in answers])


if __name__ == "__main__":
    main(*sys.argv[1:])
