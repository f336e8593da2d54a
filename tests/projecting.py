"""What cameras see of a synthetic motion, as a pose net that makes small mistakes would tell it."""

from __future__ import annotations

import numpy as np

from handball.domain.camera import Camera
from handball.domain.performance import Landmarks
from handball.domain.pose import Pose2D, Pose3D
from handball.synthesis.motion import Motion

IMAGE_SIZE = (1280, 720)


def camera_around(motion: Motion, azimuth_deg: float, *, focal_px: float = 900.0) -> Camera:
    """Stand a camera 5 m from the middle of a motion, `azimuth_deg` from the x axis of the court."""
    middle = motion.root[len(motion.root) // 2]
    turn = np.radians(azimuth_deg)
    return Camera.looking(
        position=(middle[0] + 5 * np.cos(turn), middle[1] + 5 * np.sin(turn), 1.5),
        target=(middle[0], middle[1], 1.1),
        focal_px=focal_px,
        image_size=IMAGE_SIZE,
        name=f"at {azimuth_deg:g}",
    )


def landmarks_of(motion: Motion, camera: Camera, *, late_s: float = 0.0, noise_px: float = 1.0) -> Landmarks:
    """Return the joints in the pictures of a camera whose clock is late by so much, and around the hips in its axes."""
    body = motion.body()
    pixels = camera.project(body.positions)
    pixels = pixels + np.random.default_rng(7).normal(0, noise_px, pixels.shape)
    times = body.times - body.times[0] - late_s
    shared = {"skeleton": body.skeleton, "frames": body.frames, "times": times, "scores": np.ones(pixels.shape[:2])}
    flat = Pose2D(**shared, positions=pixels, sigma=np.full(pixels.shape, max(noise_px, 0.5)), image_size=IMAGE_SIZE)
    right, down, ahead = np.moveaxis(camera.in_camera(body.positions), -1, 0)
    seen = np.stack([right, ahead, -down], axis=-1)
    hips = seen[:, body.skeleton.indices(("left_hip", "right_hip"))].mean(axis=1, keepdims=True)
    deep = Pose3D(**shared, positions=seen - hips, sigma=np.full(seen.shape, 0.02), origin="pelvis")
    return Landmarks(flat=flat, deep=deep)
