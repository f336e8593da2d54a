"""From files to a rig: which images belong together, frames of videos, and what is refused."""

from __future__ import annotations

from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest

from boards import BOARD, pictured, placed_boards, two_cameras
from handball.domain.rig import Rig
from handball.errors import HandballError, InvalidRigError, UsageError
from handball.pipeline.board_clips import clip_sightings
from handball.pipeline.board_images import camera_names, image_sets
from handball.pipeline.calibrating import calibrate
from handball.pipeline.hooks import Hooks
from videos import write_video

SMALL = (640, 360)
CAMERAS = two_cameras(bent=False, size=SMALL)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight pairs in two folders."""
    folder = tmp_path_factory.mktemp("images")
    for camera in CAMERAS:
        (folder / camera.name).mkdir()
        for number, corners in enumerate(placed_boards(8, spread=0.25), 1):
            cv2.imwrite(str(folder / camera.name / f"{camera.name}_{number:02d}.png"), pictured(camera, corners, BOARD))
    return folder


def named(folder: Path, *names: str) -> str:
    folder.mkdir()
    for name in names:
        (folder / name).touch()
    return str(folder)


def test_folders_of_images_give_the_rig(images: Path) -> None:
    run = calibrate([str(images / "left"), str(images / "right")], BOARD, distance=3.0)
    assert run.rig.names == ("left", "right")
    assert run.calibration.rms_px < 0.1
    apart = np.linalg.norm(run.rig.cameras[1].position)
    assert apart == pytest.approx(1.0, abs=0.01)
    assert run.rig.cameras[0].focal == pytest.approx(CAMERAS[0].focal, rel=0.01)
    assert run.precision.athlete_mm < 10
    assert "Only 8 moments" in " ".join(finding.text for finding in run.findings)


def test_videos_are_looked_at_at_the_same_times(tmp_path: Path) -> None:
    boards = placed_boards(6, spread=0.2)
    late = 0.4
    for camera, before in zip(CAMERAS, (0, 4), strict=True):
        gray = [pictured(camera, boards[0], BOARD)] * before + [
            pictured(camera, corners, BOARD) for corners in boards for _ in range(4)
        ]
        write_video(tmp_path / f"{camera.name}.mp4", [cv2.cvtColor(one, cv2.COLOR_GRAY2RGB) for one in gray], rate=10)
    paths = [tmp_path / "left.mp4", tmp_path / "right.mp4"]
    seen = clip_sightings(paths, ("left", "right"), BOARD, (0.0, -late), Hooks(), also=1.0)
    assert 1.0 in seen.numbers
    assert len(seen.numbers) >= 6
    for time, pixels in zip(seen.numbers, seen.pixels.swapaxes(0, 1), strict=True):
        true = boards[min(int((time + 1e-6) / 0.4), 5)]
        for camera, found in zip(CAMERAS, pixels, strict=True):
            if not np.isnan(found).any():
                assert np.abs(found - camera.project(true)).max() < 1.5
    with pytest.raises(UsageError, match="outside of the videos"):
        clip_sightings(paths, ("left", "right"), BOARD, (0.0, 0.0), Hooks(), also=60.0)
    with pytest.raises(UsageError, match="no moment in common"):
        clip_sightings(paths, ("left", "right"), BOARD, (0.0, 60.0), Hooks())


def test_images_are_matched_by_the_number_in_their_names(tmp_path: Path) -> None:
    left = named(tmp_path / "left", "left01.png", "left02.png", "left10.png", "notes.txt")
    right = named(tmp_path / "right", "r2.png", "r10.png", "r11.png")
    sets = image_sets([left, right], ("left", "right"))
    assert sets.numbers == (1, 2, 10, 11)
    assert [[path.name if path else None for path in files] for files in sets.moments] == [
        ["left01.png", None], ["left02.png", "r2.png"], ["left10.png", "r10.png"], [None, "r11.png"]
    ]  # fmt: skip
    assert sets.notes == (
        "left: no partner for left01.png: only of use for its lens.",
        "right: no partner for r11.png: only of use for its lens.",
    )


def test_images_without_common_numbers_are_matched_by_order(tmp_path: Path) -> None:
    left, right = named(tmp_path / "a", "IMG_1.png", "IMG_2.png"), named(tmp_path / "b", "IMG_7.png", "IMG_8.png")
    sets = image_sets([left, right], ("a", "b"))
    assert [files[1].name for files in sets.moments if files[1]] == ["IMG_7.png", "IMG_8.png"]
    assert "matched by order" in sets.notes[0]
    longer = named(tmp_path / "c", "IMG_7.png", "IMG_8.png", "IMG_9.png")
    with pytest.raises(UsageError, match="cannot be matched"):
        image_sets([left, longer], ("a", "c"))


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["a/left*.jpg", "a/right*.jpg"], ("left", "right")),
        (["left.mp4", "right.mp4"], ("left", "right")),
        (["left/calib", "right/calib"], ("left", "right")),
        (["calib", "calib"], ("camera1", "camera2")),
    ],
)
def test_cameras_are_named_after_their_files(sources: list[str], names: tuple[str, ...]) -> None:
    assert camera_names(sources) == names


def test_what_cannot_be_is_refused(images: Path, tmp_path: Path) -> None:
    left, right = str(images / "left"), str(images / "right")
    file = str(images / "left" / "left_01.png")
    known = Rig(cameras=two_cameras())
    squares = attrs.evolve(BOARD, columns=10, rows=7)
    cases: list[tuple[list[str], dict[str, object], str]] = [
        ([left], {}, "two cameras or more, found 1"),
        ([file, right], {}, "is one image, expected a folder"),
        ([left, str(tmp_path)], {}, "holds no images"),
        ([left, right], {"delays": (0.0,)}, "--delays has 1 numbers, expected 2"),
        ([left, right], {"floor": 99.0}, "--floor 99: no image of this number"),
        ([left, right], {"known": known}, "pictures of 640 x 360, but --intrinsics is for 1280 x 720"),
    ]
    for sources, options, told in cases:
        with pytest.raises(HandballError, match=told):
            calibrate(sources, BOARD, **options)
    with pytest.raises(InvalidRigError, match="a chessboard of 9x6 inner corners is there"):
        calibrate([left, right], squares)


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    left, right = named(tmp_path / "left", "l1.png"), named(tmp_path / "right", "r1.png")
    with pytest.raises(UsageError, match=r"l1\.png is no image"):
        calibrate([left, right], BOARD)


def test_images_of_two_sizes_are_refused(images: Path, tmp_path: Path) -> None:
    folder = tmp_path / "left"
    folder.mkdir()
    for number, size in ((1, SMALL), (2, SMALL[::-1])):
        cv2.imwrite(str(folder / f"l{number}.png"), np.full(size[::-1], 128, np.uint8))
    with pytest.raises(InvalidRigError, match="360 x 640 pixels, the images before it 640 x 360"):
        calibrate([str(folder), str(images / "right")], BOARD)
