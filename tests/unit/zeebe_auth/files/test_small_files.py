"""Whatever a path leads to, a read ends; and files of one set are of one version."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from zeebe_auth import ConfigurationError
from zeebe_auth.files import bounded_read, small_files, symbolic_links
from zeebe_auth.files.one_version import ChangedMeanwhile, read_together, resolved
from zeebe_auth.files.small_files import (
    FileEmpty,
    FileMissing,
    read_small_file,
    read_small_text,
    read_token,
)

SECRET = "s3cr3t"
only_posix = pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes")


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "file"


@pytest.fixture
def pipe(file) -> Path:
    os.mkfifo(file)
    return file


@pytest.fixture
def _impatient(monkeypatch) -> None:
    """Give a pipe no time at all."""
    monkeypatch.setattr(bounded_read, "_PIPE_SECONDS", 0.0)


@pytest.mark.parametrize("content", [b"text", b"\xef\xbb\xbftext"])
def test_a_byte_order_mark_is_no_part_of_a_file(file, content):
    """Some editors on Windows write one."""
    file.write_bytes(content)
    assert read_small_file(file, "env file") == b"text"
    assert read_small_text(file, "env file") == "text"
    assert read_token(file, "subject token").reveal() == "text"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_error_of_its_own(file, content):
    """It is about to be written, or its writer failed."""
    file.write_bytes(content)
    with pytest.raises(FileEmpty, match=r"The secret file .*file is empty\. Write"):
        read_small_file(file, "secret file")


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_missing_file_is_told_apart(file, name, tmp_path):
    """Some callers go on without it."""
    if name != "file":
        file.write_text("no directory")
    with pytest.raises(FileMissing, match=r"The env file .* can't be read: No.*Name a file"):
        read_small_file(tmp_path / name, "env file")


@pytest.mark.parametrize("size", [small_files.MAX_BYTES, small_files.MAX_BYTES + 1])
def test_a_file_has_a_limit(file, size):
    """A file of 1 MiB is read, and one with a byte more isn't."""
    file.write_bytes(b"x" * size)
    if size == small_files.MAX_BYTES:
        assert len(read_small_file(file, "config file")) == size
    else:
        with pytest.raises(ConfigurationError, match="is larger than 1 MiB"):
            read_small_file(file, "config file")


def test_a_caller_may_choose_the_limit(file):
    """A bundle of authorities is larger than a secret."""
    file.write_bytes(b"x" * (small_files.MAX_BYTES + 1))
    assert read_small_file(file, "CA certificate file", max_bytes=16 * small_files.MAX_BYTES)


def test_a_directory_is_named(tmp_path):
    """A user means its files, or it was mounted instead of a file."""
    with pytest.raises(ConfigurationError, match="it is a directory"):
        read_small_file(tmp_path, "config file")


@only_posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/random", "/dev/tty"])
def test_a_device_is_refused(device):
    """Some have no end, and some wait for a person."""
    with pytest.raises(ConfigurationError, match=r"can't be read: (it is a device|No such device)"):
        read_small_file(Path(device), "secret file")


def test_the_null_device_is_an_empty_file():
    """Users name it to have no config file."""
    with pytest.raises(FileEmpty):
        read_small_file(Path(os.devnull), "config file")


@only_posix
def test_a_socket_is_refused(file, monkeypatch):
    """No system can open one as a file."""
    monkeypatch.chdir(file.parent)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(file.name)
        with pytest.raises(ConfigurationError, match="it is a socket"):
            read_small_file(file, "secret file")


@only_posix
@pytest.mark.usefixtures("_impatient")
def test_a_pipe_that_nobody_writes_to_is_given_up(pipe):
    """Opening it would wait for ever."""
    with pytest.raises(ConfigurationError, match="is a pipe that was not written to within"):
        read_small_file(pipe, "secret file")


@only_posix
@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("content", [b"", b"half a secr"])
def test_a_pipe_that_nobody_closes_is_given_up(pipe, content):
    """What has arrived may be incomplete."""
    # Reading too, since a pipe without a reader can't be opened for writing.
    with pipe.open("r+b", buffering=0) as writer:
        writer.write(content)
        with pytest.raises(
            ConfigurationError, match="is a pipe that was not closed within"
        ) as caught:
            read_small_file(pipe, "secret file")
    _assert_hidden(caught.value, "half a secr")


@only_posix
def test_a_pipe_is_read_to_its_end(pipe, monkeypatch):
    """Its writer is late and writes in pieces; it advances whenever the reader waits."""
    steps = iter(range(100))
    writers = []

    def wait(_seconds: float) -> None:
        step = next(steps)
        if step == 1:
            writers.append(os.open(pipe, os.O_WRONLY))
        elif step in {3, 5}:
            os.write(writers[0], b"piece.")
        elif step == 7:
            os.close(writers[0])

    monkeypatch.setattr(bounded_read.time, "sleep", wait)
    assert read_small_file(pipe, "secret file") == b"piece.piece."


@only_posix
def test_a_pipe_has_a_limit_too(pipe):
    """Reading ends though a program never stops writing."""

    def write() -> None:
        with pipe.open("wb", buffering=0) as writer, contextlib.suppress(BrokenPipeError):
            while True:
                writer.write(b"x" * 65536)

    thread = threading.Thread(target=write)
    thread.start()
    with pytest.raises(ConfigurationError, match="is larger than 1 MiB"):
        read_small_file(pipe, "secret file")
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="there is no /dev/fd")
@pytest.mark.parametrize("closed_before", [True, False])
def test_a_shells_process_substitution_is_read(closed_before):
    """``<(pass zeebe)``: its program may have ended before the pipe is opened here."""
    reading, writing = os.pipe()
    os.write(writing, SECRET.encode())
    try:
        if closed_before:
            os.close(writing)
        else:
            threading.Timer(0, os.close, [writing]).start()
        # A profile is read more than once.
        for _ in range(2):
            assert read_small_text(Path(f"/dev/fd/{reading}"), "secret file") == SECRET
    finally:
        os.close(reading)


def test_a_pipe_is_refused_where_it_can_only_be_waited_for(tmp_path, monkeypatch):
    """Windows can't open one without blocking."""
    monkeypatch.delattr(os, "O_NONBLOCK", raising=False)
    monkeypatch.setattr(bounded_read.stat, "S_ISFIFO", lambda _mode: True)
    (tmp_path / "pipe").write_text(SECRET)
    with pytest.raises(ConfigurationError, match="it is a pipe"):
        read_small_file(tmp_path / "pipe", "secret file")


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (SECRET.encode("utf-16"), read_small_text),
        (SECRET.encode() + b"\xff", read_small_text),
        (SECRET.encode() + b" two words", read_token),
        (SECRET.encode() + "é".encode(), read_token),
        (SECRET.encode() + b"x" * small_files.MAX_BYTES, read_small_file),
    ],
)
def test_no_error_holds_what_a_file_says(file, content, read):
    """Neither the message nor the variables of its frames have the content."""
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match="file") as caught:
        read(file, "secret file")
    _assert_hidden(caught.value, SECRET)


def _assert_hidden(error: BaseException, secret: str) -> None:
    shown, seen = [], error
    while seen is not None:
        shown += [str(seen), repr(seen)]
        for frame, _ in traceback.walk_tb(seen.__traceback__):
            if frame.f_code.co_filename != __file__:
                shown += [repr(value) for value in frame.f_locals.values()]
        seen = seen.__cause__ or seen.__context__
    assert secret not in "\n".join(shown)
    assert "".join(f"{each}\\x00" for each in secret) not in "\n".join(shown)


# Files that belong together.


@pytest.fixture
def pair(tmp_path) -> list[Path]:
    """Two files of one version."""
    files = [tmp_path / "one", tmp_path / "two"]
    _write(files, "old")
    return files


def _write(files: list[Path], text: str) -> None:
    for file in files:
        file.write_text(text)


def test_files_replaced_between_two_reads_are_read_again(pair):
    """Neither the old pair's first half nor the new one's second is used."""
    swaps = iter(["new"])

    def read() -> list[str]:
        first = read_small_text(pair[0], "file")
        _write(pair, next(swaps, "new"))
        return [first, read_small_text(pair[1], "file")]

    assert read_together(read, "pair") == ["new", "new"]


def test_an_error_from_halves_is_not_told(pair):
    """A new key doesn't match the old certificate that was read before it."""
    reads = []

    def read() -> str:
        first = read_small_text(pair[0], "file")
        _write(pair, "new")
        reads.append((first, read_small_text(pair[1], "file")))
        if len(set(reads[-1])) > 1:
            raise ConfigurationError("They don't go with each other.")
        return first

    assert read_together(read, "pair") == "new"
    assert reads == [("old", "new"), ("new", "new")]


def test_an_error_that_is_no_halves_is_told(pair):
    """It is raised once, without another try."""
    reads = []

    def read() -> None:
        reads.append([read_small_text(file, "file") for file in pair])
        raise ConfigurationError("They don't go with each other.")

    with pytest.raises(ConfigurationError, match="don't go with"):
        read_together(read, "pair")
    assert len(reads) == 1


def test_files_that_change_all_the_time_are_given_up(pair):
    """The error says that they were replaced at each try; nothing waits for them."""
    versions = iter(range(100))

    def read() -> None:
        for file in pair:
            read_small_text(file, "file")
            _write(pair, f"version {next(versions)}")

    with pytest.raises(ConfigurationError, match=r"files of the pair were replaced each of the 10"):
        read_together(read, "pair")
    assert next(versions) == 20


@pytest.mark.parametrize("at_first", ["missing", "empty"])
def test_a_file_that_was_not_there_yet_counts(pair, at_first):
    """An optional file is looked for again."""
    pair[1].unlink() if at_first == "missing" else pair[1].write_text("")

    def read() -> list[str]:
        found = [read_small_text(pair[0], "file")]
        try:
            found.append(read_small_text(pair[1], "file"))
        except (FileMissing, FileEmpty):
            found.append(at_first)
            _write(pair, "new")
        return found

    assert read_together(read, "pair") == ["new", "new"]


def test_what_is_read_inside_counts_outside(pair):
    """A source's files and the files that it names are one set."""
    swaps = iter(["new"])

    def read() -> list[str]:
        first = read_together(lambda: read_small_text(pair[0], "file"), "first")
        _write(pair, next(swaps, "new"))
        return [first, read_small_text(pair[1], "file")]

    assert read_together(read, "pair") == ["new", "new"]


def test_one_file_is_read_once(pair):
    """A single file is consistent, and a pipe could not be read again."""
    pair[0].write_text("old")
    seen = []

    def read() -> str:
        seen.append(read_small_text(pair[0], "file"))
        pair[0].write_text("new")
        return seen[-1]

    assert read_together(read, "file") == "old"
    assert seen == ["old"]


def test_a_reader_may_say_that_something_changed(pair):
    """It may know more than the files show."""
    tries = iter([True, True, False])

    def read() -> str:
        if next(tries):
            raise ChangedMeanwhile
        return "done"

    assert read_together(read, "pair") == "done"


# Links: each is followed once in a try.


@pytest.fixture
def swapped(tmp_path) -> Callable[[str], None]:
    """The files ``one`` and ``two`` of two versions, behind ``current``; what it gives swaps it."""
    for version in ("old", "new"):
        (tmp_path / version).mkdir()
        _write([tmp_path / version / "one", tmp_path / version / "two"], version)

    def swap(version: str) -> None:
        (tmp_path / "next").symlink_to(version)
        (tmp_path / "next").rename(tmp_path / "current")

    swap("old")
    return swap


@only_posix
def test_files_behind_one_link_are_of_one_version(tmp_path, swapped):
    """Also if it leads back by the time it is looked at again."""

    def read() -> list[str]:
        first = read_small_text(tmp_path / "current" / "one", "file")
        swapped("new")
        second = read_small_text(tmp_path / "current" / "two", "file")
        swapped("old")
        return [first, second]

    assert read_together(read, "pair") == ["old", "old"]


@only_posix
def test_one_link_by_two_names_is_one_link(tmp_path, swapped, monkeypatch):
    """A relative path, and one through another link to the directory above."""
    (tmp_path / "other").symlink_to(".")
    monkeypatch.chdir(tmp_path)

    def read() -> list[str]:
        first = read_small_text(Path("current/one"), "file")
        swapped("new")
        second = read_small_text(tmp_path / "old" / ".." / "other" / "current" / "two", "file")
        swapped("old")
        return [first, second]

    assert read_together(read, "pair") == ["old", "old"]


@only_posix
def test_a_set_inside_of_another_follows_the_same_links(tmp_path, swapped):
    """Both sets are of one version."""

    def read() -> list[str]:
        first = read_small_text(tmp_path / "current" / "one", "file")
        swapped("new")
        second = read_together(
            lambda: read_small_text(tmp_path / "current" / "two", "file"), "inner"
        )
        swapped("old")
        return [first, second]

    assert read_together(read, "pair") == ["old", "old"]


@only_posix
def test_a_set_that_is_read_again_inside_spoils_the_outer_one(tmp_path, swapped):
    """What was read before it is of another version, and is read again."""
    reads = []

    def read() -> None:
        first = read_small_text(tmp_path / "current" / "one", "file")
        if not reads:
            swapped("new")
            (tmp_path / "old" / "two").unlink()
        second = read_together(
            lambda: read_small_text(tmp_path / "current" / "two", "file"), "inner"
        )
        reads.append([first, second])
        if len(reads) == 1:
            # At its end the outer set finds each file as it was read.
            swapped("old")
            (tmp_path / "old" / "two").write_text("new")

    read_together(read, "pair")
    assert reads == [["old", "new"], ["old", "new"]]


@only_posix
def test_a_link_that_never_rests_gives_one_version(tmp_path, swapped):
    """The last try uses its target of that moment; there is no error."""
    versions = iter(["new", "old", "old"] * 10)

    def read() -> list[str]:
        found = []
        for name in ("one", "two"):
            swapped(next(versions))
            found.append(read_small_text(tmp_path / "current" / name, "file"))
        swapped({"old": "new", "new": "old"}[found[0]])
        return found

    assert len(set(read_together(read, "pair"))) == 1


@only_posix
def test_files_rewritten_behind_a_link_are_given_up_all_the_same(tmp_path, swapped):
    """The last try checks them, too."""
    versions = iter(range(100))

    def read() -> None:
        for name in ("one", "two"):
            read_small_text(tmp_path / "current" / name, "file")
            (tmp_path / "old" / name).write_text(f"version {next(versions)}")

    with pytest.raises(ConfigurationError, match="replaced each of the 10"):
        read_together(read, "pair")


@only_posix
def test_a_missing_file_is_missing_if_the_links_are_the_same(tmp_path, swapped):
    """There is no further try for a missing file."""
    tries = []

    def read() -> str:
        tries.append(1)
        return read_small_text(tmp_path / "current" / "three", "env file")

    with pytest.raises(FileMissing, match=r"env file .*/current/three can't be read"):
        read_together(read, "pair")
    assert len(tries) == 1


@only_posix
def test_links_in_a_circle_are_an_error(tmp_path):
    """The error is the system's, with the given path."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(ConfigurationError, match=r"/a can't be read: Too many"):
        read_together(lambda: read_small_text(tmp_path / "a", "file"), "pair")


@only_posix
@pytest.mark.parametrize(
    ("target", "found"),
    [("one", "text"), ("./folder/../one", "text"), ("{}/one", "text"), ("one/../one", None)],
)
def test_a_link_leads_where_the_system_says(tmp_path, target, found):
    """Its target is relative to its directory or absolute; a file has no directory above it."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "one").write_text("text")
    (tmp_path / "link").symlink_to(target.format(tmp_path))
    if found:
        assert read_together(lambda: read_small_text(tmp_path / "link", "f"), "pair") == found
    else:
        with pytest.raises(FileMissing):
            read_together(lambda: read_small_text(tmp_path / "link", "f"), "pair")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc")
@pytest.mark.parametrize("folder", ["/dev/fd", "/proc/self/fd"])
def test_the_links_of_open_files_are_left_to_the_system(file, folder):
    """They lead to the file itself, also if it has no name any more."""
    with file.open("w+") as opened:
        opened.write("text")
        opened.flush()
        file.unlink()
        path = Path(folder) / str(opened.fileno())
        assert read_together(lambda: read_small_text(path, "file"), "pair") == "text"


@only_posix
def test_somebody_elses_link_in_a_shared_directory_is_left_to_the_system(tmp_path, monkeypatch):
    """It may refuse to follow it (fs.protected_symlinks), and is not read around."""
    (tmp_path / "one").write_text("text")
    (tmp_path / "link").symlink_to("one")
    tmp_path.chmod(0o1777)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    found = []
    read_together(lambda: found.append(resolved(tmp_path / "link")), "pair")
    # The directory's owner is trusted, as the system does.
    real = os.stat
    status = list(real(tmp_path))
    status[4] = 4712
    monkeypatch.setattr(os, "stat", lambda *_, **__: os.stat_result(status))
    read_together(lambda: found.append(resolved(tmp_path / "link")), "pair")
    assert found == [tmp_path / "one", tmp_path / "link"]


def test_a_system_without_such_links_opens_the_path_itself(pair, monkeypatch):
    """This is the case on Windows."""
    monkeypatch.setattr(os, "readlink", lambda _path: 1 / 0)
    monkeypatch.setattr(symbolic_links, "_FOLLOWS_LINKS", False)
    assert read_together(lambda: [read_small_text(each, "f") for each in pair], "pair")
