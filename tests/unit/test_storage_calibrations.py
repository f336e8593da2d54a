"""Calibrations of other programs: what they say of a camera, in which world, and what is refused."""

from __future__ import annotations

from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest

from handball.domain.camera import Camera
from handball.errors import InvalidRigError
from handball.storage.calibrations import load_calibration

POINTS = np.random.default_rng(8).uniform((-1, 2, 0), (1, 4, 2), (30, 3))
CAMERAS = tuple(
    attrs.evolve(
        Camera.looking(name=name, position=(x, -1.0, 1.6), target=(0, 3, 1), focal_px=900, image_size=(1280, 720)),
        distortion=(-0.1, 0.05, 1e-3, -5e-4),
    )
    for name, x in (("cam01", -1.5), ("cam02", 1.5))
)


def pose2sim(cameras: tuple[Camera, ...], extra: str = "") -> str:
    parts = []
    for camera in cameras:
        turned = cv2.Rodrigues(camera.rotation)[0].ravel().tolist()
        moved = (-camera.rotation @ camera.position).tolist()
        parts.append(
            f'[{camera.name}]\nname = "{camera.name}"\nsize = [1280.0, 720.0]\nmatrix = {camera.matrix.tolist()}\n'
            f"distortions = {list(camera.distortion[:4])}\nrotation = {turned}\ntranslation = {moved}\n"
            "fisheye = false\n"
        )
    return "\n".join(parts) + "\n[metadata]\nadjusted = false\nerror = 0.0\n" + extra


def qualisys(cameras: tuple[Camera, ...]) -> str:
    parts = []
    for camera in cameras:
        rows = np.diag([1, -1, -1]) @ camera.rotation
        turn = " ".join(f'r{i + 1}{j + 1}="{rows[i, j]}"' for i in range(3) for j in range(3))
        x, y, z = camera.position * 1000
        focal, center = np.multiply(camera.focal, 64), np.multiply(camera.principal, 64)
        k1, k2, p1, p2, k3 = camera.distortion
        parts.append(
            f'<camera serial="{camera.name}"><fov_video left="0" top="0" right="1279" bottom="719"/>'
            f'<transform {turn} x="{x}" y="{y}" z="{z}"/>'
            f'<intrinsic focalLengthU="{focal[0]}" focalLengthV="{focal[1]}" '
            f'centerPointU="{center[0]}" centerPointV="{center[1]}" radialDistortion1="{k1}" radialDistortion2="{k2}" '
            f'radialDistortion3="{k3}" tangentalDistortion1="{p1}" tangentalDistortion2="{p2}"/></camera>'
        )
    return f"<?xml version='1.0'?><calibration><cameras>{''.join(parts)}</cameras></calibration>"


@pytest.mark.parametrize("written", [pose2sim, qualisys])
def test_cameras_of_other_programs_see_what_ours_see(tmp_path: Path, written) -> None:
    path = tmp_path / "calibration"
    path.write_text(written(CAMERAS), encoding="utf-8")
    rig = load_calibration(path)
    assert rig.world == "floor"
    assert rig.names == ("cam01", "cam02")
    for found, true in zip(rig.cameras, CAMERAS, strict=True):
        assert found.image_size == true.image_size
        assert found.project(POINTS) == pytest.approx(true.project(POINTS), abs=1e-6)


def test_where_z_is_not_up_the_axes_are_those_of_the_first_camera(tmp_path: Path) -> None:
    turn = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    lying = tuple(attrs.evolve(c, rotation=c.rotation @ turn.T, position=turn @ c.position) for c in CAMERAS)
    path = tmp_path / "calibration.toml"
    path.write_text(pose2sim(lying), encoding="utf-8")
    rig = load_calibration(path)
    assert rig.world == "camera"
    assert rig.cameras[0].position == pytest.approx([0, 0, 0], abs=1e-9)
    assert rig.cameras[0].rotation == pytest.approx(np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]))
    x, y, z = CAMERAS[0].in_camera(POINTS).T
    assert rig.cameras[1].project(np.stack([x, z, -y], axis=1)) == pytest.approx(CAMERAS[1].project(POINTS))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<calibration><cameras><camera serial='a'/></cameras></calibration>", "without transform"),
        ("<calibration/>", "at least 2 cameras, found 0"),
        ("[a]\nsize = [640, 480]\n", "'matrix' is missing"),
        (pose2sim(CAMERAS).replace("fisheye = false", "fisheye = true"), "fisheye lens, which is not supported"),
        (pose2sim(CAMERAS[:1]), "at least 2 cameras, found 1"),
        ("no calibration", "is no calibration of Pose2Sim or Qualisys"),
    ],
)
def test_a_calibration_that_is_none_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "calibration"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRigError, match=told):
        load_calibration(path)


def test_a_calibration_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidRigError, match="cannot be read"):
        load_calibration(tmp_path / "none")


@pytest.mark.recordings
def test_the_real_calibration_of_four_cameras(recordings: Path) -> None:
    rig = load_calibration(recordings / "pose2sim" / "Calib.qca.txt")
    assert rig.world == "floor"
    assert rig.names == ("cam01", "cam02", "cam03", "cam04")
    assert all(1.5 < camera.position[2] < 2.3 for camera in rig.cameras)
    middle = np.array([[-0.3, 0.0, 1.0]])
    for camera in rig.cameras:
        (pixel,) = camera.project(middle)
        assert (pixel > 0).all()
        assert (pixel < camera.image_size).all()
