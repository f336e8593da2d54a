"""Gross errors in what a net is taught: limbs of the other side, joints far off."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from handball.domain.skeleton import BODY_23

FAR_M = 0.5
"""One standard deviation, on each axis, of a joint that is put far off."""
_LIMBS = (("elbow", "wrist", "index"), ("knee", "ankle", "heel", "big_toe"))


def contaminated(
    joints: Float[np.ndarray, "clips frames 23 3"], share: float, rng: np.random.Generator
) -> Float[np.ndarray, "clips frames 23 3"]:
    """Return joints in metres of which a share is grossly wrong, drawn anew in every frame.

    Half of the share comes from both arms or both legs with their sides swapped, half from single joints that are moved
    by 0.5 m (one standard deviation an axis). Joints of the trunk and head are never swapped.
    """
    result = joints.copy()
    for limb in _LIMBS:
        swapped = (rng.random(joints.shape[:2]) < share / 2)[..., None, None]
        left, right = (BODY_23.indices(tuple(f"{side}_{part}" for part in limb)) for side in ("left", "right"))
        result[:, :, left] = np.where(swapped, joints[:, :, right], joints[:, :, left])
        result[:, :, right] = np.where(swapped, joints[:, :, left], joints[:, :, right])
    far = rng.random(joints.shape[:3]) < share / 2
    return np.asarray(result + far[..., None] * rng.normal(0, FAR_M, joints.shape))
