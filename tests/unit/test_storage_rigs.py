"""Rig files: what is written is read back, and what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from handball.domain.camera import Camera
from handball.domain.rig import Rig
from handball.errors import InvalidRigError
from handball.storage.rigs import load_rig, rig_text, save_rig


def _camera(name: str, x: float) -> Camera:
    looking = Camera.looking(position=(x, 0, 1.5), target=(0, 5, 1), focal_px=900, image_size=(1280, 720), name=name)
    return attrs.evolve(looking, distortion=(-0.1, 0.02, 1e-4, -2e-4, 0.003))


RIG = Rig(
    cameras=(_camera("left", -1.0), _camera('the "right"', 1.0)), world="floor", delays=(0.0, -0.0125), error_px=0.3
)


def test_a_rig_is_read_back_as_written(tmp_path: Path) -> None:
    save_rig(RIG, tmp_path / "rig.toml")
    assert load_rig(tmp_path / "rig.toml") == RIG


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("handball-rig", "something", "is no rig file: expected format"),
        ("version = 1", "version = 2", "has version 2, expected 1"),
        ('world = "floor"', 'world = "moon"', "world must be camera, floor or court, found 'moon'"),
        ("focal = ", "focl = ", "Unknown 'focl'"),
        ('name = "left"\n', "", "'name' is missing"),
        ("[1280, 720]", "[1280]", "is damaged"),
        ("error_px", "error px", "is not valid TOML"),
        ('name = "left"', 'name = "the \\"right\\""', "need different names"),
    ],
)
def test_a_wrong_rig_file_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "rig.toml"
    path.write_text(rig_text(RIG).replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidRigError, match=told):
        load_rig(path)


def test_a_rig_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidRigError, match="cannot be read"):
        load_rig(tmp_path / "none.toml")


def test_what_is_no_rig() -> None:
    left, right = RIG.cameras
    with pytest.raises(ValueError, match="at least 2 cameras"):
        Rig(cameras=(left,))
    with pytest.raises(ValueError, match="same place"):
        Rig(cameras=(left, attrs.evolve(left, name="other")))
    with pytest.raises(ValueError, match="as many delays"):
        Rig(cameras=(left, right), delays=(0.0,))
    assert (Rig(cameras=(left, right)).delays, Rig(cameras=(left, right)).has_floor) == ((0.0, 0.0), False)
