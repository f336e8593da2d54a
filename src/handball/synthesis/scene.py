"""What is filmed: the performers, the hall, and how the camera records; and what is true of each picture."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Bool, Float, UInt8
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.arrays import column
from handball.domain.camera import Camera
from handball.synthesis.hall import HallLooks
from handball.synthesis.motion import Motion

Array = NDArray[np.float64]


@attrs.frozen(kw_only=True)
class Scene:
    """Everything in front of a camera. The first performer is the athlete; times are those of his motion.

    Attributes
    ----------
    ball_skin
        Number of the pattern of the ball.
    motion_blur, noise, shadows
        What a real camera sees and a drawing lacks; each can be switched off.
    """

    performers: tuple[Motion, ...]
    hall: HallLooks = HallLooks()
    camera: Camera
    ball_skin: int = 0
    motion_blur: bool = True
    noise: bool = True
    shadows: bool = True
    seed: int = 0


@attrs.frozen(kw_only=True)
class PersonTruth:
    """One person in one picture: joints of `BODY_23` in pixels, which are seen, and the box of all that is inside.

    The box is x and y of its top-left and bottom-right corner, NaN where nobody is in the picture.
    """

    joints_px: Float[np.ndarray, "joints 2"] = column(np.float64)
    visible: Bool[np.ndarray, " joints"] = column(np.bool_)
    box: Float[np.ndarray, "4"] = column(np.float64)


@attrs.frozen(kw_only=True)
class BallTruth:
    """The ball in one picture: centre and radius in pixels, NaN where there is none."""

    center_px: Float[np.ndarray, "2"] = column(np.float64)
    radius_px: float
    visible: bool


@attrs.frozen(kw_only=True)
class Frame:
    """A picture and its truth. People stand in the order of `Scene.performers`."""

    time: float
    picture: UInt8[np.ndarray, "rows columns 3"] = column(np.uint8)
    people: tuple[PersonTruth, ...]
    ball: BallTruth


@attrs.frozen(kw_only=True)
class Posture:
    """A motion at one moment: its own frames, or between them."""

    root: Float[np.ndarray, "1 3"] = column(np.float64)
    rotations: Float[np.ndarray, "1 segments 3 3"] = column(np.float64)
    ball: Float[np.ndarray, "3"] = column(np.float64)


def posture_at(motion: Motion, time: float) -> Posture:
    """Return a motion at any time: rotations turn evenly between its frames, places move straight; held outside."""
    row = int(np.clip(np.searchsorted(motion.times, time, side="right") - 1, 0, max(len(motion.times) - 2, 0)))
    after = min(row + 1, len(motion.times) - 1)
    span = motion.times[after] - motion.times[row]
    share = float(np.clip((time - motion.times[row]) / span, 0.0, 1.0)) if span > 0 else 0.0
    first, second = motion.rotations[row], motion.rotations[after]
    between = Rotation.from_matrix(np.swapaxes(first, -1, -2) @ second).as_rotvec() * share
    balls = motion.ball.positions[[row, after]]
    whole = bool(np.isfinite(balls).all())
    return Posture(
        root=((1 - share) * motion.root[row] + share * motion.root[after])[None],
        rotations=(first @ Rotation.from_rotvec(between).as_matrix())[None],
        ball=(1 - share) * balls[0] + share * balls[1] if whole else balls[int(share >= 0.5)],
    )
