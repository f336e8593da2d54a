"""Left taken for right in one of several cameras, on a throw whose joints are known."""

from __future__ import annotations

from functools import cache

import attrs
import numpy as np
import pytest

from handball.benchmarking.synthetic_throws import roster
from handball.domain.camera import Camera
from handball.domain.pose import Pose2D
from handball.kinematics.exchanged_sides import with_joints_exchanged
from handball.stereo.exchanged_views import with_sides_agreeing
from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from projecting import camera_around, landmarks_of

ARM = ("elbow", "wrist", "index")
LEG = ("knee", "ankle", "heel", "big_toe")


@cache
def throw() -> Motion:
    return perform(roster(3)[0], "standing_shot", rate_hz=60.0, seed=3)


@cache
def cameras(count: int) -> tuple[Camera, ...]:
    return tuple(camera_around(throw(), angle) for angle in (-45.0, -135.0, -90.0)[:count])


@cache
def seen(count: int = 2) -> tuple[Pose2D, ...]:
    return tuple(landmarks_of(throw(), camera, noise_px=1.0).flat for camera in cameras(count))


def around_the_strike(before: float, after: float) -> np.ndarray:
    strike = next(moment.time for moment in throw().moments if moment.name == "strike")
    times = seen()[0].times + throw().times[0]
    return (times > strike - before) & (times < strike + after)


def same(one: Pose2D, other: Pose2D) -> float:
    """Share of the frames in which all joints lie at the same places."""
    return float(np.isclose(one.positions, other.positions, equal_nan=True).all(axis=(1, 2)).mean())


def test_views_that_agree_stay() -> None:
    for before, after in zip(seen(), with_sides_agreeing(cameras(2), seen()), strict=True):
        assert same(before, after) == 1.0


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("parts", [ARM, ("shoulder", *ARM), LEG])
def test_sides_exchanged_in_one_camera_are_put_right(number: int, parts: tuple[str, ...]) -> None:
    views = list(seen())
    views[number] = with_joints_exchanged(views[number], parts, around_the_strike(0.25, 0.0))
    assert same(views[number], seen()[number]) < 0.9
    for wanted, found in zip(seen(), with_sides_agreeing(cameras(2), views), strict=True):
        assert same(wanted, found) > 0.98


def test_three_cameras_overrule_one() -> None:
    views = list(seen(3))
    views[2] = with_joints_exchanged(views[2], ("shoulder", *ARM), around_the_strike(0.3, 0.2))
    assert same(with_sides_agreeing(cameras(3), views)[2], seen(3)[2]) > 0.98


def test_joints_that_one_camera_lacks_are_no_reason_to_exchange() -> None:
    holes = seen()[0].positions.copy()
    holes[around_the_strike(0.2, 0.1), 7:11] = np.nan
    views = (attrs.evolve(seen()[0], positions=holes), seen()[1])
    for before, after in zip(views, with_sides_agreeing(cameras(2), views), strict=True):
        assert same(before, after) == 1.0


def test_two_frames_stay_as_they_are() -> None:
    short = tuple(view.rows(slice(0, 2)) for view in seen())
    assert with_sides_agreeing(cameras(2), short) == short
