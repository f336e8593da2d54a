"""The body that performs: a tree of rigid segments, its rest pose, and forward kinematics.

Conventions of the whole package:

* the **world** is the court of SPEC 8.2: metres, x from the near goal line along the court (0 to 40),
  y across it (0 to 20), z up, floor at z = 0;
* the **body axes** of every segment in the rest pose are x to the body's right, y forward, z up;
* the **rest pose** stands upright with straight legs and feet forward, arms level out to the sides,
  elbows straight, palms down (a T); the origin is the middle of the hips;
* a **rotation** of a segment takes rest axes to the world, (3, 3), so that the rest pose facing +y of the
  world has the identity for every segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import check_shape, column
from handball.domain.skeleton import BODY_23, Side, mirrored_name

Array = NDArray[np.float64]

_SPINE = (("pelvis", None), ("abdomen", "pelvis"), ("chest", "abdomen"), ("neck", "chest"), ("head", "neck"))
_LIMBS = (
    ("clavicle", "chest"),
    ("upper_arm", "clavicle"),
    ("forearm", "upper_arm"),
    ("hand", "forearm"),
    ("thigh", "pelvis"),
    ("shank", "thigh"),
    ("foot", "shank"),
    ("toes", "foot"),
)


def _sided(side: str, name: str) -> str:
    return name if name in ("chest", "pelvis") else f"{side}_{name}"


PARENTS: Mapping[str, str | None] = MappingProxyType(
    dict(_SPINE) | {f"{side}_{name}": _sided(side, parent) for side in ("left", "right") for name, parent in _LIMBS}
)
"""Each segment and the one that carries it, carriers first."""

SEGMENTS: tuple[str, ...] = tuple(PARENTS)

_HEAD_JOINTS = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
_STARTS = {
    "shoulder": "upper_arm",
    "elbow": "forearm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shank",
    "ankle": "foot",
    "index": "hand",
    "heel": "foot",
    "big_toe": "toes",
}

CARRIERS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(_HEAD_JOINTS, "head")
    | {f"{side}_{joint}": f"{side}_{segment}" for side in ("left", "right") for joint, segment in _STARTS.items()}
)
"""The segment that each joint of `BODY_23` is fixed to."""


@attrs.frozen(kw_only=True)
class RestBody:
    """Where the segments begin and the joints lie in the rest pose, in metres from the middle of the hips.

    `origins` are the proximal joints of `SEGMENTS`; `joints` those of `BODY_23`; `head_top` and `floor` are
    the heights of crown and soles, so that `head_top - floor` is the body height.
    """

    origins: Float[np.ndarray, "segments 3"] = column(np.float64)
    joints: Float[np.ndarray, "joints 3"] = column(np.float64)
    head_top: float
    floor: float

    def __attrs_post_init__(self) -> None:
        check_shape("origins", self.origins, (len(SEGMENTS), 3))
        check_shape("joints", self.joints, (len(BODY_23.joints), 3))

    @property
    def height(self) -> float:
        """Body height in metres."""
        return self.head_top - self.floor

    def scaled(self, factor: float) -> RestBody:
        """Return the same body, larger or smaller."""
        return RestBody(
            origins=self.origins * factor,
            joints=self.joints * factor,
            head_top=self.head_top * factor,
            floor=self.floor * factor,
        )


def right_handed(rest: RestBody, hand: Side) -> RestBody:
    """Return the body of a left-hander in a mirror, that of a right-hander as it is."""
    if hand == "right":
        return rest
    mirror = np.array([-1.0, 1.0, 1.0])
    segments = [SEGMENTS.index(mirrored_name(name)) for name in SEGMENTS]
    joints = BODY_23.mirror_order()
    return attrs.evolve(rest, origins=rest.origins[segments] * mirror, joints=rest.joints[joints] * mirror)


def segment_origins(rest: RestBody, root: Array, rotations: Array) -> Array:
    """Place the proximal joint of every segment in the world.

    Parameters
    ----------
    root
        Middle of the hips in metres, shape (frames, 3).
    rotations
        Rotations of `SEGMENTS`, shape (frames, segments, 3, 3).

    Returns
    -------
    numpy.ndarray
        Metres, shape (frames, segments, 3).
    """
    placed = np.empty((*rotations.shape[:2], 3))
    for row, parent in enumerate(PARENTS.values()):
        if parent is None:
            placed[:, row] = root + rotations[:, row] @ rest.origins[row]
            continue
        carrier = SEGMENTS.index(parent)
        placed[:, row] = placed[:, carrier] + rotations[:, carrier] @ (rest.origins[row] - rest.origins[carrier])
    return placed


def joint_positions(rest: RestBody, root: Array, rotations: Array) -> Array:
    """Place the joints of `BODY_23` in the world: metres, shape (frames, joints, 3)."""
    origins = segment_origins(rest, root, rotations)
    placed = np.empty((len(root), len(BODY_23.joints), 3))
    for row, joint in enumerate(BODY_23.joints):
        carrier = SEGMENTS.index(CARRIERS[joint])
        placed[:, row] = origins[:, carrier] + rotations[:, carrier] @ (rest.joints[row] - rest.origins[carrier])
    return placed
