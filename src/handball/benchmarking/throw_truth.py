"""What is true of a synthetic throw, whether it was performed just now or lies rendered in a set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from jaxtyping import Float

from handball.domain.arrays import column
from handball.kinematics.angles import measure_angles
from handball.kinematics.vectors import wrapped_deg
from handball.synthesis.motion import Fault, Motion
from handball.synthesis.truth import ClipTruth


@attrs.frozen(kw_only=True)
class ThrowTruth:
    """Angles over time in right-handed form, and the moments of the phases that the throw was made of."""

    technique: str
    arm_slot: str
    player: int
    faults: tuple[Fault, ...]
    moments: Mapping[str, float]
    times: Float[np.ndarray, " frames"] = column(np.float64)
    angle_names: tuple[str, ...]
    angles_deg: Float[np.ndarray, "frames angles"] = column(np.float64)

    def angles_at(self, moment: str) -> dict[str, float]:
        """Return every angle at a moment, between frames the short way round; NaN outside the clip."""
        time = self.moments[moment]
        row = int(np.clip(np.searchsorted(self.times, time) - 1, 0, len(self.times) - 2))
        share = (time - self.times[row]) / (self.times[row + 1] - self.times[row])
        if not -1e-6 <= share <= 1 + 1e-6:
            return dict.fromkeys(self.angle_names, float("nan"))
        turn = wrapped_deg(self.angles_deg[row + 1] - self.angles_deg[row])
        return dict(zip(self.angle_names, (self.angles_deg[row] + share * turn).tolist(), strict=True))

    @property
    def fault(self) -> Fault | None:
        """The largest fault; None of a clean throw."""
        return max(self.faults, key=lambda fault: fault.size, default=None)


def truth_of(motion: Motion, player: int) -> ThrowTruth:
    """Return what is true of a motion."""
    body, target = motion.body(), np.array(motion.target)
    if motion.player.hand == "left":
        body, target = body.mirrored(), target * (-1.0, 1.0, 1.0)
    angles = measure_angles(body, target)
    return ThrowTruth(
        technique=motion.technique,
        arm_slot=motion.arm_slot or "none",
        player=player,
        faults=motion.faults,
        moments={moment.name: moment.time for moment in motion.moments},
        times=motion.times,
        angle_names=angles.names,
        angles_deg=angles.degrees,
    )


def truth_of_clip(row: Mapping[str, Any], truth: ClipTruth) -> ThrowTruth:
    """Return what is true of a rendered clip; `row` is its row in the manifest."""
    return ThrowTruth(
        technique=row["technique"],
        arm_slot=row["arm_slot"] or "none",
        player=row["player"],
        faults=tuple(Fault(**fault) for fault in json.loads(row["faults"])),
        moments=dict(truth.moments),
        times=truth.times,
        angle_names=truth.angle_names,
        angles_deg=truth.angles_deg,
    )
