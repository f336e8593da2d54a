"""A throw that several cameras see: joints in the room, moments, angles, heights and speeds against the truth."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import attrs
import numpy as np
import pytest

from handball.benchmarking.synthetic_throws import roster
from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.domain.rig import Rig
from handball.errors import InvalidRigError, UsageError
from handball.kinematics.exchanged_sides import with_joints_exchanged
from handball.lifting.landmarks import LandmarkLifter
from handball.pipeline.analysis import analyze_landmarks
from handball.pipeline.rig_delays import delays_of_views
from handball.pipeline.rig_joints import fitting_cameras, seen_from
from handball.pipeline.rigs import check_views, combined
from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from projecting import camera_around, landmarks_of

LATE_S = 0.05
SETTINGS = Settings(lift="landmarks")


@cache
def throw() -> Motion:
    return perform(roster(3)[0], "standing_shot", rate_hz=100.0, seed=3)


@cache
def rig() -> Rig:
    return Rig(cameras=(camera_around(throw(), -70.0), camera_around(throw(), -150.0)), world="court")


@cache
def seen(*, noise_px: float = 1.0, motion: Motion | None = None) -> tuple[Performance, ...]:
    views = []
    for number, camera in enumerate(rig().cameras):
        found = landmarks_of(motion or throw(), camera, late_s=LATE_S * number, noise_px=noise_px)
        views.append(analyze_landmarks(found, ClipSettings(), SETTINGS, Path(f"{number}.mp4"), LandmarkLifter()))
    return tuple(views)


@cache
def measured() -> Performance:
    return combined(seen(), rig(), ClipSettings(), SETTINGS)


def test_the_joints_are_where_they_truly_are() -> None:
    body = throw().body()
    off = np.linalg.norm(measured().raw_pose.positions - body.positions, axis=-1)
    assert np.nanmedian(off) < 0.01
    assert measured().raw_pose.origin == "world"
    inside = np.abs(measured().raw_pose.positions - body.positions) <= 2 * measured().raw_pose.sigma
    assert inside[np.isfinite(off)].mean() > 0.9


def test_moments_and_angles_are_those_of_the_throw() -> None:
    moments = {moment.name: moment.time - throw().times[0] for moment in throw().moments}
    assert measured().key_actions["strike"].time == pytest.approx(moments["strike"], abs=0.015)
    true = throw().body()
    elbow = [true.joint(f"right_{name}") for name in ("shoulder", "elbow", "wrist")]
    upper, lower = elbow[0] - elbow[1], elbow[2] - elbow[1]
    cosine = np.sum(upper * lower, axis=1) / (np.linalg.norm(upper, axis=1) * np.linalg.norm(lower, axis=1))
    bent = np.degrees(np.arccos(cosine))
    assert np.nanmedian(np.abs(measured().angles.curve("right_elbow_angle") - bent)) < 2.0


def test_the_delay_heights_and_speed_are_told() -> None:
    facts = measured().rig
    assert facts is not None
    assert facts.delays[1].seconds == pytest.approx(LATE_S, abs=0.002)
    assert (facts.files, facts.world) == (("0.mp4", "1.mp4"), "court")
    assert facts.seen_share > 0.98
    found = {(one.name, one.key_action): one for one in facts.measures}
    body, strike = throw().body(), measured().key_actions["strike"].row
    elbow = found["elbow_above_floor", "strike"]
    assert elbow.value == pytest.approx(body.joint("right_elbow")[strike, 2], abs=0.03)
    hand = np.linalg.norm(np.gradient(body.joint("right_wrist"), body.times, axis=0), axis=1).max()
    speed = found["hand_speed", "strike"]
    assert speed.value == pytest.approx(hand, rel=0.06)
    assert abs(speed.value - hand) <= 2 * speed.sigma


def test_without_a_floor_there_are_no_heights() -> None:
    facts = combined(seen(), attrs.evolve(rig(), world="camera"), ClipSettings(), SETTINGS).rig
    assert facts is not None
    assert [one.name for one in facts.measures] == ["hand_speed"]


def test_a_known_delay_is_searched_around_whatever_the_strikes_say() -> None:
    first, second = seen()
    far = attrs.evolve(rig(), delays=(0.0, LATE_S + 0.08))
    moved = attrs.evolve(second, key_actions=attrs.evolve(second.key_actions))
    assert delays_of_views((first, moved), far)[1].seconds == pytest.approx(LATE_S, abs=0.003)


def test_cameras_in_another_order_are_refused() -> None:
    left, right = rig().cameras
    with pytest.raises(InvalidRigError, match="feet point backward"):
        combined(seen(), Rig(cameras=(right, left), world="court"), ClipSettings(), SETTINGS)


def test_pictures_of_another_shape_are_refused_and_of_another_size_are_not() -> None:
    flats = [one.landmarks.flat for one in seen() if one.landmarks is not None]
    with pytest.raises(InvalidRigError, match="1280 x 720, and its clip has 720 x 1280"):
        fitting_cameras(rig(), [attrs.evolve(flat, image_size=(720, 1280)) for flat in flats])
    half = fitting_cameras(rig(), [attrs.evolve(flat, image_size=(640, 360)) for flat in flats])
    points = throw().body().positions[0]
    for whole, small in zip(rig().cameras, half, strict=True):
        assert small.project(points) == pytest.approx((whole.project(points) + 0.5) / 2 - 0.5)


def test_one_clip_for_each_camera() -> None:
    with pytest.raises(UsageError, match=r"2 cameras \(at -70, at -150\), and 1 clips"):
        check_views([Path("a.mp4")], rig())
    with pytest.raises(UsageError, match="holds joints already"):
        check_views([Path("a.mp4"), Path("b.npz")], rig())


def test_the_picture_shows_the_limbs_that_all_cameras_have_measured() -> None:
    camera = rig().cameras[0]
    flat = landmarks_of(throw(), camera, noise_px=0.0).flat
    rows = np.zeros(len(flat.times), dtype=bool)
    rows[40:60] = True
    wrong = with_joints_exchanged(flat, ("elbow", "wrist", "index"), rows)
    body = throw().body()
    places = body.positions.copy()
    places[45, :5] = np.nan
    shown = seen_from(camera, attrs.evolve(body, positions=places), wrong)
    assert np.nanmax(np.linalg.norm(wrong.positions - flat.positions, axis=-1)[40:60]) > 20
    np.testing.assert_allclose(shown.positions, flat.positions, atol=1e-6)
    np.testing.assert_array_equal(shown.scores[45, :5], wrong.scores[45, :5])
