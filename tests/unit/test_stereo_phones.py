"""Two phones calibrated by the athlete: on synthetic motions whose cameras are known."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D
from handball.domain.skeleton import BODY_23
from handball.errors import InvalidRigError
from handball.stereo import phones
from handball.stereo.phones import calibrate_phones, distance_after_moving, paired
from handball.stereo.triangulation import triangulate
from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

TRUE_SHARE = 0.76
"""Of the synthetic skeleton's own joints while it throws."""


@pytest.fixture(scope="module")
def motion() -> Motion:
    return perform(build_players(1)[0], "standing_shot", rate_hz=30.0, seed=3, spare_s=0.4)


def seen(motion: Motion, azimuth_deg: float, noise_px: float, seed: int) -> tuple[Camera, Pose2D]:
    """The motion in the picture of a phone that stands 5 m away."""
    x, y = motion.root[len(motion.root) // 2, :2]
    angle = np.radians(azimuth_deg)
    camera = Camera.looking(
        position=(x + 5 * np.cos(angle), y + 5 * np.sin(angle), 1.45),
        target=(x, y, 1.15),
        focal_px=960.0,
        image_size=(1280, 720),
    )
    pixels = camera.project(motion.joints)
    pixels = pixels + np.random.default_rng(seed).normal(0, noise_px, pixels.shape)
    pose = Pose2D(
        skeleton=BODY_23,
        frames=np.arange(len(motion.times)),
        times=motion.times,
        positions=pixels,
        scores=np.ones(pixels.shape[:2]),
        sigma=np.full(pixels.shape, max(noise_px, 0.5)),
        image_size=(1280, 720),
    )
    return camera, pose


def test_two_phones_measure_the_athlete(motion: Motion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "LEG_AND_TRUNK", TRUE_SHARE)
    (one, first), (two, second) = seen(motion, 60, 2.0, 1), seen(motion, 130, 2.0, 2)
    found = calibrate_phones(first, second, height=motion.player.body.height)
    pixels = np.stack([pose.positions.reshape(-1, 2) for pose in (first, second)])
    ours, true = (
        triangulate(cameras, pixels, np.full(pixels.shape[:2], 2.0)).positions
        for cameras in (found.rig.cameras, (one, two))
    )
    assert distance_after_moving(ours, true) < 2 * found.error < 0.05
    assert found.rig.world == "floor"
    ankles = ours.reshape(len(motion.times), -1, 3)[:, BODY_23.index("left_ankle"), 2]
    assert np.median(ankles) == pytest.approx(np.median(motion.joints[:, BODY_23.index("left_ankle"), 2]), abs=0.06)


def test_phones_at_one_place_are_refused(motion: Motion) -> None:
    first, second = seen(motion, 60, 2.0, 1)[1], seen(motion, 64, 2.0, 2)[1]
    with pytest.raises(InvalidRigError, match=r"degrees apart|only good to"):
        calibrate_phones(first, second, height=1.8)


def test_an_athlete_who_is_hardly_seen_is_refused(motion: Motion) -> None:
    first, second = seen(motion, 60, 2.0, 1)[1], seen(motion, 130, 2.0, 2)[1]
    unseen = attrs.evolve(second, scores=np.zeros(second.scores.shape))
    with pytest.raises(InvalidRigError, match="only 0 pictures"):
        calibrate_phones(first, unseen, height=1.8)


def test_films_are_paired_by_their_clocks(motion: Motion) -> None:
    first = seen(motion, 60, 0.0, 1)[1]
    late = attrs.evolve(first, times=first.times + 0.5)
    moved = paired(first, late, -0.5)[1]
    middle = len(first.times) // 2
    assert moved.positions[middle] == pytest.approx(first.positions[middle], abs=0.1)
    with pytest.raises(InvalidRigError, match="no time"):
        paired(first, late, 100.0)
