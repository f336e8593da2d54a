"""The ball of a throw that two cameras see: one release, one flight."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from builders import build_performance
from handball.domain.ball import BallTrack, Release
from handball.domain.camera import Camera
from handball.domain.rig import Delay
from handball.kinematics.flight import drag_constant, flown
from handball.pipeline.rig_ball import ball_flight, ball_speed, common_release

VELOCITY = np.array([3.0, 21.0, 2.0])
START = np.array([0.3, 0.5, 2.1])
RELEASE = 0.4
UP = np.array([0.0, 0.0, 1.0])
CAMERAS = tuple(
    Camera.looking(position=(x, -3.0, 1.4), target=(0.0, 3.0, 1.5), focal_px=1100, image_size=(1280, 720))
    for x in (-3.0, 4.0)
)


def clock(seconds: float) -> Delay:
    return Delay(seconds=seconds, sigma=0.001, likeness=1.0, way="rays")


DELAYS = clock(0.0), clock(0.25)


def track_of(camera: Camera, delay: float, *, noise: float = 0.0) -> BallTrack:
    """Return what a camera whose clock is behind sees of the flight, at 120 pictures a second."""
    times = np.arange(0.3, 0.6, 1 / 120) - delay + 0.002 * delay
    since = times + delay - RELEASE
    places = np.where((since >= 0)[:, None], flown(START, VELOCITY, since, drag_constant(0.35)), START)
    pixels = camera.project(places) + np.random.default_rng(3).normal(0, noise, (len(times), 2))
    held = since < 0
    return BallTrack(
        frames=np.arange(len(times)),
        times=times,
        circles=np.column_stack([pixels, np.full(len(times), 12.0)]),
        scores=np.full(len(times), 0.9),
        in_hand=held,
        bridged=np.zeros(len(times), bool),
        release=Release(time=RELEASE - delay, sigma_s=0.004, evidence=9.0),
    )


def seen(releases=(RELEASE, RELEASE - 0.25), sigmas=(0.004, 0.004), noise=0.0):
    """Return the throw as each camera alone has it; None where it has not taken the ball's word for the strike."""
    views = []
    for camera, delay, time, sigma in zip(CAMERAS, DELAYS, releases, sigmas, strict=True):
        release = None if time is None else Release(time=time, sigma_s=sigma, evidence=9.0)
        ball = track_of(camera, delay.seconds, noise=noise)
        views.append(attrs.evolve(build_performance(), ball=ball, release=release))
    return views


def test_the_speed_is_that_of_the_flight():
    speed = ball_speed(seen(), CAMERAS, DELAYS, RELEASE, UP)
    assert speed is not None
    assert (speed.name, speed.unit, speed.key_action) == ("ball_speed", "m/s", "strike")
    assert speed.value == pytest.approx(np.linalg.norm(VELOCITY), rel=0.01)
    assert 0 < speed.sigma < 2


def test_noise_widens_nothing_but_the_truth_stays_inside():
    flight = ball_flight(seen(noise=1.5), CAMERAS, DELAYS, RELEASE, UP)
    assert flight is not None
    assert abs(flight.speed - np.linalg.norm(VELOCITY)) < 3 * flight.speed_sigma
    assert flight.direction @ (VELOCITY / np.linalg.norm(VELOCITY)) > 0.995


def test_one_camera_alone_tells_no_speed():
    first, second = seen()
    assert ball_speed([first, attrs.evolve(second, ball=None)], CAMERAS, DELAYS, RELEASE, UP) is None
    assert ball_speed([attrs.evolve(first, ball=None), second], CAMERAS, DELAYS, RELEASE, UP) is None


def test_a_speed_that_is_hardly_known_is_not_told():
    """Two cameras beside each other that look after the ball see badly how far it is."""
    close = tuple(
        Camera.looking(position=(x, -4.0, 1.4), target=(0.0, 3.0, 1.5), focal_px=600, image_size=(1280, 720))
        for x in (-0.05, 0.05)
    )
    views = [
        attrs.evolve(view, ball=track_of(camera, delay.seconds, noise=1.0))
        for view, camera, delay in zip(seen(), close, DELAYS, strict=True)
    ]
    flight = ball_flight(views, close, DELAYS, RELEASE, UP)
    assert flight is not None
    assert flight.speed_sigma > 0.1 * flight.speed
    assert ball_speed(views, close, DELAYS, RELEASE, UP) is None


def test_what_does_not_fly_has_no_speed():
    assert ball_speed(seen(), CAMERAS, DELAYS, RELEASE, -UP) is None


def test_releases_of_two_cameras_are_weighed_by_how_sure_they_are():
    release = common_release(seen(releases=(0.400, 0.170), sigmas=(0.004, 0.012)), DELAYS)
    assert release is not None
    weight = (1 / (0.012**2 + 1e-6)) / (1 / (0.012**2 + 1e-6) + 1 / (0.004**2 + 1e-6))
    assert release.time == pytest.approx(0.4 + 0.02 * weight)
    assert release.sigma_s > 0.004


def test_a_release_that_one_camera_has_seen_is_enough_and_none_is_none():
    alone = common_release(seen(releases=(None, 0.17)), DELAYS)
    assert alone is not None
    assert alone.time == pytest.approx(0.42)
    assert common_release(seen(releases=(None, None)), DELAYS) is None
