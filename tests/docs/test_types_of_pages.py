"""What README and documentation show satisfies a strict type checker, as it would in a program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from page_runner import Block, blocks_of

# Where the oldest supported versions are tested, there is no type checker.
pytest.importorskip("mypy")

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.joinpath("docs").rglob("*.md")])

# What pages import and the development environment lacks, or that has no types.
UNTYPED = (
    "azure.identity",
    "boto3",
    "camunda_orchestration_sdk",
    "hello_pb2",
    "hello_pb2_grpc",
    "keyrings.*",
    "opentelemetry.*",
    "pyzeebe.*",
)
CONFIG = f"""
[mypy]
strict = true
python_version = 3.11

[mypy-{",".join(UNTYPED)}]
ignore_missing_imports = true

[mypy-test_greet]
disallow_subclassing_any = false
"""


def module_of(block: Block) -> str:
    """The name of the module that a block is part of."""
    if block.mark == "file":
        return block.word.removesuffix(".py")
    page = block.page.relative_to(ROOT) if block.page.is_relative_to(ROOT) else block.page.name
    parts = [*Path(page).with_suffix("").parts]
    if block.mark == "needs":
        parts.append(block.word)  # those run by themselves
    elif block.mark == "not run":
        parts.append(str(block.line))
    return "_".join(parts).replace("-", "_")


def write_modules(pages: Iterable[Path], folder: Path) -> dict[str, Path]:
    """Write the Python blocks of pages as modules; each line is in its page's line.

    Blocks of a page that run in one namespace are one module, as is each that is a file.

    Returns:
        The page of each file, by the file's name.
    """
    found: dict[str, Path] = {}
    for page in pages:
        lines_of: dict[str, list[str]] = {}
        for block in blocks_of(page):
            if block.language != "python":
                continue
            lines = lines_of.setdefault(module_of(block), [])
            lines += [""] * (block.line - 1 - len(lines))
            lines += block.text.splitlines()
        for module, lines in lines_of.items():
            # Two pages may write a file of one name; nobody imports the second.
            name = f"{module}.py" if f"{module}.py" not in found else f"{module}_{page.stem}.py"
            folder.joinpath(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
            found[name] = page
    return found


def complaints(pages: Iterable[Path], folder: Path) -> str:
    """What mypy says of the Python blocks of pages; empty if it finds nothing.

    Args:
        pages: The pages.
        folder: An empty folder.
    """
    modules = write_modules(pages, folder)
    folder.joinpath("mypy.ini").write_text(CONFIG, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", folder / "cache", *sorted(modules)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=540,
        check=False,
    )
    if run.returncode == 0:
        return ""
    said = run.stdout + run.stderr
    for name, page in sorted(modules.items()):
        said = said.replace(f"{name}:", f"{page.name} ({name}):")
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    return folder


def test_every_python_block_is_typed(folder) -> None:
    """mypy --strict accepts all of them; a line in its report is the line of the page."""
    said = complaints(PAGES, folder)
    assert not said, said


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("one\n\n```python\ndef f():\n    pass\n```\n", "page.md (page.py):4: error"),
        (
            "```python\na = 1\n```\n\n```python\na = ''\n```\n",
            "page.md (page.py):6: error: Incompatible",
        ),
        (
            "<!-- file: own.py -->\n```python\nimport nothing_of_the_kind\n```\n",
            "page.md (own.py):3: error: Cannot find",
        ),
        ("<!-- needs: a -->\n```python\nb\n```\n", "page.md (page_a.py):3: error"),
    ],
)
def test_a_wrong_block_is_found(folder, tmp_path, text, report) -> None:
    """An error is reported with page and line; otherwise the test above would prove nothing."""
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert report in complaints([page], folder)


def test_the_types_of_blocks_are_those_of_the_package(folder, tmp_path) -> None:
    """A misspelt name of ours is found: mypy reads the package, and takes none of it for Any."""
    page = tmp_path / "page.md"
    page.write_text("```python\nimport zeebe_auth\n\nzeebe_auth.Secrets('s')\n```\n")
    assert "Secrets" in complaints([page], folder)
