"""Render a scene into a video file with its truth beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.synthesis.motion import Motion
from handball.synthesis.phone import PhoneReality, Shown, filmed, resized
from handball.synthesis.phone_video import messenger_size, write_clip
from handball.synthesis.scene import Scene, posture_at
from handball.synthesis.truth import clip_truth, save_truth

_COCO = 17
_MESSENGER_BITS_S = 700_000


def film(scene: Scene, rate_hz: float, video: Path, truth: Path, reality: PhoneReality | None = None) -> None:
    """Write the pictures of a scene over the athlete's motion, then what is true of them.

    Raises
    ------
    OutputError
        When a file cannot be written.
    MissingExtraError
        Where the extra `synth` is not installed.
    """
    reality = reality or PhoneReality()
    size = messenger_size(scene.camera.image_size) if reality.messenger else scene.camera.image_size
    kept: list[Shown] = []
    write_clip(
        video,
        _pictures(scene, rate_hz, reality, size, kept),
        size=size,
        rate_hz=rate_hz,
        bits_s=_MESSENGER_BITS_S if reality.messenger else None,
    )
    people = [shown.frame.people[0] for shown in kept]
    found = clip_truth(
        shown_motion(scene.performers[0], kept),
        tuple(resized_camera(shown.camera, size) for shown in kept),
        visible=np.array([athlete.visible[:_COCO] for athlete in people]),
        box_xyxy=np.array([athlete.box for athlete in people]),
        ball_circle=np.array([[*shown.frame.ball.center_px, shown.frame.ball.radius_px] for shown in kept]),
    )
    save_truth(truth, found)


def _pictures(
    scene: Scene, rate_hz: float, reality: PhoneReality, size: tuple[int, int], kept: list[Shown]
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Yield time and picture; keep what is true of each without its picture."""
    for shown in filmed(scene, rate_hz, reality, seed=scene.seed):
        frame = resized(shown.frame, size) if reality.messenger else shown.frame
        kept.append(attrs.evolve(shown, frame=attrs.evolve(frame, picture=np.zeros((1, 1, 3), np.uint8))))
        yield shown.stamp, frame.picture


def resized_camera(camera: Camera, size: tuple[int, int]) -> Camera:
    """Return the camera whose picture is that of another one, scaled to a size as `resized` does."""
    across, down = size[0] / camera.image_size[0], size[1] / camera.image_size[1]
    return attrs.evolve(
        camera,
        image_size=size,
        focal=(camera.focal[0] * across, camera.focal[1] * down),
        principal=(camera.principal[0] * across + (across - 1) / 2, camera.principal[1] * down + (down - 1) / 2),
    )


def shown_motion(motion: Motion, shown: Sequence[Shown]) -> Motion:
    """Return the motion as the frames show it, at their stamps: a repeated frame shows an earlier moment."""
    moments = np.array([one.frame.time for one in shown])
    postures = [posture_at(motion, float(time)) for time in moments]
    rows = np.clip(np.searchsorted(motion.times, moments + 1e-9) - 1, 0, len(motion.times) - 1)
    ball = attrs.evolve(
        motion.ball,
        positions=np.array([posture.ball for posture in postures]),
        in_hand=motion.ball.in_hand[rows],
    )
    return attrs.evolve(
        motion,
        times=np.array([one.stamp for one in shown]),
        root=np.concatenate([posture.root for posture in postures]),
        rotations=np.concatenate([posture.rotations for posture in postures]),
        ball=ball,
    )
