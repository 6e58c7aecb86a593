"""The runner of pages finds what is wrong in a page: otherwise the pages' tests would prove
nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_runner import PageError, blocks_of, run_page


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Writes a page and is in an empty folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = tmp_path / "page.md"

    def write(text: str) -> Path:
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        "```python\nraise ValueError\n```\n",
        "```python\nprint(1)\n```\n\n<!-- prints -->\n```text\n2\n```\n",
        "```console\n$ false\n```\n",
        "```console\n$ false\n$ true\n```\n",
        "```console\n$ exit 0\n$ true\n```\n",
        "```console\n$ echo one\ntwo\n```\n",
        "```console\n$ echo one; echo two\none\n```\n",
        "```console\n$ echo one three\none … two\n```\n",
        "```console\n$ (exit 3)\n$ echo $?\n2\n```\n",
        "```console\nno command\n```\n",
    ],
)
def test_a_page_that_says_something_else_is_refused(page, text) -> None:
    """An exception, a failed command and another output each fail the page."""
    with pytest.raises(PageError):
        run_page(page(text))


@pytest.mark.parametrize(
    "text",
    [
        "```python\na = 1\n```\nand\n```python\nassert a == 1\n```\n",
        "```python\nprint(1, 2)\n```\n\n<!-- prints -->\n```text\n1 …\n```\n",
        "```console\n$ echo one three\none …\n```\n",
        "```console\n$ printf '1\\n2\\n3\\n'\n1\n…\n3\n```\n",
        "```console\n$ (exit 3)\n$ echo $?\n3\n```\n",
        "```console\n$ echo one \\\n  two\none two\n```\n",
        "```console\n$ A=1\n$ echo $A\n1\n```\n",
        "<!-- file: sub/a.txt -->\n```text\nhere\n```\n```console\n$ cat sub/a.txt\nhere\n```\n",
        "<!-- not run: REASON -->\n```console\n$ false\n```\n",
        "<!-- needs: something -->\n```console\n$ false\n```\n",
        "```toml\na = 1\n```\n",
    ],
)
def test_a_page_that_is_true_passes(page, text) -> None:
    """What a page shows may be shortened with … and may build on what came before."""
    run_page(page(text))


def test_blocks_with_a_need_run_alone(page) -> None:
    """Where the need is met, the blocks that name it run, and no others."""
    path = page(
        "```python\nraise ValueError\n```\n"
        "<!-- needs: this -->\n```python\na = 1\n```\n"
        "<!-- needs: that -->\n```python\nraise ValueError\n```\n"
    )
    assert run_page(path, "this") == 1


def test_a_shell_block_begins_with_the_environment_of_the_page(page, monkeypatch) -> None:
    """Neither an earlier shell block nor a Python block changes it."""
    monkeypatch.setenv("A", "1")
    path = page(
        "```python\nimport os\nos.environ['A'] = '2'\n```\n"
        "```console\n$ export A=3\n```\n"
        "```console\n$ echo $A\n1\n```\n"
    )
    run_page(path)


def test_a_block_knows_its_line(page) -> None:
    """An error names the line of the page."""
    path = page("one\n\n<!-- needs: this -->\n```python\nraise ValueError\n```\n")
    (block,) = blocks_of(path)
    assert (block.line, block.mark, block.word) == (5, "needs", "this")
