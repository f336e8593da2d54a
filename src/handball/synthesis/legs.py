"""Legs that reach from the hips to where the feet are: two bones in closed form, the knee in front."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.synthesis.footwork import FootCurves, Footwork
from handball.synthesis.moves import soft_minimum
from handball.synthesis.rig import SEGMENTS, RestBody
from handball.synthesis.rotations import across, cross, frame, normalized, taking, turned

Array = NDArray[np.float64]

_FULL_REACH, STANDING_REACH = 0.994, 0.980
"""Shares of the leg that a leg in the air and one on the ground may stretch to; the latter is a knee of 157 degrees."""
_SWING_GIVE = 0.14
"""Share of the leg over which a leg in the air gives way, so that its knee never snaps straight."""
_ASIDE = np.array([1.0, 0.0, 0.0])


class Leg:
    """One leg of a body with its foot curves: everything that does not depend on where the hips are."""

    def __init__(self, rest: RestBody, side: str, footwork: Footwork, curves: FootCurves, times: Array) -> None:
        self.rows = [SEGMENTS.index(f"{side}_{name}") for name in ("thigh", "shank", "foot", "toes")]
        self.rest = rest
        self.hip, self.knee, self.ankle, self.ball = (rest.origins[row] for row in self.rows)
        self.thigh = float(np.linalg.norm(self.knee - self.hip))
        self.shank = float(np.linalg.norm(self.ankle - self.knee))
        self.curves = curves
        self.carried = [(part, part.weight(times)) for part in footwork.carried]
        heading = turned(2, -curves.yaw)
        self.foot = heading @ turned(0, -curves.pitch)
        self.toes = heading @ turned(0, -curves.toes_pitch)
        ball = curves.ball + np.array([0.0, 0.0, self.ball[2] - rest.floor])
        self.standing_ankle = ball + self.foot @ (self.ankle - self.ball)

    @property
    def length(self) -> float:
        """Thigh and shank in metres."""
        return self.thigh + self.shank

    def highest_hips(self, flat: Array, pelvis: Array) -> Array:
        """Return how high the middle of the hips may be, given its place on the floor, shape (frames,)."""
        hip = pelvis @ self.hip
        away = self.standing_ankle[:, :2] - flat - hip[:, :2]
        reach = STANDING_REACH * self.length
        height = np.sqrt(np.maximum(reach**2 - np.einsum("fi,fi->f", away, away), 0.02))
        limit: Array = self.standing_ankle[:, 2] + height - hip[:, 2] + 0.4 * (1.0 - self.curves.firmness)
        return limit

    def place(self, rotations: Array, root: Array, heading: Array) -> None:
        """Write the rotations of thigh, shank, foot and toes; `heading` is the pelvis' turn without its lean."""
        pelvis = rotations[:, 0]
        hip = root + pelvis @ self.hip
        ankle = self._ankle(hip, heading)
        to_ankle = ankle - hip
        distance = np.sqrt(np.einsum("fi,fi->f", to_ankle, to_ankle))
        along = to_ankle / distance[:, None]
        give = (_FULL_REACH - STANDING_REACH + _SWING_GIVE * (1.0 - self.curves.firmness)) * self.length
        reach = soft_minimum(distance, np.full_like(distance, _FULL_REACH * self.length), give)
        reach = np.maximum(reach, 0.35 * self.length)
        front = normalized(0.6 * heading[..., 1] + 0.4 * self.foot[..., 1] * [1, 1, 0])
        bend = across(front, along)
        share = (self.thigh**2 + reach**2 - self.shank**2) / (2 * reach)
        height = np.sqrt(np.maximum(self.thigh**2 - share**2, 1e-9))
        thigh = (share[:, None] * along + height[:, None] * bend) / self.thigh
        shank = (reach[:, None] * along - self.thigh * thigh) / self.shank
        aside = cross(bend, -along)
        rotations[:, self.rows[0]] = taking(self.knee - self.hip, _ASIDE, thigh, aside)
        rotations[:, self.rows[1]] = taking(self.ankle - self.knee, _ASIDE, shank, aside)
        rotations[:, self.rows[2]] = self.foot
        rotations[:, self.rows[3]] = self.toes

    def _ankle(self, hip: Array, heading: Array) -> Array:
        ankle: Array = self.standing_ankle
        for part, weight in self.carried:
            followed = hip + heading @ (np.array(part.ankle) * self.length)
            ankle = ankle + weight[:, None] * (followed - ankle)
        return ankle


def level_heading(pelvis: Array) -> Array:
    """Return the turn of the pelvis about the vertical alone, (frames, 3, 3)."""
    forward = pelvis[..., 1] * [1, 1, 0]
    up = np.broadcast_to([0.0, 0.0, 1.0], forward.shape)
    turned_axes = frame(normalized(forward), up)
    return np.stack([turned_axes[..., 2], turned_axes[..., 0], turned_axes[..., 1]], axis=-1)
