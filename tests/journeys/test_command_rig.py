"""`handball rig` as a user calls it: print a board, calibrate, look at the rig, import another one; refusals."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from boards import BOARD, photographed, pictured, placed_boards, two_cameras
from command import handball, refusal
from handball.stereo.boards import Board
from handball.storage.rigs import load_rig

CAMERAS = two_cameras(bent=False, size=(640, 360))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four pairs of images."""
    folder = tmp_path_factory.mktemp("session")
    for camera in CAMERAS:
        for number, corners in enumerate(placed_boards(4, spread=0.2), 1):
            cv2.imwrite(str(folder / f"{camera.name}{number}.png"), pictured(camera, corners, BOARD))
    return folder


def test_a_board_is_printed(tmp_path: Path) -> None:
    done = handball("rig", "board", "--board", "9x6", "--square", "0.025", "--out", "board.pdf", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF")
    done = handball("rig", "board", "--board", "9x6", "--square", "0.03", "--out", "large.pdf", folder=tmp_path)
    refusal(done, "too large for a4", "--square 0.025")
    assert not (tmp_path / "large.pdf").exists()


def test_a_rig_is_calibrated_and_shown(session: Path) -> None:
    call = ("rig", "calibrate", "left*.png", "right*.png", "--board", "9x6", "--square", "0.08", "--out", "rig.toml")
    done = handball(*call, "--json", "--coverage", "coverage.png", folder=session)
    found = json.loads(done.stdout)
    assert found["verdict"] == "red"
    assert "Only 4 moments" in found["findings"][0]["text"]
    assert found["error_px"] < 0.1
    assert done.returncode == 2
    assert "the verdict is red: rig.toml was written" in done.stderr
    assert load_rig(session / "rig.toml").names == ("left", "right")
    assert cv2.imread(str(session / "coverage.png")).shape[0] == 480
    shown = handball("rig", "show", "rig.toml", folder=session)
    assert "left and right: 1.0" in shown.stdout
    assert "the floor is not known" in shown.stdout
    before = (session / "rig.toml").read_bytes()
    again = handball(*call, folder=session)
    assert again.returncode == 2
    assert "rig.toml stays as it was" in again.stderr
    assert "verdict    red" in again.stdout
    assert (session / "rig.toml").read_bytes() == before


def test_a_wrong_board_is_refused_with_the_right_one(session: Path) -> None:
    done = handball(
        "rig", "calibrate", "left*.png", "right*.png", "--board", "10x7", "--square", "0.08", "--out", "new.toml",
        folder=session,
    )  # fmt: skip
    refusal(done, "--board 9x6", "inner corners, not squares")
    assert not (session / "new.toml").exists()


def test_a_charuco_board_in_folders_of_images_calibrates(tmp_path: Path) -> None:
    board, cameras = Board(columns=9, rows=6, square=0.16, kind="charuco"), two_cameras(bent=False, size=(640, 480))
    for camera in cameras:
        (tmp_path / camera.name).mkdir()
        for number, corners in enumerate(placed_boards(12, board=board, spread=0.4), 1):
            cv2.imwrite(str(tmp_path / camera.name / f"{number:02d}.png"), photographed(camera, corners, board))
    call = ("rig", "calibrate", "left", "right", "--square", "0.16", "--kind", "charuco", "--out", "rig.toml")
    done = handball(*call, "--board", "9x6", "--distance", "3", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["error_px"] < 0.2
    found = load_rig(tmp_path / "rig.toml").cameras
    for camera, true in zip(found, cameras, strict=True):
        assert camera.focal == pytest.approx(true.focal, rel=0.01)
    assert np.linalg.norm(found[1].position - found[0].position) == pytest.approx(1.0, rel=0.01)
    refusal(
        handball(*call, "--board", "6x9", folder=tmp_path), "a charuco of 9x6 inner corners is there: --board 9x6 ("
    )
