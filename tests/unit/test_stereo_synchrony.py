"""Delays between two files of one throw: from the motion, from the rays of calibrated cameras, from the sound."""

from __future__ import annotations

from pathlib import Path

import attrs
import av
import numpy as np
import pytest

from handball.acquisition.sound import load_sound
from handball.benchmarking.synthetic_throws import roster
from handball.domain.camera import Camera
from handball.domain.pose import Pose2D
from handball.domain.rig import Delay
from handball.domain.sound import Sound
from handball.errors import SyncError
from handball.stereo.sound_delay import sound_delay
from handball.stereo.synchrony import at_times, motion_delay, rays_delay
from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from projecting import camera_around, landmarks_of

LATE_S = 0.1234


def _seen(motion: Motion, azimuth_deg: float, *, late_s: float = 0.0, noise_px: float = 1.0) -> tuple[Camera, Pose2D]:
    camera = camera_around(motion, azimuth_deg)
    return camera, landmarks_of(motion, camera, late_s=late_s, noise_px=noise_px).flat


def _throw(rate_hz: float = 60.0, seed: int = 3) -> Motion:
    return perform(roster(3)[0], "standing_shot", rate_hz=rate_hz, seed=seed)


@pytest.mark.parametrize("apart_deg", [60.0, 90.0, 140.0])
def test_the_motion_tells_the_delay_from_different_sides(apart_deg: float) -> None:
    motion = _throw()
    _, first = _seen(motion, 90.0)
    _, second = _seen(motion, 90.0 + apart_deg, late_s=LATE_S)
    found = motion_delay(first, second)
    assert found.seconds == pytest.approx(LATE_S, abs=0.008)
    assert found.likeness > 0.8
    assert motion_delay(second, first).seconds == pytest.approx(-found.seconds, abs=0.002)


def test_two_frame_rates() -> None:
    _, first = _seen(_throw(60.0), 90.0)
    _, second = _seen(_throw(100.0), 150.0, late_s=LATE_S)
    assert motion_delay(first, second).seconds == pytest.approx(LATE_S, abs=0.008)


def test_the_rays_tell_it_more_exactly() -> None:
    motion = _throw()
    (one, first), (two, second) = _seen(motion, 90.0), _seen(motion, 165.0, late_s=LATE_S)
    start = Delay(seconds=LATE_S + 0.02, sigma=0.01, likeness=1.0, way="motion")
    found = rays_delay((one, two), first, second, start)
    assert found.seconds == pytest.approx(LATE_S, abs=0.001)
    assert found.way == "rays"


def test_a_first_guess_far_away_is_searched_around() -> None:
    motion = _throw()
    _, first = _seen(motion, 90.0)
    _, second = _seen(motion, 150.0, late_s=-7.3)
    with pytest.raises(SyncError, match="share"):
        motion_delay(first, second)
    assert motion_delay(first, second, about=-7.0).seconds == pytest.approx(-7.3, abs=0.008)


def test_other_movements_are_refused() -> None:
    _, first = _seen(_throw(), 90.0)
    _, second = _seen(perform(roster(3)[2], "dribble", rate_hz=60.0, seed=8), 150.0)
    with pytest.raises(SyncError, match="do not move alike"):
        motion_delay(first, second)


def test_a_movement_that_repeats_leaves_the_delay_open() -> None:
    _, flat = _seen(_throw(), 90.0)
    times = np.arange(0, 4, 1 / 60)
    swing = np.sin(2 * np.pi * times)[:, None, None] * np.array([0.0, 60.0])
    positions = flat.positions[:1] + swing
    steady = Pose2D(
        skeleton=flat.skeleton,
        frames=np.arange(len(times)),
        times=times,
        positions=positions,
        scores=np.ones(positions.shape[:2]),
        sigma=np.ones(positions.shape),
        image_size=flat.image_size,
    )
    with pytest.raises(SyncError, match="fit nearly as well"):
        motion_delay(steady, steady, within=1.5)


def test_joints_are_not_interpolated_across_gaps() -> None:
    _, flat = _seen(_throw(), 90.0, noise_px=0.0)
    missing = flat.positions.copy()
    missing[20:30, 4] = np.nan
    missing[40, 4] = np.nan
    places, sigma = at_times(attrs.evolve(flat, positions=missing), flat.times + 0.25 / 60)
    assert np.isnan(places[20:29, 4]).all()
    assert np.isnan(sigma[20:29, 4]).all()
    assert np.isfinite(places[39:41, 4]).all()  # one picture is bridged
    whole, _ = at_times(flat, flat.times)
    assert np.abs(whole - flat.positions)[:-1].max() < 1e-6
    assert np.isnan(places[-1]).all()  # beyond the end


def _sound(at_s: float, *, begin: float = 0.0, seed: int = 0, level: float = 5.0) -> Sound:
    noise = np.random.default_rng(seed).normal(0, 0.05, 48_000)
    first = round((at_s - begin) * 16_000)
    noise[first : first + 60] += level * np.random.default_rng(99).normal(size=60) * np.exp(-np.arange(60) / 15)
    return Sound(begin=begin, rate_hz=16_000, samples=noise)


def test_a_clap_tells_the_delay_by_the_clocks_of_the_pictures() -> None:
    found = sound_delay(_sound(1.5, seed=1), _sound(0.7, begin=-0.1, seed=2))
    assert found.seconds == pytest.approx(0.8, abs=0.0005)
    assert found.sigma > 0.002  # nobody knows how far away the clap was


def test_without_a_common_sound_nothing_is_told() -> None:
    with pytest.raises(SyncError, match="No sound stands out"):
        sound_delay(_sound(1.5, seed=1, level=0.0), _sound(1.0, seed=2, level=0.0))


def _film(path: Path, clap_s: float | None) -> Path:
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("mpeg4", rate=25)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("aac", rate=16_000, layout="mono") if clap_s is not None else None
        for _ in range(75):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        if sound is not None and clap_s is not None:
            samples = np.clip(_sound(clap_s, seed=round(10 * clap_s)).samples / 20, -1, 1).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
            frame.rate = 16_000
            container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
    return path


def test_the_sound_of_films(tmp_path: Path) -> None:
    first, second = (load_sound(_film(tmp_path / f"{at}.mp4", at)) for at in (1.0, 1.3))
    assert sound_delay(first, second).seconds == pytest.approx(-0.3, abs=0.002)
    with pytest.raises(SyncError, match="has no sound"):
        load_sound(_film(tmp_path / "silent.mp4", None))
