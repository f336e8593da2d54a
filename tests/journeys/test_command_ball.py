"""`handball ball`: a clip and a camera, and what can be neither."""

import json

import attrs
import pytest

from balls import ball_picture, save_finder_net
from command import handball, one_sentence, throw_file
from handball.cli.app import run
from handball.domain.camera import Camera
from handball.domain.rig import Rig
from handball.storage.ball_tracks import read_ball_csv
from handball.storage.rigs import save_rig
from videos import write_video


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp("material")
    save_finder_net(folder / "ball.onnx")
    write_video(folder / "throw.mp4", (ball_picture(20 + 24 * k, 60, width=480) for k in range(20)), rate=50)
    write_video(folder / "nothing.mp4", (ball_picture(-50, k, width=480) for k in range(20)), rate=50)
    (folder / "notes.mp4").write_text("buy a ball", encoding="utf-8")
    (folder / "rig.toml").write_text('format = "handball-rig"', encoding="utf-8")
    throw_file(folder / "joints.npz")
    return folder


@pytest.mark.models
def test_a_clip_is_told_in_words_with_its_files(material, tmp_path):
    done = handball(
        "ball", "track", material / "throw.mp4", "--net", material / "ball.onnx", "--out", "o", folder=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, release, files = done.stdout.splitlines()
    assert first.startswith("ball seen in ")
    assert release.startswith("release: ")
    assert files == "written: o/ball.csv, o/ball.json, o/ball.mp4"
    track = read_ball_csv(tmp_path / "o" / "ball.csv")
    assert track.seen.sum() > 10
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["ball.csv", "ball.json", "ball.mp4"]


@pytest.mark.models
def test_a_clip_without_a_ball_is_told_and_is_no_error(material, tmp_path, capsys):
    out = tmp_path / "o"
    arguments = [
        "ball",
        "track",
        str(material / "nothing.mp4"),
        "--net",
        str(material / "ball.onnx"),
        "--out",
        str(out),
    ]
    assert run([*arguments, "--no-video"]) == 0
    assert capsys.readouterr().out.startswith("no ball was found in ")
    assert not read_ball_csv(out / "ball.csv").known.any()
    assert run([*arguments, "--no-video", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["seen"], told["release"]) == (0, None)
    assert told["files"] == [str(out / "ball.csv"), str(out / "ball.json")]


def test_a_video_plays_a_camera(material, capsys):
    arguments = ["ball", "live", str(material / "throw.mp4"), "--net", str(material / "ball.onnx"), "--rate", "200"]
    assert run([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pictures"] + told["dropped"] == 20
    assert told["wanted_hz"] == 200
    assert told["size"] == [480, 120]
    assert run([*arguments, "--size", "240x60"]) == 0
    assert "pictures of 240 x 60: " in capsys.readouterr().out


def test_videos_play_the_cameras_of_a_rig(material, capsys):
    video = str(material / "throw.mp4")
    cameras = [
        Camera.looking(position=(x, -4, 1), target=(0, 0, 1), focal_px=400, image_size=(480, 120), name=name)
        for x, name in ((-1, "left"), (1, "right"))
    ]
    save_rig(Rig(cameras=tuple(cameras)), material / "two.toml")
    arguments = [
        "ball",
        "live",
        video,
        video,
        "--rig",
        str(material / "two.toml"),
        "--net",
        str(material / "ball.onnx"),
    ]
    assert run(arguments) == 0
    told = capsys.readouterr().out
    assert told.count("throw.mp4:") == told.count("pictures of 480 x 120: ") == 2
    # a busy machine plays videos too slowly for their ball to be placed
    assert told.count("\nball in space in ") + told.count("\nball in space: not told") == 1
    assert run([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["pictures"] + one["dropped"] for one in found["cameras"]] == [20, 20]
    slowed = any(one["offered_hz"] < 0.98 * one["wanted_hz"] for one in found["cameras"])
    assert (found["space"] is None) == slowed
    assert slowed or found["space"]["pictures"] == found["cameras"][0]["pictures"]
    assert run([*arguments, "--rate", "100"]) == 2
    one_sentence(capsys.readouterr().err, "--rate", "leave --rate out")
    wide = [attrs.evolve(camera, image_size=(480, 480)) for camera in cameras]
    save_rig(Rig(cameras=tuple(wide)), material / "two.toml")
    assert run(arguments) == 2
    one_sentence(capsys.readouterr().err, "calibrated with pictures of 480 x 480", "480 x 120")
    (material / "two.toml").unlink()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("track", "none.mp4", "--out", "o"), ("No such file", "none.mp4")),
        (("track", "joints.npz", "--out", "o"), ("holds joints", "expected a video")),
        (("track", "notes.mp4", "--net", "ball.onnx", "--out", "o"), ("notes.mp4", "cannot be read as a video")),
        (("track", "throw.mp4", "--net", "none.onnx", "--out", "o"), ("none.onnx", "not an .onnx net")),
        (("track", "throw.mp4", "--net", "notes.mp4", "--out", "o"), ("notes.mp4", "net")),
        (("track", "throw.mp4", "--net", "ball.onnx", "--out", "notes.mp4"), ("notes.mp4", "file")),
        (("track", "throw.mp4", "--slow-motion", "0", "--out", "o"), ("--slow-motion", "between 0.25 and 64")),
        (("live", "none.mp4"), ("No such file", "none.mp4")),
        (("live", "rig.toml"), ("rig.toml is no camera", "by its number")),
        (("live",), ("No camera was given", "by its number")),
        (("live", "throw.mp4", "throw.mp4"), ("2 cameras need --rig",)),
        (("live", "throw.mp4", "--rig", "none.toml"), ("none.toml", "cannot be read")),
        (("live", "notes.mp4", "--net", "ball.onnx"), ("notes.mp4", "cannot be read as a video")),
        (("live", "77", "--net", "ball.onnx"), ("Camera 77 is not there",)),
        (("live", "0", "--size", "640"), ("--size", "640x480", "found 640")),
        (("live", "0", "--size", "640x8"), ("--size", "16 or more")),
        (("live", "0", "--rate", "0"), ("--rate", "between 1 and 1000")),
        (("live", "0", "--seconds", "-1"), ("--seconds", "above 0")),
    ],
)
def test_bad_input_is_one_clear_sentence_and_leaves_nothing(material, monkeypatch, capfd, arguments, words):
    monkeypatch.chdir(material)
    before = sorted(material.iterdir())
    assert run(["ball", *arguments]) == 2
    told = capfd.readouterr()
    one_sentence(told.err, *words)
    assert told.out == ""
    assert sorted(material.iterdir()) == before
