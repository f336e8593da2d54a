"""Several cameras on the command line: what is refused before anything is analysed."""

from __future__ import annotations

from pathlib import Path

import pytest

from command import handball, refusal, throw_file
from handball.domain.camera import Camera
from handball.domain.rig import Rig
from handball.storage.rigs import save_rig
from videos import moving_scene, write_video


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("rig")
    cameras = tuple(
        Camera.looking(position=(x, 0, 1.5), target=(0, 5, 1), focal_px=900, image_size=(1280, 720), name=name)
        for name, x in (("left", -2.0), ("right", 2.0))
    )
    save_rig(Rig(cameras=cameras, world="floor"), place / "rig.toml")
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        write_video(place / name, [moving_scene(number) for number in range(12)])
    throw_file(place / "coach.npz")
    return place


def test_one_clip_for_each_camera_on_both_sides(folder: Path) -> None:
    shared = ("--rig", "rig.toml", "--out", "out")
    told = handball("evaluate", "a.mp4", "--standard", "coach.npz", *shared, folder=folder)
    refusal(told, "2 cameras (left, right), and 1 clips were given")
    told = handball("evaluate", "a.mp4", "b.mp4", "--standard", "c.mp4", *shared, folder=folder)
    refusal(told, "2 cameras (left, right), and 1 clips were given")
    told = handball("evaluate", "a.mp4", "coach.npz", "--standard", "coach.npz", *shared, folder=folder)
    refusal(told, "coach.npz holds joints already")
    told = handball(
        "standard", "build", "a.mp4", "b.mp4", "c.mp4", "--rig", "rig.toml", "--out", "x.standard", folder=folder
    )
    refusal(told, "2 cameras (left, right), and 3 clips were given")
    assert not (folder / "out").exists()


def test_one_throw_at_a_time(folder: Path) -> None:
    told = handball(
        "evaluate", "a.mp4", "b.mp4", "--rig", "rig.toml", "--throw", "all", "--standard", "coach.npz", "--out", "out",
        folder=folder,
    )  # fmt: skip
    refusal(told, "several cameras measure one throw at a time")


def test_what_sync_and_triangulate_refuse(folder: Path) -> None:
    refusal(
        handball("rig", "sync", "a.mp4", "b.mp4", "--out", "new.toml", folder=folder), "name the one with these cameras"
    )
    refusal(handball("rig", "sync", "a.mp4", "b.mp4", "--by", "sound", folder=folder), "a.mp4 has no sound")
    told = handball("rig", "triangulate", "a.mp4", "b.mp4", "--rig", "rig.toml", "--out", "joints.xyz", folder=folder)
    refusal(told, "no known ending")
    told = handball("rig", "triangulate", "a.mp4", "b.mp4", "--rig", "none.toml", "--out", "j.trc", folder=folder)
    refusal(told, "none.toml cannot be read")
