"""Which clips are meant, and where their results go."""

from __future__ import annotations

from pathlib import Path

import pytest

from handball.cli.batch import found_clips, planned_tasks
from handball.errors import UsageError


def test_files_folders_and_patterns_without_doubles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("school").mkdir()
    for name in ("b.MP4", "a.trc", "notes.txt"):
        (Path("school") / name).touch()
    assert found_clips(["school"]) == [Path("school/a.trc"), Path("school/b.MP4")]
    assert found_clips(["school/*.trc", "school/a.trc", "x.mp4"]) == [Path("school/a.trc"), Path("x.mp4")]
    assert found_clips([f"{tmp_path}/school/*.MP4"]) == [tmp_path / "school" / "b.MP4"]
    with pytest.raises(UsageError, match="No file matches"):
        found_clips(["*.mov"])
    Path("take[1].mp4").touch()
    assert found_clips(["take[1].mp4"]) == [Path("take[1].mp4")]


def test_what_no_clip_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("school").mkdir()
    for name in ("a.mp4", "._a.mp4", ".hidden.trc"):
        (Path("school") / name).touch()
    (Path("school") / "results.mp4").mkdir()
    assert found_clips(["school"]) == [Path("school/a.mp4")]
    for nothing in ([], [""], ["school", ""]):
        with pytest.raises(UsageError, match="clip is missing"):
            found_clips(nothing)


def test_every_clip_has_a_folder_of_its_own() -> None:
    clips = [Path("x/a.mp4"), Path("y/a.mp4"), Path("a.trc"), Path("b.mp4")]
    folders = [task.folder.name for task in planned_tasks(clips, Path("out"))]
    assert folders == ["a_mp4", "a_mp4_2", "a_trc", "b"]
