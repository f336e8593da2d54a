"""Measured proportions of people: a rest skeleton for a height and sex, and where the mass of the segments lies.

Segment lengths as shares of the body height after Drillis and Contini 1966 (in Winter 2009, Biomechanics and Motor
Control of Human Movement, fig. 4.1); masses after de Leva 1996 (J Biomech 29:1223), mean of women and men.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23
from handball.synthesis.rig import PARENTS, SEGMENTS, RestBody

Array = NDArray[np.float64]

_WIDTHS: Mapping[str, tuple[float, float]] = MappingProxyType({"male": (0.108, 0.050), "female": (0.099, 0.052)})
"""Half of the distance between shoulder joints and between hip joints, in body heights."""
_HEAD: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {"nose": (0.0, 0.058, 0.412), "eye": (0.018, 0.048, 0.428), "ear": (0.041, 0.0, 0.420)}
)
_SPINE: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "pelvis": (0.0, 0.0, 0.0),
        "abdomen": (0.0, -0.012, 0.055),
        "chest": (0.0, -0.014, 0.140),
        "neck": (0.0, -0.008, 0.315),
        "head": (0.0, 0.002, 0.365),
    }
)
_SHOULDER_HEIGHT, _HIP_HEIGHT, _KNEE, _ANKLE = 0.288, 0.530, 0.245, 0.491

_MASS_SHARES: Mapping[str, float] = MappingProxyType(
    {"pelvis": 0.112, "abdomen": 0.148, "chest": 0.175, "neck": 0.010, "head": 0.059}
    | {"clavicle": 0.0, "upper_arm": 0.0265, "forearm": 0.0155, "hand": 0.006}
    | {"thigh": 0.1447, "shank": 0.0457, "foot": 0.0096, "toes": 0.0}
)
_MASS_PLACES: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"abdomen": ("chest", 0.5), "chest": ("neck", 0.55), "pelvis": ("abdomen", 0.5)}
    | {"upper_arm": ("forearm", 0.57), "forearm": ("hand", 0.46)}
    | {"thigh": ("shank", 0.385), "shank": ("foot", 0.44), "foot": ("toes", 0.5)}
)
"""How far the centre of mass lies on the way from a segment's proximal joint to the next one."""


def rest_body(height: float, sex: Literal["female", "male"], legs: float = 1.0, shoulders: float = 1.0) -> RestBody:
    """Return the rest skeleton of a person of this height in metres.

    Parameters
    ----------
    legs, shoulders
        Length of the legs and width of the shoulders against the mean of the sex.
    """
    shoulder, hip = _WIDTHS[sex][0] * shoulders, _WIDTHS[sex][1]
    leg = _HIP_HEIGHT * legs
    trunk = (1.0 - leg) / (1.0 - _HIP_HEIGHT)
    origins = {name: np.array(place) * [1, 1, trunk] for name, place in _SPINE.items()}
    joints: dict[str, Array] = {"nose": np.array(_HEAD["nose"]) * [1, 1, trunk]}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        _add_side(origins, joints, side, sign * shoulder, sign * hip, leg, trunk)
    return RestBody(
        origins=np.array([origins[name] for name in SEGMENTS]) * height,
        joints=np.array([joints[name] for name in BODY_23.joints]) * height,
        head_top=(1.0 - leg) * height,
        floor=-leg * height,
    )


def _add_side(
    origins: dict[str, Array],
    joints: dict[str, Array],
    side: str,
    shoulder: float,
    hip: float,
    leg: float,
    trunk: float,
) -> None:
    sign = np.sign(shoulder)
    level = _SHOULDER_HEIGHT * trunk
    reach = leg / _HIP_HEIGHT
    arm = [abs(shoulder), abs(shoulder) + 0.174, abs(shoulder) + 0.174 + 0.151]
    places = {
        "clavicle": (0.012 * sign, 0.0, level),
        "upper_arm": (shoulder, -0.008, level),
        "forearm": (sign * arm[1], -0.008, level),
        "hand": (sign * arm[2], -0.008, level),
        "thigh": (hip, 0.0, 0.0),
        "shank": (hip * 0.98, 0.004, -_KNEE * reach),
        "foot": (hip * 0.95, -0.004, -_ANKLE * reach),
        "toes": (hip * 1.02, 0.078, -leg + 0.013),
    }
    for segment, place in places.items():
        origins[f"{side}_{segment}"] = np.array(place)
    for joint, segment in {"shoulder": "upper_arm", "elbow": "forearm", "wrist": "hand"}.items():
        joints[f"{side}_{joint}"] = origins[f"{side}_{segment}"]
    for joint, segment in {"hip": "thigh", "knee": "shank", "ankle": "foot"}.items():
        joints[f"{side}_{joint}"] = origins[f"{side}_{segment}"]
    joints[f"{side}_index"] = origins[f"{side}_hand"] + [0.052 * sign, 0.008, -0.004]
    joints[f"{side}_heel"] = np.array([hip * 0.93, -0.032, -leg + 0.012])
    joints[f"{side}_big_toe"] = np.array([hip * 0.95, 0.105, -leg + 0.012])
    for part in ("eye", "ear"):
        joints[f"{side}_{part}"] = np.array(_HEAD[part]) * [sign, 1, trunk]


def _weights() -> Array:
    weights = np.zeros(len(SEGMENTS))
    for row, name in enumerate(SEGMENTS):
        part = name.removeprefix("left_").removeprefix("right_")
        following, way = _MASS_PLACES.get(part, (part, 0.0))
        target = following if following in PARENTS else name.removesuffix(part) + following
        weights[row] += _MASS_SHARES[part] * (1 - way)
        weights[SEGMENTS.index(target)] += _MASS_SHARES[part] * way
    total: Array = weights / weights.sum()
    return total


MASS_WEIGHTS: Array = _weights()
"""Weights of the proximal joints of `SEGMENTS` whose mean is the centre of mass."""


def center_of_mass(origins: Array) -> Array:
    """Return the centre of mass in metres, shape (frames, 3), of `rig.segment_origins`."""
    center: Array = np.einsum("s,fsi->fi", MASS_WEIGHTS, origins)
    return center
