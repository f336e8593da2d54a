"""`handball rig phones --points` as a user calls it: two films and points of the court become a rig; refusals."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from command import handball, refusal
from handball.domain.camera import Camera
from handball.domain.court import POINTS
from handball.stereo.triangulation import triangulate
from handball.storage.rigs import load_rig
from videos import moving_scene, write_video

SIZE = (1280, 720)
CAMERAS = tuple(
    Camera.looking(name=name, position=place, target=(7, 10, 0.5), focal_px=focal, image_size=SIZE)
    for name, place, focal in (("left", (3.0, -3.0, 3.0), 950.0), ("right", (16.0, -2.5, 2.5), 980.0))
)
IN_AIR = np.array([[7.0, 10.0, 2.2], [9.0, 8.0, 1.0], [4.0, 11.0, 0.2]])
CALL = ("rig", "phones", "left.mp4", "right.png", "--points", "left.toml", "--points")


def clicks(camera: Camera, noise_px: float = 0.0) -> dict[str, tuple[float, float]]:
    """Points of the court in the camera's picture, as exactly as somebody clicks."""
    places = np.array(list(POINTS.values()))
    pixels = camera.project(places)
    seen = ((pixels >= 0) & (pixels < SIZE)).all(axis=1) & (np.linalg.norm(places - camera.position, axis=1) < 25)
    pixels = pixels + np.random.default_rng(4).normal(0, noise_px, pixels.shape)
    return {name: (x, y) for name, (x, y), inside in zip(POINTS, pixels.tolist(), seen, strict=True) if inside}


def write_clicks(path: Path, points: dict[str, tuple[float, float]], head: str = "") -> None:
    path.write_text("\n".join([head, "[points]", *(f"{name} = {list(pixel)}" for name, pixel in points.items())]))


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film, a picture, and points of each."""
    folder = tmp_path_factory.mktemp("hall")
    write_video(folder / "left.mp4", [moving_scene(number, width=SIZE[0], height=SIZE[1]) for number in range(2)])
    cv2.imwrite(str(folder / "right.png"), np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    for camera in CAMERAS:
        write_clicks(folder / f"{camera.name}.toml", clicks(camera))
    return folder


def test_points_of_the_court_place_two_phones(hall: Path) -> None:
    done = handball(*CALL, "right.toml", "--delay", "0.02", "--out", "rig.toml", folder=hall)
    assert done.returncode == 0, done.stderr
    assert "left stands at 3.00, -3.00, 3.00 m" in done.stdout
    rig = load_rig(hall / "rig.toml")
    assert (rig.world, rig.names, rig.delays) == ("court", ("left", "right"), (0.0, 0.02))
    assert rig.error_px < 0.01
    for found, true in zip(rig.cameras, CAMERAS, strict=True):
        assert found.position == pytest.approx(true.position, abs=1e-3)
        assert found.focal == pytest.approx(true.focal, rel=1e-4)
    pixels = np.stack([camera.project(IN_AIR) for camera in CAMERAS])
    placed = triangulate(rig.cameras, pixels, np.ones(pixels.shape[:2]))
    assert placed.positions == pytest.approx(IN_AIR, abs=2e-3)


def test_a_wrong_click_is_left_out_and_told(hall: Path) -> None:
    points = clicks(CAMERAS[1], 1.0)
    x, y = points["seven_left"]
    write_clicks(hall / "wrong.toml", points | {"seven_left": (x - 300, y)})
    done = handball(*CALL, "wrong.toml", "--out", "wrong_rig.toml", folder=hall)
    assert done.returncode == 0, done.stderr
    assert "right: seven_left does not fit the other points and is left out" in done.stdout
    found = load_rig(hall / "wrong_rig.toml").cameras[1]
    assert np.linalg.norm(found.position - CAMERAS[1].position) < 0.6


def test_points_of_another_film_are_refused(hall: Path) -> None:
    refusal(
        handball(*CALL, "left.toml", "--out", "none.toml", folder=hall), "both phones at one place", "in their order"
    )
    write_clicks(hall / "large.toml", clicks(CAMERAS[1]), "image_size = [1920, 1080]")
    refusal(handball(*CALL, "large.toml", "--out", "none.toml", folder=hall), "1920 x 1080", "1280 x 720")
    refusal(handball(*CALL, "right.toml", "--fov", "60", "--out", "none.toml", folder=hall), "--fov goes with --height")
    assert not (hall / "none.toml").exists()
