"""Running processes whose credentials are refused, and are then corrected."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zeebe_grpc.sandbox import Sandbox

PROCESSES = 3
BOUND_SECONDS = 60


def in_a_secrets_directory(sandbox: Sandbox, folder: Path) -> tuple[Path, Callable[[str], None]]:
    """Correct it as Kubernetes does: with links into a directory that is exchanged as a whole."""
    folder = folder / "mounted"
    folder.mkdir()
    values = {
        "client_id": sandbox.client_id,
        "token_url": sandbox.token_url,
        "audience": sandbox.audience,
    }

    def write(secret: str) -> None:
        version = folder / f"..{secret}"
        version.mkdir()
        for name, value in (values | {"client_secret": secret}).items():
            (version / name).write_text(value)
        (folder / "..data_tmp").symlink_to(version.name)
        (folder / "..data_tmp").replace(folder / "..data")
        for name in (*values, "client_secret"):
            if not (folder / name).is_symlink():
                (folder / name).symlink_to(Path("..data", name))

    return folder, write


def in_an_environment_file(sandbox: Sandbox, folder: Path) -> tuple[Path, Callable[[str], None]]:
    """Correct it in a file as Camunda Console lets users download it."""
    file = folder / "credentials.txt"

    def write(secret: str) -> None:
        text = sandbox.console_file(folder / "new.txt").read_text()
        (folder / "new.txt").write_text(text.replace(sandbox.client_secret, secret))
        (folder / "new.txt").replace(file)

    return file, write


def in_a_file_that_a_profile_names(
    sandbox: Sandbox, folder: Path
) -> tuple[Path, Callable[[str], None]]:
    """Correct the secret's own file; the config file stays as it is."""
    file = folder / "config.toml"
    file.write_text(
        "[profiles.default]\n"
        f'client_id = "{sandbox.client_id}"\n'
        f'token_url = "{sandbox.token_url}"\n'
        f'audience = "{sandbox.audience}"\n'
        'client_secret = { file = "secret.txt" }\n'
    )
    return file, lambda secret: (folder / "secret.txt").write_text(secret) and None


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("secrets directory", in_a_secrets_directory),
        ("environment file", in_an_environment_file),
        ("config file", in_a_file_that_a_profile_names),
    ],
    ids=["secrets directory", "environment file", "config file"],
)
def test_a_corrected_secret_is_noticed_long_before_the_cooldown_ends(
    zeebe_sandbox: Sandbox,
    start_program: Callable[..., Any],
    tmp_path: Path,
    kind: str,
    place: Callable[..., tuple[Path, Callable[[str], None]]],
) -> None:
    """Every running process has a token soon, with one request more for all of them."""
    path, write_secret = place(zeebe_sandbox, tmp_path)
    write_secret("wrong")
    programs = [start_program("ask_again.py", kind, str(path), "4") for _ in range(PROCESSES)]
    for program in programs:
        assert program.heard() == "ready"
        program.go()
    for program in programs:
        assert program.heard() == ["InvalidClientError"] * 4
    refused = zeebe_sandbox.token_requests
    assert refused in {1, 2}
    write_secret(zeebe_sandbox.client_secret)
    tokens = set()
    give_up_at = time.monotonic() + BOUND_SECONDS
    for program in programs:
        answers = ["InvalidClientError"]
        while "InvalidClientError" in answers and time.monotonic() < give_up_at:
            program.go()
            answers = program.heard()
        tokens.update(answers)
    (token,) = tokens
    assert token.count(".") == 2
    assert zeebe_sandbox.token_requests == refused + 1
