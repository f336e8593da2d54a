"""Whether the throwing arm is in the pictures while it throws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyActions
from handball.domain.pose import Pose3D
from handball.domain.skeleton import Side
from handball.errors import ArmNotVisibleError
from handball.key_actions.curves import ThrowCurves, throw_curves
from handball.key_actions.strikes import HIDDEN, TURN_TO_STRIKE_S
from handball.kinematics.smoothing import LONGEST_GAP_S

_NEEDED = ("right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "right_hip", "left_hip")
_AS_FAST = 0.8
"""A hand that is hidden at this share of the speed of the found strike may hide the true one."""
_EDGE_ROWS = 3
"""The speed of the very last sight has one neighbor only."""


def check_arm_visible(path: Path, body: Pose3D, key_actions: KeyActions, *, set_by_hand: bool) -> None:
    """Refuse a throw whose arm is missing, in right-handed form.

    Raises
    ------
    ArmNotVisibleError
        When shoulders, hips or the throwing arm are missing for over 0.1 s of the action, or when a hand
        moves so fast while it is hidden that the strike itself may lie there (unless the user has set it).
    """
    rows = slice(key_actions["start"].row, _last_row(body, key_actions) + 1)
    gaps = _gaps(body.present(_NEEDED)[rows], body.times[rows], body.rate_hz)
    longest = max((length for _, _, length in gaps), default=0.0)
    if not longest and not set_by_hand:
        longest = _longest_fast_gap(body, key_actions)
    if longest:
        raise ArmNotVisibleError(
            f"{path}: the throwing arm is out of the picture or hidden for {longest:.2f} s of the throw, at most "
            f"{LONGEST_GAP_S:g} s can be bridged: film with room around the athlete, from the side of the throwing arm."
        )


def _last_row(body: Pose3D, key_actions: KeyActions) -> int:
    """Return the last row in which the arm is needed: of a lost hand, where its strike may lie at the latest."""
    finish, strike = key_actions["finish"].row, key_actions["strike"]
    if strike.rule != HIDDEN:
        return finish
    latest = int(np.searchsorted(body.times, strike.time + TURN_TO_STRIKE_S, side="right")) - 1
    return max(finish, latest)


def _gaps(seen: NDArray[np.bool_], times: NDArray[np.float64], rate_hz: float) -> list[tuple[int, int, float]]:
    """Return (first, last, seconds) of the runs of rows without a sight that are too long to be bridged."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], seen, [True]]).astype(np.int8)))
    runs = ((int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True))
    lengths = ((a, b, float(times[b] - times[a]) + 1.0 / rate_hz) for a, b in runs)
    return [gap for gap in lengths if gap[2] > LONGEST_GAP_S + 0.5 / rate_hz]


def _longest_fast_gap(body: Pose3D, key_actions: KeyActions) -> float:
    """Return the seconds of the longest gap in which a hand may have been about as fast as at the found strike.

    A hand that is never seen again, or was not before, counts with its speed at the edge of the gap.
    """
    sides: tuple[Side, Side] = ("right", "left")
    found = float(throw_curves(body).speed[key_actions["strike"].row])
    lengths = [0.0]
    for side in sides:
        curves = throw_curves(body, side)
        seen = ~np.isnan(curves.hand).any(axis=1)
        for first, last, length in _gaps(seen, body.times, body.rate_hz):
            if seen.any() and _hidden_speed(curves, first, last) > _AS_FAST * found:
                lengths.append(length)
    return max(lengths)


def _hidden_speed(curves: ThrowCurves, first: int, last: int) -> float:
    """Estimate the peak in a gap: half a sine from standstill to standstill has pi / 2 times its mean speed."""
    if first == 0 or last == len(curves.times) - 1:
        edge = (
            curves.speed[last + 1 : last + 1 + _EDGE_ROWS]
            if first == 0
            else curves.speed[max(0, first - _EDGE_ROWS) : first]
        )
        return float(np.max(np.nan_to_num(edge), initial=0.0))
    way = float(np.linalg.norm(curves.hand[last + 1] - curves.hand[first - 1]))
    return np.pi / 2 * way / float(curves.times[last + 1] - curves.times[first - 1])
