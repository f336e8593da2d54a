"""Left taken for right in one camera and not in the others: arms with or without the shoulders, or legs.

Exchanged in one of two pictures, a body still looks like one, often its own mirror image: the rays meet, and bones
keep their lengths. Only over the clip does it show that joints jump. So each frame is measured as it is and with the
sides exchanged in each camera, and the best way through these is found by dynamic programming (Viterbi, "Error bounds
for convolutional codes and an asymptotically optimum decoding algorithm", IEEE Trans. Inf. Theory 13, 1967).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D
from handball.domain.skeleton import BODY_23
from handball.kinematics.exchanged_sides import with_joints_exchanged
from handball.stereo.triangulation import triangulate

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

_SIDES = ("left", "right")
_ANCHOR = "hip"
"""What arms and legs hang on; the hips are taken as seen."""
_SIGMA_FACTOR = 1.5
_BONE_M = 0.04
_MOST_OFF, _MOST_BONE, _MOST_STEP = 9.0, 12.0, 16.0
"""No residual costs more than so many squared standard deviations: some are errors of another kind."""
_EXCHANGED, _CHANGE = 1.0, 4.0
_FEWEST_ROWS = 3


@attrs.frozen(kw_only=True)
class Chain:
    """Joints from the trunk outward that a net exchanges together.

    Attributes
    ----------
    joints
        What is judged, from the trunk outward.
    speeds
        Metres a second that are usual of each of these.
    ends
        What goes along with the last of them.
    begins
        Numbers of the joints from which on an exchange may reach outward.
    across
        Whether the first joints of both sides keep their distance.
    """

    joints: tuple[str, ...]
    speeds: tuple[float, ...]
    ends: tuple[str, ...]
    begins: tuple[int, ...]
    across: bool


ARMS = Chain(joints=("shoulder", "elbow", "wrist"), speeds=(2.5, 3.0, 6.0), ends=("index",), begins=(0, 1), across=True)
LEGS = Chain(joints=("knee", "ankle"), speeds=(3.0, 5.0), ends=("heel", "big_toe"), begins=(0,), across=False)


def with_sides_agreeing(cameras: Sequence[Camera], views: Sequence[Pose2D]) -> tuple[Pose2D, ...]:
    """Exchange left and right in single cameras where that makes the body move as bodies do.

    Parameters
    ----------
    cameras
        Two or more.
    views
        Joints of `BODY_23` in the pictures of each, all of the same moments.

    Returns
    -------
    tuple
        The views, exchanged on some rows; as they were where there are fewer than three.
    """
    result = tuple(views)
    if len(result[0].times) < _FEWEST_ROWS:
        return result
    for chain in (ARMS, LEGS):
        states = [(-1, 0), *itertools.product(range(len(cameras)), chain.begins)]
        chosen = _cheapest_way(cameras, result, chain, states)
        for state, (number, begin) in enumerate(states):
            if number >= 0:
                parts = (*chain.joints[begin:], *chain.ends)
                changed = with_joints_exchanged(result[number], parts, chosen == state)
                result = (*result[:number], changed, *result[number + 1 :])
    return result


def _cheapest_way(
    cameras: Sequence[Camera], views: Sequence[Pose2D], chain: Chain, states: Sequence[tuple[int, int]]
) -> Rows:
    """Return the number of the state of each frame."""
    columns = _columns(chain.joints)
    anchors = _met(cameras, views, [_columns((_ANCHOR,))] * len(cameras))
    each = [
        [_exchanged(columns, begin) if view == number else columns for view in range(len(cameras))]
        for number, begin in states
    ]
    joints = np.stack([_met(cameras, views, order) for order in each], axis=1)
    bones = _bones(chain, joints[:, 0], anchors)
    cost = np.stack(
        [
            _misses(cameras, views, order, joints[:, state]) + _stretches(bones, joints[:, state], anchors)
            for state, order in enumerate(each)
        ],
        axis=1,
    )
    cost += _EXCHANGED * np.array([number >= 0 for number, _ in states])
    return _way(cost, joints, np.repeat(chain.speeds, 2), views[0].times)


def _columns(parts: Sequence[str]) -> list[int]:
    """Return the columns of parts, the left before the right of each."""
    return BODY_23.indices(tuple(f"{side}_{part}" for part in parts for side in _SIDES))


def _exchanged(columns: Sequence[int], begin: int) -> list[int]:
    order = list(columns)
    order[2 * begin :: 2], order[2 * begin + 1 :: 2] = order[2 * begin + 1 :: 2], order[2 * begin :: 2]
    return order


def _met(cameras: Sequence[Camera], views: Sequence[Pose2D], orders: Sequence[Sequence[int]]) -> Array:
    """Triangulate columns of each view, shape (frames, columns, 3)."""
    pixels = np.stack([view.positions[:, order].reshape(-1, 2) for view, order in zip(views, orders, strict=True)])
    sigma = np.stack([view.sigma[:, order, 0].ravel() for view, order in zip(views, orders, strict=True)])
    return triangulate(cameras, pixels, sigma).positions.reshape(len(views[0].times), -1, 3)


@attrs.frozen(kw_only=True)
class _Bone:
    """Two columns of joints followed by anchors, and how far apart they usually are."""

    first: int
    second: int
    length: float


def _bones(chain: Chain, joints: Array, anchors: Array) -> list[_Bone]:
    """Return the bones of a chain with their median lengths; columns of anchors follow those of the joints."""
    count = joints.shape[1]
    pairs = [(column, column + 2) for column in range(count - 2)] + [(0, count), (1, count + 1)]
    pairs += [(0, 1)] if chain.across else []
    every = np.concatenate([joints, anchors], axis=1)
    return [_Bone(first=a, second=b, length=_usual(every[:, b] - every[:, a])) for a, b in pairs]


def _usual(ways: Array) -> float:
    lengths = np.linalg.norm(ways, axis=1)
    return float(np.median(lengths[np.isfinite(lengths)])) if np.isfinite(lengths).any() else float("nan")


def _stretches(bones: Sequence[_Bone], joints: Array, anchors: Array) -> Array:
    """Return what bones of other lengths than usual cost, shape (frames,)."""
    every = np.concatenate([joints, anchors], axis=1)
    total = np.zeros(len(joints))
    for bone in bones:
        length = np.linalg.norm(every[:, bone.second] - every[:, bone.first], axis=1)
        total += np.nan_to_num(np.minimum(((length - bone.length) / _BONE_M) ** 2, _MOST_BONE))
    return total


def _misses(
    cameras: Sequence[Camera], views: Sequence[Pose2D], orders: Sequence[Sequence[int]], joints: Array
) -> Array:
    """Return what the distances from the rays cost, shape (frames,)."""
    total = np.zeros(len(joints))
    for camera, view, order in zip(cameras, views, orders, strict=True):
        off = np.linalg.norm(camera.project(joints) - view.positions[:, order], axis=-1)
        off /= _SIGMA_FACTOR * view.sigma[:, order, 0]
        total += np.nan_to_num(np.minimum(off**2, _MOST_OFF)).sum(axis=1)
    return total


def _way(cost: Array, joints: Array, speeds: Array, times: Array) -> Rows:
    """Return the states of the cheapest way; costs are (frames, states), joints (frames, states, columns, 3)."""
    change = _CHANGE * (1 - np.eye(cost.shape[1]))
    came = np.zeros(cost.shape, dtype=np.int64)
    total = cost[0]
    for row in range(1, len(cost)):
        reach = speeds * (times[row] - times[row - 1])
        steps = np.linalg.norm(joints[row][None] - joints[row - 1][:, None], axis=-1) / reach
        every = total[:, None] + np.nan_to_num(np.minimum(steps**2, _MOST_STEP)).sum(axis=-1) + change
        came[row], total = every.argmin(axis=0), every.min(axis=0) + cost[row]
    chosen = [int(total.argmin())]
    for row in range(len(cost) - 1, 0, -1):
        chosen.append(int(came[row, chosen[-1]]))
    return np.array(chosen[::-1])
