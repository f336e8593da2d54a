"""Plant, take-off, top and landing of synthetic throws, whose phases are known, from joints in room and picture."""

from __future__ import annotations

import functools

import attrs
import numpy as np
import pytest

from handball.benchmarking.synthetic_throws import observed
from handball.domain.action import EventName
from handball.domain.pose import Pose2D, Pose3D
from handball.key_actions.events import FootEvents, throw_events
from handball.key_actions.hinge import Window, fitted_hinge
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.smoothing import smoothed
from handball.synthesis.camera import phone
from handball.synthesis.faults import fault
from handball.synthesis.motion import Motion, Technique
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

RATE_HZ = 120.0
THROWS: tuple[Technique, ...] = ("jump_shot", "standing_shot", "pass")
JUMP_EVENTS: tuple[EventName, ...] = ("plant", "take_off", "top", "landing")


@functools.cache
def motions(technique: Technique) -> tuple[Motion, ...]:
    return tuple(perform(player, technique, rate_hz=RATE_HZ, seed=41) for player in build_players(16))


def right_handed(motion: Motion, noise_mm: float = 0.0, seed: int = 0) -> Pose3D:
    body = with_steady_bones(smoothed(observed(motion, noise_mm=noise_mm, seed=seed)))
    return body.mirrored() if motion.player.hand == "left" else body


def centered(body: Pose3D) -> Pose3D:
    hips = body.middle("left_hip", "right_hip")
    return attrs.evolve(body, positions=body.positions - hips[:, None], origin="pelvis")


def pictured(motion: Motion, azimuth_deg: float, noise_px: float = 1.5) -> tuple[Pose3D, Pose2D]:
    """Return what one phone gives: joints around the hips in its axes, and joints in its pictures."""
    body = observed(motion)
    row = body.row_at(motion.time_of("strike"))
    place = body.middle("left_hip", "right_hip")[row].tolist()
    facing = float(np.degrees(np.arctan2(motion.target[1], motion.target[0])))
    camera = phone(place, facing, azimuth_deg=azimuth_deg, distance=6.0).camera
    pixels = camera.project(body.positions)
    pixels += np.random.default_rng(7).normal(0.0, noise_px, pixels.shape)
    picture = Pose2D(
        skeleton=body.skeleton,
        frames=body.frames,
        times=body.times,
        positions=pixels,
        scores=body.scores,
        sigma=np.full(pixels.shape, noise_px),
        image_size=camera.image_size,
    )
    right, _, ahead = camera.rotation
    axes = np.stack([right, np.cross([0.0, 0.0, 1.0], right), [0.0, 0.0, 1.0]])
    turned = centered(smoothed(attrs.evolve(body, positions=body.positions @ axes.T)))
    assert ahead @ axes[1] > 0.9
    left = motion.player.hand == "left"
    flat = smoothed(picture)
    return (turned.mirrored(), flat.mirrored()) if left else (turned, flat)


def late_frames(found: list[FootEvents], made: tuple[Motion, ...], name: EventName) -> np.ndarray:
    events = [{event.name: event.time for event in one.events} for one in found]
    return np.array([RATE_HZ * (e.get(name, np.inf) - m.time_of(name)) for e, m in zip(events, made, strict=True)])


@pytest.mark.parametrize(
    ("technique", "names"), [(THROWS[0], JUMP_EVENTS), (THROWS[1], ("plant",)), (THROWS[2], ("plant",))]
)
@pytest.mark.parametrize("noise_mm", [0.0, 8.0])
def test_events_of_joints_in_the_room_are_found_to_a_frame(
    technique: Technique, names: tuple[EventName, ...], noise_mm: float
) -> None:
    made = motions(technique)
    found = [throw_events(right_handed(m, noise_mm, k), m.time_of("strike")) for k, m in enumerate(made)]
    for name in names:
        late = np.abs(late_frames(found, made, name))
        assert np.median(late) <= (1.0 if noise_mm == 0 else 1.5), name
        assert (late <= 3).sum() >= (16 if noise_mm == 0 else 15), name


@pytest.mark.parametrize(("technique", "names"), [(THROWS[0], JUMP_EVENTS), (THROWS[1], ("plant",))])
def test_the_pictures_of_a_camera_beside_the_throw_show_them_too(
    technique: Technique, names: tuple[EventName, ...]
) -> None:
    made = motions(technique)[:8]
    found = [throw_events(body, m.time_of("strike"), flat) for m in made for body, flat in [pictured(m, 90.0)]]
    for name in names:
        late = np.abs(late_frames(found, made, name))
        assert np.median(late) <= 2, name
        assert (late <= 3).sum() >= 7, name


@pytest.mark.parametrize("technique", THROWS)
def test_a_jump_is_told_from_a_throw_that_stands(technique: Technique) -> None:
    for motion in motions(technique):
        kind = throw_events(right_handed(motion), motion.time_of("strike")).kind
        assert kind is not None
        assert kind.kind == ("jump" if technique == "jump_shot" else "standing")
        assert kind.confidence > 0.7


@pytest.mark.parametrize("azimuth_deg", [0.0, 180.0])
def test_along_the_throw_the_pictures_show_nothing(azimuth_deg: float) -> None:
    motion = motions("standing_shot")[0]
    body, flat = pictured(motion, azimuth_deg)
    assert throw_events(body, motion.time_of("strike"), flat) == FootEvents()


def test_joints_around_the_hips_alone_show_nothing() -> None:
    motion = motions("jump_shot")[0]
    assert throw_events(centered(right_handed(motion)), motion.time_of("strike")) == FootEvents()


def test_without_feet_nothing_is_claimed() -> None:
    motion = motions("standing_shot")[0]
    body = right_handed(motion)
    positions = body.positions.copy()
    positions[:, body.skeleton.indices(("left_ankle", "left_heel", "left_big_toe"))] = np.nan
    assert throw_events(attrs.evolve(body, positions=positions), motion.time_of("strike")) == FootEvents()


def test_the_wrong_foot_in_front_is_planted_at_the_same_moment() -> None:
    player = build_players(1)[0]
    motion = perform(player, "standing_shot", rate_hz=RATE_HZ, seed=3, faults=(fault("wrong_foot", 60.0),))
    (plant,) = throw_events(right_handed(motion), motion.time_of("strike")).events
    assert plant.name == "plant"
    assert abs(plant.time - motion.time_of("plant")) < 3 / RATE_HZ


def test_a_clip_that_ends_in_the_air_has_no_landing() -> None:
    motion = motions("jump_shot")[0]
    body = right_handed(motion)
    cut = body.rows(slice(0, body.row_at(motion.time_of("landing") - 0.06)))
    found = throw_events(cut, motion.time_of("strike"))
    assert [event.name for event in found.events] == ["plant", "take_off", "top"]
    assert found.kind is not None
    assert found.kind.kind == "jump"


WINDOW = Window(moving_s=0.12, resting_s=0.08)


@pytest.mark.parametrize("rate_hz", [30.0, 120.0])
@pytest.mark.parametrize("arriving", [True, False])
def test_a_hinge_is_found_where_even_deceleration_ends(rate_hz: float, arriving: bool) -> None:
    times = np.arange(0.0, 1.0, 1 / rate_hz)
    since = times - 0.513
    way = np.where((since < 0) == arriving, 40 * since**2, 0.0)
    found = fitted_hinge(times, np.stack([way, -way], axis=1), 0.48, WINDOW, arriving=arriving, power=2.0)
    assert found is not None
    assert abs(found.time - 0.513) < 0.002
    assert found.share > 0.99


def test_a_place_that_only_trembles_has_no_clear_hinge() -> None:
    times = np.arange(0.0, 1.0, 1 / 120)
    places = np.random.default_rng(3).normal(0.0, 0.01, (len(times), 3))
    found = fitted_hinge(times, places, 0.5, WINDOW, arriving=True, power=2.0)
    assert found is not None
    assert found.share < 0.6
    assert found.sigma_s > 0.02
