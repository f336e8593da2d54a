"""What phones do: each switch changes what it should and the truth goes along."""

from itertools import pairwise
from pathlib import Path

import attrs
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from handball.acquisition.video_file import scan_video
from handball.domain.camera import Camera
from handball.synthesis.bodies import load_bodies
from handball.synthesis.hall import HallLooks
from handball.synthesis.motion import BallFlight, Motion
from handball.synthesis.phone import PhoneReality, azimuth_of, filmed, held, resized, schedule
from handball.synthesis.phone_video import MESSENGER_BITS_S, messenger_size, write_clip
from handball.synthesis.players import Looks, Player
from handball.synthesis.rig import SEGMENTS
from handball.synthesis.scene import Scene

CAMERA = Camera.looking(position=(14, 10, 1.4), target=(10, 10, 1.1), focal_px=260, image_size=(320, 240))
BALL = (10.6, 11.0, 1.6)


def test_repeated_frames_keep_their_stamps() -> None:
    plan = schedule(10.0, 60.0, PhoneReality(repeats=0.2), seed=1)
    assert np.diff(plan.stamps) == pytest.approx(1 / 60)
    again = plan.shown < plan.stamps
    assert again.mean() == pytest.approx(0.2, abs=0.05)
    assert np.isin(plan.shown, plan.stamps).all()
    assert (np.diff(plan.shown) >= 0).all()
    assert np.array_equal(schedule(1.0, 60.0, PhoneReality()).shown, schedule(1.0, 60.0, PhoneReality()).stamps)


def test_in_the_dark_the_rate_falls_to_half_unevenly() -> None:
    plan = schedule(6.0, 60.0, PhoneReality(dark=True), seed=3)
    steps = np.diff(plan.stamps) * 60.0
    assert steps.min() == pytest.approx(1.0, abs=0.12)
    assert steps.max() == pytest.approx(2.0, abs=0.25)
    assert plan.stamps[-1] <= 6.0 + 1e-9


def test_a_hand_turns_the_camera_but_does_not_move_it() -> None:
    stamps = np.arange(0, 20, 1 / 60).tolist()
    cameras = held(CAMERA, stamps, PhoneReality(shake_deg=0.5), seed=2)
    turns = [Rotation.from_matrix(camera.rotation @ CAMERA.rotation.T).as_rotvec(degrees=True) for camera in cameras]
    assert np.std(turns, axis=0)[:2] == pytest.approx([0.5, 0.5], rel=0.25)
    assert all(np.array_equal(camera.position, CAMERA.position) for camera in cameras)
    jumps = np.linalg.norm(np.diff(turns, axis=0), axis=1)
    assert jumps.max() < 0.3


def test_panning_to_the_right_moves_the_world_to_the_left() -> None:
    stamps = [0.0, 0.5, 1.0]
    cameras = held(CAMERA, stamps, PhoneReality(pan_deg_s=8.0))
    pixels = np.array([camera.project(np.array([10.0, 10.0, 1.1])) for camera in cameras])
    assert (np.diff(pixels[:, 0]) < -10).all()
    assert pixels[0, 0] - pixels[2, 0] == pytest.approx(2 * 260 * np.tan(np.radians(4.0)), rel=0.01)


def test_the_wrong_side_is_the_other_one() -> None:
    assert azimuth_of(-80.0, PhoneReality(wrong_side=True)) == 80.0
    assert azimuth_of(-80.0, PhoneReality()) == -80.0


def test_a_file_keeps_uneven_times(tmp_path: Path) -> None:
    stamps = schedule(2.0, 30.0, PhoneReality(dark=True), seed=5).stamps
    draw = np.random.default_rng(0)
    pictures = [draw.integers(0, 255, (120, 160, 3)).astype(np.uint8) for _ in stamps]
    path = tmp_path / "clip.mp4"
    assert write_clip(path, zip(stamps.tolist(), pictures, strict=True), size=(160, 120), rate_hz=30.0) == len(stamps)
    assert scan_video(path).video.times == pytest.approx(stamps, abs=1e-3)


def test_a_messenger_makes_files_small(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    noise = draw.normal(0, 20, (40, 240, 320, 3))
    ramp = np.linspace(20, 220, 320)[None, :, None]
    pictures = [(ramp + grain).clip(0, 255).astype(np.uint8) for grain in noise]
    frames = [(row / 30, picture) for row, picture in enumerate(pictures)]
    for name, bits in (("good", None), ("small", MESSENGER_BITS_S)):
        write_clip(tmp_path / f"{name}.mp4", frames, size=(320, 240), rate_hz=30.0, bits_s=bits)
    sizes = {name: (tmp_path / f"{name}.mp4").stat().st_size for name in ("good", "small")}
    assert sizes["small"] < 0.5 * sizes["good"]
    assert sizes["small"] * 8 / (40 / 30) < 2 * MESSENGER_BITS_S
    assert messenger_size((1280, 720)) == (848, 478)
    assert messenger_size((720, 1280)) == (478, 848)
    assert messenger_size((480, 270)) == (480, 270)


def test_odd_sizes_and_empty_clips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="even"):
        write_clip(tmp_path / "odd.mp4", [], size=(321, 240), rate_hz=30.0)
    with pytest.raises(ValueError, match="at least one"):
        write_clip(tmp_path / "none.mp4", [], size=(320, 240), rate_hz=30.0)
    assert not list(tmp_path.iterdir())


def still_life() -> Scene:
    body = load_bodies()[13]
    looks = Looks(
        skin=(224, 180, 150), hair=(60, 40, 25), shirt=(200, 30, 40), shorts=(25, 25, 60), shoes=(30, 30, 35), number=7
    )
    player = Player(
        name="tester", sex="male", group="adult", hand="right", body=body.rest, build=body.build, looks=looks
    )
    motion = Motion(
        player=player,
        technique="none",
        times=np.array([0.0, 1.0]),
        root=np.array([[10.0, 10.0, -body.rest.floor]] * 2),
        rotations=np.tile(Rotation.from_euler("z", -90, degrees=True).as_matrix(), (2, len(SEGMENTS), 1, 1)),
        ball=BallFlight(positions=np.array([BALL, BALL]), in_hand=np.zeros(2, bool), diameter=0.19),
        moments=(),
    )
    hall = HallLooks(stands=False, floor="green")
    return Scene(performers=(motion,), hall=hall, camera=CAMERA, ball_skin=3, noise=False, shadows=False)


def changed_center(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The middle of what two pictures differ in."""
    rows, columns = np.nonzero(np.abs(first.astype(float) - second).max(axis=2) > 4)
    return np.array([columns.mean(), rows.mean()])


def test_the_truth_moves_with_the_hand(tmp_path: Path) -> None:
    pytest.importorskip("anny", reason="needs the extra synth: pip install 'handball[synth]'")
    pytest.importorskip("vtk", reason="needs the extra synth: pip install 'handball[synth]'")
    from handball.synthesis.skin import Skin

    scene = still_life()
    athlete = scene.performers[0]
    nothing = attrs.evolve(athlete.ball, positions=np.full((2, 3), np.nan))
    without = attrs.evolve(scene, performers=(attrs.evolve(athlete, ball=nothing),))
    reality = PhoneReality(shake_deg=1.0, pan_deg_s=6.0, repeats=0.3)
    skins = {"tester": Skin(athlete.player)}
    shown, empty = (list(filmed(each, 4.0, reality, seed=8, skins=skins)) for each in (scene, without))
    assert [each.stamp for each in shown] == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])
    places = np.array([each.frame.ball.center_px for each in shown])
    assert np.ptp(places[:, 0]) > 15
    for each, other in zip(shown, empty, strict=True):
        assert each.frame.picture.shape == (240, 320, 3)
        assert each.camera.project(np.array(BALL)) == pytest.approx(each.frame.ball.center_px, abs=1e-6)
        found = changed_center(each.frame.picture, other.frame.picture)
        assert found == pytest.approx(each.frame.ball.center_px, abs=0.6)
    assert any(np.array_equal(one.frame.picture, other.frame.picture) for one, other in pairwise(shown))
    small, plain = (resized(each[0].frame, (160, 120)) for each in (shown, empty))
    assert changed_center(small.picture, plain.picture) == pytest.approx(small.ball.center_px, abs=0.6)
    assert small.ball.center_px == pytest.approx((shown[0].frame.ball.center_px + 0.5) / 2 - 0.5)
    assert small.people[0].box == pytest.approx((shown[0].frame.people[0].box + 0.5) / 2 - 0.5, abs=1e-6)
