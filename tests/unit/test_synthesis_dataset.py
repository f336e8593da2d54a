"""A set on disk: one truth for a seed, resumed where it stopped, never mixed, and its pictures show its truth."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs
import av
import numpy as np
import pytest

pytest.importorskip("anny", reason="needs the extra synth: pip install 'handball[synth]'")
pytest.importorskip("vtk", reason="needs the extra synth: pip install 'handball[synth]'")
pytest.importorskip("pyarrow", reason="needs the extra synth: pip install 'handball[synth]'")

import pyarrow.parquet as parquet

from handball.errors import InvalidPoseFileError, OutputError, UsageError
from handball.synthesis.camera import phone
from handball.synthesis.dataset import (
    CARD,
    MANIFEST,
    PLAYERS,
    SetCard,
    make_set,
    read_manifest,
    set_hash,
    set_key,
    truth_hash,
)
from handball.synthesis.filming import film
from handball.synthesis.hall import HallLooks
from handball.synthesis.performing import perform
from handball.synthesis.phone import PhoneReality
from handball.synthesis.recipe import Recipe, plan
from handball.synthesis.roster import build_players
from handball.synthesis.scene import Scene
from handball.synthesis.staging import stage, window
from handball.synthesis.truth import load_truth

TINY = Recipe(preset="near", techniques=("pass", "block"), players=1, clips=1, frames=5, size=(160, 90), others=0.0)
MADE_IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from handball.synthesis.dataset import make_set
from handball.synthesis.recipe import Recipe
make_set(Recipe(preset="near", techniques=("pass", "block"), players=1, clips=1, frames=5, size=(160, 90), others=0.0),
         Path(sys.argv[1]), progress=lambda done, total: print(done, flush=True))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SetCard]:
    """A tiny set, made once."""
    folder = tmp_path_factory.mktemp("sets") / "tiny"
    return folder, make_set(TINY, folder)


def visible(folder: Path) -> set[str]:
    """Files that bear their final name."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in found if not any(part.startswith(".") for part in path.parts)}


def decoded(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Times in seconds and pictures of a clip."""
    with av.open(str(path)) as container:
        frames = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    return np.array([time for time, _ in frames]), np.array([picture for _, picture in frames])


def test_a_set_has_these_files(made: tuple[Path, SetCard]) -> None:
    folder, card = made
    names = ("p01_pass_001_near", "p01_block_001_near")
    assert visible(folder) == {CARD, MANIFEST, PLAYERS} | {
        path for name in names for path in (f"clips/{name}.mp4", f"truth/{name}.npz")
    }
    assert (card.clips, card.files) == (2, 2)
    written = json.loads((folder / CARD).read_text(encoding="utf-8"))
    assert written["complete"] is True
    assert written["synthetic"] is True
    assert (set_hash(folder), set_key(folder)) == (card.truth_hash, TINY.key) == (written["truth_hash"], written["key"])
    assert Recipe(**written["recipe"] | {"techniques": ("pass", "block"), "size": (160, 90)}) == TINY


def test_the_manifest_tells_what_is_in_the_files(made: tuple[Path, SetCard]) -> None:
    folder, _ = made
    rows = read_manifest(folder)
    assert [row["technique"] for row in rows] == ["pass", "block"]
    for row, clip in zip(rows, plan(TINY), strict=True):
        truth, take = load_truth(folder / row["truth"]), stage(TINY, clip)
        assert (folder / row["video"]).is_file()
        assert (row["clip"], row["camera"], row["player"], row["people"]) == (clip.name, "near", 0, 1)
        assert (row["frames"], row["rate_hz"], row["width"], row["height"]) == (5, 25.0, 160, 90)
        assert (row["split_random"], row["split_players"]) == (clip.split_random, "train")
        assert row["hand"] == build_players()[0].hand
        assert row["lighting"] == take.scenes[0].hall.lighting
        assert json.loads(row["faults"]) == []
        assert not any(json.loads(row["reality"]).values())
        assert row["truth_hash"] == truth_hash(truth)
    throw, block = rows
    truth = load_truth(folder / throw["truth"])
    assert throw["strike_s"] == truth.time_of("strike")
    assert throw["release_speed"] == truth.release_speed > 8.0
    assert block["strike_s"] is None
    assert np.isnan(block["release_speed"])


def test_players_stand_in_a_table_of_their_own(made: tuple[Path, SetCard]) -> None:
    (row,) = parquet.read_table(made[0] / PLAYERS).to_pylist()
    player = build_players()[0]
    assert (row["name"], row["sex"], row["group"], row["hand"]) == (
        player.name,
        player.sex,
        player.group,
        player.hand,
    )
    assert row["height_m"] == pytest.approx(player.height, abs=0.001)
    assert json.loads(row["offsets_deg"]) == dict(player.style.offsets_deg)


def test_truth_is_the_motion_seen_by_the_camera(made: tuple[Path, SetCard]) -> None:
    folder, _ = made
    for row, clip in zip(read_manifest(folder), plan(TINY), strict=True):
        truth, motion = load_truth(folder / row["truth"]), stage(TINY, clip).motion
        assert truth.times == pytest.approx(motion.times, abs=1e-9)
        assert np.abs(truth.coco_m - motion.joints[:, :17]).max() < 1e-6
        assert np.allclose(truth.ball_m, motion.ball.positions, atol=1e-6, equal_nan=True)
        assert np.isfinite(truth.ball_m).all() == (clip.technique == "pass")
        expected = [
            attrs.evolve(truth.camera, rotation=turn).project(joints)
            for turn, joints in zip(truth.camera_rotations, truth.coco_m, strict=True)
        ]
        assert np.abs(truth.coco_px - expected).max() < 1e-6
        inside = ((truth.coco_px >= -0.5) & (truth.coco_px < np.array([160, 90]) - 0.5)).all(axis=2)
        assert not (truth.visible & ~inside).any()
        assert truth.visible.any()
        assert dict(truth.moments) == {one.name: one.time for one in motion.moments}


def test_the_video_has_the_frames_and_times_of_the_truth(made: tuple[Path, SetCard]) -> None:
    folder, _ = made
    for row in read_manifest(folder):
        times, pictures = decoded(folder / row["video"])
        assert times == pytest.approx(load_truth(folder / row["truth"]).times, abs=1e-4)
        assert pictures.shape == (5, 90, 160, 3)


def test_the_athlete_is_where_the_truth_says(made: tuple[Path, SetCard]) -> None:
    folder, _ = made
    row = read_manifest(folder)[1]
    truth = load_truth(folder / row["truth"])
    pictures = decoded(folder / row["video"])[1].astype(float)
    change = np.abs(pictures[-1] - pictures[0]).sum(axis=2)
    boxes = truth.box_xyxy[[0, -1]]
    left, top = np.floor(np.nanmin(boxes[:, :2], axis=0)).astype(int) - 4
    right, bottom = np.ceil(np.nanmax(boxes[:, 2:], axis=0)).astype(int) + 4
    inside = np.zeros(change.shape, bool)
    inside[max(top, 0) : bottom + 1, max(left, 0) : right + 1] = True
    assert change[inside].mean() > 2 * change[~inside].mean()


def test_same_seed_same_truth_another_seed_another(made: tuple[Path, SetCard], tmp_path: Path) -> None:
    one = attrs.evolve(TINY, techniques=("pass",))
    again = make_set(one, tmp_path / "again")
    other = make_set(attrs.evolve(one, seed=2), tmp_path / "other")
    (row,) = read_manifest(tmp_path / "again")
    assert row["truth_hash"] == read_manifest(made[0])[0]["truth_hash"]
    assert again.truth_hash != other.truth_hash
    assert again.truth_hash != made[1].truth_hash


def test_a_rerun_makes_only_what_is_missing(made: tuple[Path, SetCard]) -> None:
    folder, card = made
    kept, lost = (folder / "truth" / f"p01_{name}_001_near.npz" for name in ("pass", "block"))
    before = kept.stat().st_mtime_ns, (folder / "clips" / "p01_pass_001_near.mp4").stat().st_mtime_ns
    lost.unlink()
    steps: list[tuple[int, int]] = []
    again = make_set(TINY, folder, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    assert (again.truth_hash, again.files) == (card.truth_hash, 2)
    assert before == (kept.stat().st_mtime_ns, (folder / "clips" / "p01_pass_001_near.mp4").stat().st_mtime_ns)
    assert lost.exists()


def test_a_killed_run_leaves_whole_files_and_is_completed(made: tuple[Path, SetCard], tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    with subprocess.Popen(
        [sys.executable, "-c", MADE_IN_ANOTHER_PROCESS, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "1"
        while not list((folder / "clips").glob(".p01_block*")):
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    assert not json.loads((folder / CARD).read_text(encoding="utf-8"))["complete"]
    with pytest.raises(OutputError, match="no complete set"):
        read_manifest(folder)
    with pytest.raises(OutputError, match="no complete set"):
        set_hash(folder)
    done = sorted((folder / "truth").glob("*.npz"))
    assert [path.stem for path in done] == ["p01_pass_001_near"]
    assert len(load_truth(done[0]).times) == 5
    assert len(decoded(folder / "clips" / "p01_pass_001_near.mp4")[0]) == 5
    assert make_set(TINY, folder).truth_hash == made[1].truth_hash


def test_two_recipes_are_not_mixed(made: tuple[Path, SetCard]) -> None:
    folder, card = made
    before = visible(folder)
    with pytest.raises(UsageError, match=f"holds another set .key {TINY.key}"):
        make_set(attrs.evolve(TINY, clips=2), folder)
    assert visible(folder) == before
    assert set_hash(folder) == card.truth_hash


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("sun", encoding="utf-8")
    with pytest.raises(UsageError, match="not empty and holds no set"):
        make_set(TINY, tmp_path)
    assert visible(tmp_path) == {"holiday.txt"}


def test_a_damaged_card_is_no_set(tmp_path: Path) -> None:
    (tmp_path / CARD).write_text("{half", encoding="utf-8")
    with pytest.raises(UsageError, match="holds another set"):
        make_set(TINY, tmp_path)
    with pytest.raises(OutputError, match="no complete set"):
        set_hash(tmp_path)


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        make_set(TINY, tmp_path / "taken")


def test_a_foreign_or_damaged_truth_is_refused(made: tuple[Path, SetCard], tmp_path: Path) -> None:
    np.savez(tmp_path / "foreign.npz", numbers=np.arange(3))
    whole = (made[0] / read_manifest(made[0])[0]["truth"]).read_bytes()
    (tmp_path / "half.npz").write_bytes(whole[: len(whole) // 2])
    for name in ("foreign", "half", "missing"):
        with pytest.raises(InvalidPoseFileError, match="no truth of a synthetic clip"):
            load_truth(tmp_path / f"{name}.npz")


def test_what_a_messenger_has_made_smaller_is_smaller_in_the_truth(tmp_path: Path) -> None:
    player = build_players()[0]
    motion = window(perform(player, "pass", rate_hz=8.0, seed=1), 3)
    x, y = (float(value) for value in motion.root[-1, :2])
    camera = phone((x, y), 0.0, azimuth_deg=-90.0, distance=3.0, image_size=(1280, 720)).camera
    scene = Scene(performers=(motion,), camera=camera, hall=HallLooks(stands=False))
    film(scene, 8.0, tmp_path / "clip.mp4", tmp_path / "clip.npz", PhoneReality(messenger=True, shake_deg=0.3))
    truth, pictures = load_truth(tmp_path / "clip.npz"), decoded(tmp_path / "clip.mp4")[1]
    assert truth.camera.image_size == (pictures.shape[2], pictures.shape[1]) == (848, 478)
    low, high = truth.coco_px.min(axis=1), truth.coco_px.max(axis=1)
    assert (low > truth.box_xyxy[:, :2]).all()
    assert (high < truth.box_xyxy[:, 2:]).all()
    ball = [
        attrs.evolve(truth.camera, rotation=turn).project(at)
        for turn, at in zip(truth.camera_rotations, truth.ball_m, strict=True)
    ]
    assert truth.ball_circle[:, :2] == pytest.approx(np.array(ball), abs=0.3)
