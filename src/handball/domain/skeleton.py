"""Which joints a pose has, in which order, and which of them a bone connects."""

from __future__ import annotations

from typing import Literal

import attrs

Side = Literal["left", "right"]


def other_side(side: Side) -> Side:
    """Return the opposite body side."""
    return "left" if side == "right" else "right"


def mirrored_name(name: str) -> str:
    """Swap left and right in the name of a joint or an angle.

    Examples
    --------
    >>> mirrored_name("left_elbow")
    'right_elbow'
    >>> mirrored_name("nose")
    'nose'
    """
    for side, other in (("left_", "right_"), ("right_", "left_")):
        if name.startswith(side):
            return other + name.removeprefix(side)
    return name


def role_name(name: str) -> str:
    """Name the side of a joint or angle by its role, for a throw in right-handed form.

    Examples
    --------
    >>> role_name("right_elbow_angle"), role_name("left_knee_angle"), role_name("trunk_tilt_forward")
    ('throwing_elbow_angle', 'other_knee_angle', 'trunk_tilt_forward')
    """
    if name.startswith("right_"):
        return "throwing_" + name.removeprefix("right_")
    return "other_" + name.removeprefix("left_") if name.startswith("left_") else name


def sided_name(name: str, hand: Side) -> str:
    """Name a joint or angle of a throw in right-handed form by the true sides of the thrower.

    Examples
    --------
    >>> sided_name("right_elbow_angle", "left")
    'left_elbow_angle'
    """
    return name if hand == "right" else mirrored_name(name)


@attrs.frozen(kw_only=True)
class Skeleton:
    """Named joints in a fixed order and the bones between them.

    Raises
    ------
    ValueError
        When a joint stands twice or a bone names a joint that is not there.
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[str, str], ...]

    def __attrs_post_init__(self) -> None:
        if len(set(self.joints)) != len(self.joints):
            raise ValueError(f"skeleton {self.name} names a joint twice")
        unknown = {joint for bone in self.bones for joint in bone} - set(self.joints)
        if unknown:
            raise ValueError(f"skeleton {self.name} has bones to unknown joints {sorted(unknown)}")

    def index(self, joint: str) -> int:
        """Return the column of a joint. Raises `ValueError` for a joint that this skeleton lacks."""
        return self.joints.index(joint)

    def indices(self, joints: tuple[str, ...]) -> list[int]:
        """Return the columns of several joints."""
        return [self.joints.index(joint) for joint in joints]

    def mirror_order(self) -> list[int]:
        """Return for each column the column of the same joint on the other side."""
        return [self.joints.index(mirrored_name(joint)) for joint in self.joints]


LIMB_BONES: tuple[tuple[str, str], ...] = tuple(
    (f"{side}_{parent}", f"{side}_{child}")
    for side in ("left", "right")
    for parent, child in (
        ("shoulder", "elbow"),
        ("elbow", "wrist"),
        ("wrist", "index"),
        ("hip", "knee"),
        ("knee", "ankle"),
        ("ankle", "heel"),
        ("ankle", "big_toe"),
    )
)
"""Bones of arms and legs from the trunk outward: a parent comes before its child."""

BODY_23 = Skeleton(
    name="body_23",
    joints=(
        "nose",
        *(f"{side}_{part}" for part in ("eye", "ear", "shoulder", "elbow", "wrist") for side in ("left", "right")),
        *(f"{side}_{part}" for part in ("hip", "knee", "ankle") for side in ("left", "right")),
        *(f"{side}_{part}" for part in ("index", "heel", "big_toe") for side in ("left", "right")),
    ),
    bones=(
        ("left_shoulder", "right_shoulder"),
        ("left_hip", "right_hip"),
        *LIMB_BONES,
        *(
            (f"{side}_{a}", f"{side}_{b}")
            for side in ("left", "right")
            for a, b in (("heel", "big_toe"), ("shoulder", "hip"))
        ),
        ("nose", "left_ear"),
        ("nose", "right_ear"),
    ),
)
"""COCO-17 in its own order, then the index knuckles, heels and big toes. All our poses use it."""
