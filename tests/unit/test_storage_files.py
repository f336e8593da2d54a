"""A file appears under its name complete or not at all."""

import errno
import os
import sys
from pathlib import Path

import pytest

from handball.errors import OutputError
from handball.storage.files import ensure_folder, output_error, replacing


def test_good_end_replaces_the_file(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")
    with replacing(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
        assert temporary.suffix == ".csv"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_failure_leaves_the_good_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")

    def fail() -> None:
        with replacing(target) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "no permission"),
        (errno.EIO, "Input/output error; choose another place"),
    ],
)
def test_errors_of_the_system_become_one_sentence(tmp_path: Path, number: int, words: str) -> None:
    def fail() -> None:
        with replacing(tmp_path / "a.csv") as temporary:
            temporary.write_text("half")
            raise OSError(number, os.strerror(number))

    with pytest.raises(OutputError, match=words) as caught:
        fail()
    assert str(tmp_path / "a.csv") in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_says_so(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="the folder does not exist; create it first"),
        replacing(tmp_path / "b" / "a"),
    ):
        pass


def test_folder_of_the_same_name_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    def write() -> None:
        with replacing(tmp_path / "a") as temporary:
            temporary.write_text("x")

    with pytest.raises(OutputError, match="a folder of this name is in the way"):
        write()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_file_gets_ordinary_permissions(tmp_path: Path) -> None:
    with replacing(tmp_path / "a") as temporary:
        temporary.write_text("x")
    (tmp_path / "b").write_text("x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_ensure_folder(tmp_path: Path) -> None:
    assert ensure_folder(tmp_path / "a" / "b").is_dir()
    assert ensure_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "f").write_text("")
    with pytest.raises(OutputError, match="a file of this name is in the way"):
        ensure_folder(tmp_path / "f")


def test_unknown_error_number_still_says_something() -> None:
    assert "odd; choose another place" in str(output_error(Path("a"), OSError("odd")))
