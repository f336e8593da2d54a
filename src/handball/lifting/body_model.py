"""The skeleton that is fitted to a clip: which distances stay, how far joints bend, how hard they accelerate.

Ranges of motion: American Academy of Orthopaedic Surgeons, "Joint Motion: Method of Measuring and Recording", 1965:
elbows bend from 0 to 150 degrees, knees from 0 to 135; with 15 degrees more for athletes under load.
"""

from __future__ import annotations

import attrs

from handball.domain.skeleton import BODY_23, LIMB_BONES, mirrored_name

_TRUNK_BONES = (
    ("left_shoulder", "right_shoulder", 0.015),
    ("left_hip", "right_hip", 0.007),
    ("left_shoulder", "left_hip", 0.025),
    ("right_shoulder", "right_hip", 0.025),
    ("left_shoulder", "right_hip", 0.025),
    ("right_shoulder", "left_hip", 0.025),
    ("left_ear", "right_ear", 0.005),
    ("left_eye", "right_eye", 0.005),
    ("nose", "left_ear", 0.007),
    ("nose", "right_ear", 0.007),
    ("nose", "left_eye", 0.005),
    ("nose", "right_eye", 0.005),
    ("left_eye", "left_ear", 0.005),
    ("right_eye", "right_ear", 0.005),
    ("left_ear", "left_shoulder", 0.04),
    ("right_ear", "right_shoulder", 0.04),
)
_FEET = (("left_heel", "left_big_toe", 0.007), ("right_heel", "right_big_toe", 0.007))
_LIMB_SIGMA = 0.007


@attrs.frozen(kw_only=True)
class Bone:
    """Two joints (columns of `BODY_23`) whose distance stays the same but for `sigma` metres, and its mirror image."""

    first: int
    second: int
    sigma: float
    mirror: int


def _bones() -> tuple[Bone, ...]:
    named = [*((a, b, _LIMB_SIGMA) for a, b in LIMB_BONES), *_FEET, *_TRUNK_BONES]
    pairs = [frozenset(bone[:2]) for bone in named]
    return tuple(
        Bone(
            first=BODY_23.index(a),
            second=BODY_23.index(b),
            sigma=sigma,
            mirror=pairs.index(frozenset((mirrored_name(a), mirrored_name(b)))),
        )
        for a, b, sigma in named
    )


BONES = _bones()
"""Bones of the limbs first, then feet, trunk and head; the trunk bends and gives more."""

_ACCELERATIONS = {
    "nose": 20.0,
    "eye": 20.0,
    "ear": 20.0,
    "shoulder": 22.0,
    "elbow": 30.0,
    "wrist": 45.0,
    "index": 60.0,
    "hip": 20.0,
    "knee": 35.0,
    "ankle": 30.0,
    "heel": 30.0,
    "big_toe": 40.0,
}
ACCELERATIONS = tuple(_ACCELERATIONS[joint.removeprefix("left_").removeprefix("right_")] for joint in BODY_23.joints)
"""Usual acceleration of each joint along one axis, m/s2: root mean square over rendered throws."""

LEAST_ELBOW_DEG = 15.0
LEAST_KNEE_DEG = 30.0

HINGES: tuple[tuple[int, int, int, float], ...] = tuple(
    (BODY_23.index(f"{side}_{a}"), BODY_23.index(f"{side}_{b}"), BODY_23.index(f"{side}_{c}"), least)
    for side in ("left", "right")
    for a, b, c, least in (("shoulder", "elbow", "wrist", LEAST_ELBOW_DEG), ("hip", "knee", "ankle", LEAST_KNEE_DEG))
)
"""Joints of each hinge and the least angle at its middle one, degrees."""

LEGS: tuple[tuple[int, ...], ...] = tuple(
    tuple(BODY_23.indices(tuple(f"{side}_{part}" for part in ("hip", "knee", "ankle", "heel", "big_toe"))))
    for side in ("left", "right")
)
"""Hip, knee, ankle, heel and big toe of each leg: a knee bends toward the toes."""

SOLES = BODY_23.indices(("left_heel", "right_heel", "left_big_toe", "right_big_toe"))
HIPS = BODY_23.indices(("left_hip", "right_hip"))
