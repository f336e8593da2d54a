"""Each check of how a clip was filmed, on bodies and pictures whose answer is clear by hand."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from builders import IMAGE_SIZE, PIXELS_A_METER, build_angles, build_pose_2d, build_pose_3d
from builders_motion import KEY_TIMES
from handball.capture.background import BackgroundTracker, drift, without_camera_motion
from handball.capture.blur import hand_smear
from handball.capture.framing import arm_inside, feet_inside, standing_height_px
from handball.capture.likeness import angles_apart, without_angles
from handball.capture.slow_motion import beyond_life, fall_factor, nearest_factor, tagged_factor
from handball.capture.view import camera_side, camera_view, turn_between, views_apart
from handball.domain.capture import BackgroundMotion, View
from handball.domain.pose import Pose3D

STRIKE = KEY_TIMES["strike"]


def textured(seed: int = 3, width: int = 480, height: int = 270):
    small = np.random.default_rng(seed).integers(0, 255, (height // 6, width // 6), dtype=np.uint8)
    return np.repeat(np.kron(small, np.ones((6, 6), np.uint8))[..., None], 3, axis=2)


def tracked(pictures, boxes=None, step_s: float = 0.1):
    tracker = BackgroundTracker()
    boxes = np.zeros((0, 4)) if boxes is None else boxes
    for number, picture in enumerate(pictures):
        tracker.add(step_s * number, picture, boxes)
    return tracker.motion()


def turned(body: Pose3D, degrees: float) -> Pose3D:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]])
    return attrs.evolve(body, positions=body.positions @ turn.T)


def view(azimuth: float, sigma: float = 10.0) -> View:
    return View(azimuth_deg=azimuth, sigma_deg=sigma)


def test_a_still_background_does_not_move():
    motion = tracked([textured()] * 4)
    assert drift(motion, 0.0, 1.0) == pytest.approx(0.0, abs=0.05)


def test_a_picture_that_slides_moves_by_as_much():
    scene = textured(width=600)
    motion = tracked([scene[:, 6 * k : 480 + 6 * k] for k in range(4)])
    assert motion.shifts[1:, 0] == pytest.approx([-6.0] * 3, abs=0.6)
    assert drift(motion, 0.0, 0.35) == pytest.approx(18.0, abs=1.5)


def test_what_moves_in_front_of_the_background_is_not_the_camera():
    pictures = []
    for k in range(4):
        picture = textured().copy()
        picture[40:240, 100 + 20 * k : 220 + 20 * k] = textured(seed=9)[40:240, 100:220]
        pictures.append(picture)
    motion = tracked(pictures, np.array([[100.0, 40.0, 280.0, 240.0]]))
    assert drift(motion, 0.0, 0.35) == pytest.approx(0.0, abs=0.3)


def test_a_blank_wall_tells_nothing_about_the_camera():
    blank = np.full((270, 480, 3), 90, np.uint8)
    assert np.isnan(drift(tracked([blank] * 4), 0.0, 1.0))


def moving(shifts: np.ndarray, turns: np.ndarray, step_s: float = 0.1) -> BackgroundMotion:
    return BackgroundMotion(times=step_s * np.arange(len(shifts)), shifts=shifts, turns_deg=turns)


def inner(pose, motion):
    """Where joints are between the first and the last sampled picture of the background."""
    inside = (pose.times >= motion.times[motion.times >= pose.times[0]][0]) & (
        pose.times <= motion.times[motion.times <= pose.times[-1]][-1]
    )
    return pose.positions[inside]


def test_the_motion_of_a_panning_and_turning_camera_falls_out():
    flat = build_pose_2d()
    count = int(flat.times[-1] / 0.1) + 2
    shifts, turns = np.tile([3.0, -1.0], (count, 1)), np.full(count, 0.5)
    shifts[0], turns[0] = np.nan, np.nan
    steps = flat.times / 0.1
    angle, middle = np.radians(0.5 * steps)[:, None], np.array(flat.image_size) / 2
    away = flat.positions - middle
    seen = np.stack(
        [
            np.cos(angle) * away[..., 0] - np.sin(angle) * away[..., 1] + 3.0 * steps[:, None],
            np.sin(angle) * away[..., 0] + np.cos(angle) * away[..., 1] - 1.0 * steps[:, None],
        ],
        axis=-1,
    )
    motion = moving(shifts, turns)
    still = without_camera_motion(attrs.evolve(flat, positions=seen + middle), motion)
    assert still is not None
    assert inner(still, motion) == pytest.approx(inner(flat, motion), abs=1e-6, nan_ok=True)


def test_what_the_camera_did_before_changes_nothing():
    flat = build_pose_2d()
    later = attrs.evolve(flat, times=flat.times + 5.0)
    count = int(later.times[-1] / 0.1) + 2
    shifts, turns = np.zeros((count, 2)), np.zeros(count)
    shifts[:45], turns[:45] = (40.0, 9.0), 3.0
    still = without_camera_motion(later, moving(shifts, turns))
    assert still is not None
    assert still.positions == pytest.approx(later.positions, nan_ok=True)


def test_what_rests_is_not_told_where_a_moving_background_is_lost():
    flat = build_pose_2d()
    count = int(flat.times[-1] / 0.1) + 2
    shifts, turns = np.zeros((count, 2)), np.zeros(count)
    lost = np.arange(count) % 5 < 2
    shifts[lost], turns[lost] = np.nan, np.nan
    assert without_camera_motion(flat, moving(shifts, turns)) is flat
    shifts[~lost, 0] = 4.0
    assert without_camera_motion(flat, moving(shifts, turns)) is None
    shifts[:], turns[:] = np.nan, np.nan
    assert without_camera_motion(flat, moving(shifts, turns)) is flat


def test_the_height_is_that_of_the_body_and_grows_with_the_picture():
    flat = build_pose_2d()
    height = standing_height_px(flat)
    nose_to_ankle = flat.joint("left_ankle")[:, 1] - flat.joint("nose")[:, 1]
    crown_and_foot = 0.22 * PIXELS_A_METER
    assert height == pytest.approx(float(nose_to_ankle.max()) + crown_and_foot, rel=0.1)
    twice = attrs.evolve(flat, positions=flat.positions * 2, image_size=(2 * IMAGE_SIZE[0], 2 * IMAGE_SIZE[1]))
    assert standing_height_px(twice) == pytest.approx(2 * height)


def test_feet_below_the_picture_and_a_hand_above_it_lie_outside():
    flat = build_pose_2d()
    boxes = np.tile([100.0, 50.0, 500.0, 510.0], (len(flat.times), 1))
    assert feet_inside(flat, boxes).all()
    assert arm_inside(flat, "right").all()
    lower = attrs.evolve(flat, positions=flat.positions + np.array([0.0, 60.0]))
    assert not feet_inside(lower, boxes).any()
    higher = attrs.evolve(flat, positions=flat.positions - [0.0, flat.joint("right_wrist")[:, 1].min() + 5.0])
    assert not arm_inside(higher, "right").all()


def test_a_box_that_ends_at_the_edge_cuts_the_feet_off():
    flat = build_pose_2d()
    boxes = np.tile([100.0, 50.0, 500.0, IMAGE_SIZE[1] - 1.0], (len(flat.times), 1))
    assert not feet_inside(flat, boxes).any()


def test_the_camera_stands_beside_who_throws_across_its_picture():
    # the throw of the builders goes to the right of the picture: the camera is on the right side
    found = camera_view(build_pose_3d(), STRIKE)
    assert found is not None
    assert camera_side(found) == "throwing_side"
    assert abs(turn_between(found.azimuth_deg, 90.0)) < 2 * found.sigma_deg


@pytest.mark.parametrize("degrees", [-120.0, -60.0, 45.0, 90.0, 180.0])
def test_the_view_turns_with_the_body(degrees):
    first, second = camera_view(build_pose_3d(), STRIKE), camera_view(turned(build_pose_3d(), degrees), STRIKE)
    assert first is not None
    assert second is not None
    assert turn_between(first.azimuth_deg, second.azimuth_deg) % 360 == pytest.approx(degrees % 360, abs=0.01)


def test_no_head_and_no_shoulders_have_no_view():
    hidden = build_pose_3d(missing=("nose", "left_ear", "right_ear", "left_shoulder", "right_shoulder"))
    assert camera_view(hidden, STRIKE) is None


def test_views_differ_only_beyond_their_uncertainty():
    assert views_apart(view(90), view(20)) == pytest.approx(70)
    assert views_apart(view(90), view(75)) is None
    assert views_apart(view(170), view(-170)) is None
    assert views_apart(view(90, sigma=40), view(20, sigma=40)) is None


def test_angles_of_unlike_views_are_not_compared():
    assert angles_apart(view(90), view(85)) == ()
    assert angles_apart(None, view(85)) == ()
    front = angles_apart(view(90), view(5))
    assert {"shoulder_line_angle", "hip_line_angle"} <= set(front)
    assert "right_elbow_angle" not in front
    assert {"right_elbow_angle", "left_elbow_angle"} <= set(angles_apart(view(90), view(-90)))
    assert not any("knee" in name for name in angles_apart(view(90), view(-90)))


def test_an_angle_left_out_is_missing_and_the_others_stay():
    angles = build_angles()
    left = without_angles(angles, ("right_elbow_angle",))
    assert np.isnan(left.curve("right_elbow_angle")).all()
    assert np.array_equal(left.curve("left_knee_angle"), angles.curve("left_knee_angle"))


def test_the_hand_smears_less_at_more_pictures_a_second():
    flat, deep = build_pose_2d(), build_pose_3d()
    at_30, meters = hand_smear(flat, deep, "right", STRIKE, 30.0)
    at_120, _ = hand_smear(flat, deep, "right", STRIKE, 120.0)
    assert at_30 == pytest.approx(4 * at_120)
    assert meters == pytest.approx(at_30 / PIXELS_A_METER, rel=0.15)


def test_a_hand_that_is_never_seen_has_no_smear():
    flat = build_pose_2d()
    positions = flat.positions.copy()
    positions[:, flat.skeleton.index("right_wrist")] = np.nan
    assert np.isnan(hand_smear(attrs.evolve(flat, positions=positions), build_pose_3d(), "right", STRIKE, 30.0)[0])


@pytest.mark.parametrize(
    ("capture", "file", "factor"),
    [
        (240.0, 30.0, 8.0),
        (120.0, 30.0, 4.0),
        (240.0, 239.97, 1.0),
        (None, 30.0, None),
        (0.0, 30.0, None),
        (30.0, 240.0, None),
    ],
)
def test_the_tag_tells_how_slow_the_file_plays(capture, file, factor):
    assert tagged_factor(capture, file) == factor


def jump(slow: float, rate_hz: float = 30.0, height_px: float = 400.0):
    """A body that stands, flies for half a second of life and stands again, in slow motion."""
    flight, before = 0.5, 0.6
    times = np.arange(0, (2 * before + flight) * slow, 1 / rate_hz)
    life = times / slow - before
    flies = (life > 0) & (life < flight)
    rise = np.where(flies, 9.81 / 2 * life * (flight - life), 0.0) * height_px / 1.70
    body = build_pose_3d(origin="world")
    still = np.repeat(build_pose_2d(body.rows(slice(0, 1))).positions, len(times), axis=0)
    still[..., 1] -= rise[:, None]
    shape = still.shape[:2]
    return build_pose_2d(
        body,
        frames=np.arange(len(times)),
        times=times,
        positions=still,
        scores=np.ones(shape),
        sigma=np.ones(still.shape),
    )


@pytest.mark.parametrize("slow", [1.0, 4.0, 8.0])
def test_a_jump_tells_how_slow_the_file_plays(slow):
    found = fall_factor(jump(slow), 400.0)
    assert found is not None
    assert (beyond_life(found) or 1.0) == slow


def test_who_stands_does_not_fall():
    flat = jump(1.0)
    assert fall_factor(flat.rows(np.arange(10)), 400.0) is None


def test_the_nearest_slow_motion_is_nearest_by_ratio():
    assert [nearest_factor(factor) for factor in (1.7, 2.9, 5.5, 40.0)] == [2.0, 4.0, 4.0, 16.0]
