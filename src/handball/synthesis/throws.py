"""The one-handed throws: standing shot with a stem step, jump shot after three steps, and the pass.

Moves as taught, with 0 at the strike. Timing and size follow published and measured handball throws (see
`docs/explanation/synthesis.md`): the elbow is highest 100 ms before the peak hand speed, bent 50 to 60
degrees there, opens at more than 1,000 degrees a second; the pelvis is fastest first, then trunk, then elbow.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handball.synthesis.moves import Track

Tracks = Mapping[str, Track]

TAUGHT: Mapping[str, float] = MappingProxyType(
    {"start": -0.49, "plant": -0.13, "cocking": -0.10, "strike": 0.0, "finish": 0.30}
)
"""When the phases happen in the moves below, seconds from the strike."""
PASS_TAUGHT: Mapping[str, float] = MappingProxyType(dict(TAUGHT) | {"start": -0.455, "finish": 0.33})
"""The same in the pass."""
EARLIER_START: Mapping[str, float] = MappingProxyType({"overhead": 0.0, "side": 0.015, "low": 0.035})
"""Seconds by which the start comes earlier, since an elbow that stays lower has done a tenth of its rise earlier."""


def _track(rest: float, *moves: tuple[float, float, float]) -> Track:
    return Track(rest=rest, moves=moves)


SHOT: Tracks = MappingProxyType(
    {
        "hip_line_angle": _track(12, (-0.60, -0.30, 55), (-0.32, 0.00, -62), (0.02, 0.32, -22), (0.34, 0.75, 17)),
        "shoulder_line_angle": _track(
            12, (-0.60, -0.19, 76), (-0.235, 0.078, -102), (0.02, 0.30, -38), (0.34, 0.75, 40)
        ),
        "trunk_tilt_forward": _track(4, (-0.55, -0.25, -9), (-0.16, 0.18, 24), (0.08, 0.32, 14), (0.34, 0.80, -29)),
        "trunk_tilt_lateral": _track(1, (-0.45, -0.13, 16), (-0.115, 0.05, -6), (0.05, 0.40, -7), (0.34, 0.8, -4)),
        "right_shoulder_elevation": _track(
            42, (-0.62, -0.17, 64), (-0.23, -0.112, 12), (-0.120, -0.020, -34), (0.02, 0.28, -38), (0.34, 0.80, -24)
        ),
        "right_shoulder_azimuth": _track(
            40, (-0.60, -0.15, -48), (-0.112, 0.08, 38), (0.02, 0.26, 50), (0.34, 0.80, -60)
        ),
        "right_elbow_angle": _track(
            75, (-0.60, -0.22, 42), (-0.26, -0.088, -56), (-0.084, 0.078, 102), (0.08, 0.30, -39), (0.34, 0.80, 25)
        ),
        "right_forearm_rotation": _track(
            15, (-0.60, -0.16, 72), (-0.20, -0.02, 52), (-0.052, 0.12, -113), (0.12, 0.30, -20)
        ),
        "right_wrist_flexion": _track(0, (-0.40, -0.10, -35), (-0.05, 0.06, 65), (0.10, 0.40, -25)),
        "right_pronation": _track(10, (-0.60, -0.30, -10), (-0.02, 0.12, 45), (0.34, 0.8, -25)),
        "left_shoulder_elevation": _track(
            30, (-0.62, -0.25, 58), (-0.22, 0.05, -50), (0.08, 0.40, 4), (0.4, 0.85, -24)
        ),
        "left_shoulder_azimuth": _track(40, (-0.62, -0.25, -22), (-0.25, 0.05, -40), (0.4, 0.85, 40)),
        "left_elbow_angle": _track(75, (-0.62, -0.28, 80), (-0.25, 0.03, -88), (0.10, 0.45, 30), (0.45, 0.85, 55)),
        "left_forearm_rotation": _track(15, (-0.60, -0.25, 5), (-0.25, 0.0, -10)),
        "support": _track(1.0, (-0.66, -0.46, -1.0)),
    }
)
"""The overhead throw of a standing shot, ball held before the chest at first."""

PASS: Tracks = MappingProxyType(
    dict(SHOT)
    | {
        "hip_line_angle": _track(10, (-0.55, -0.28, 38), (-0.30, 0.00, -42), (0.02, 0.30, -10), (0.34, 0.75, 4)),
        "shoulder_line_angle": _track(10, (-0.55, -0.24, 58), (-0.24, 0.06, -68), (0.02, 0.28, -18), (0.34, 0.75, 18)),
        "trunk_tilt_forward": _track(4, (-0.50, -0.25, -5), (-0.16, 0.18, 13), (0.08, 0.30, 5), (0.34, 0.80, -13)),
        "trunk_tilt_lateral": _track(0, (-0.45, -0.072, 9), (0.02, 0.40, -8)),
        "right_shoulder_azimuth": _track(
            40, (-0.55, -0.15, -50), (-0.112, 0.08, 41), (0.02, 0.26, 25), (0.34, 0.80, -33)
        ),
        "right_shoulder_elevation": _track(
            36, (-0.58, -0.17, 66), (-0.22, -0.104, 10), (-0.110, -0.02, -27), (0.02, 0.28, -22), (0.34, 0.80, -46)
        ),
        "right_elbow_angle": _track(
            75, (-0.55, -0.22, 34), (-0.28, -0.092, -48), (-0.088, 0.076, 98), (0.08, 0.32, -24)
        ),
        "left_shoulder_elevation": _track(30, (-0.58, -0.25, 40), (-0.22, 0.05, -40), (0.08, 0.40, 4)),
        "left_elbow_angle": _track(75, (-0.58, -0.28, 60), (-0.25, 0.03, -60), (0.10, 0.45, 50)),
    }
)
"""The ordinary overarm pass: the same throw, smaller and flatter."""

JUMP: Tracks = MappingProxyType(
    dict(SHOT)
    | {
        "hip_line_angle": _track(6, (-0.50, -0.24, 42), (-0.29, 0.01, -58), (0.02, 0.30, -6), (0.32, 0.75, 16)),
        "shoulder_line_angle": _track(
            8, (-0.58, -0.19, 82), (-0.235, 0.078, -102), (0.02, 0.30, -28), (0.34, 0.75, 40)
        ),
        "trunk_tilt_forward": _track(9, (-0.55, -0.25, -13), (-0.13, 0.17, 25), (0.10, 0.32, 8), (0.34, 0.80, -20)),
        "right_shoulder_elevation": _track(
            39, (-0.62, -0.17, 67), (-0.23, -0.112, 12), (-0.120, -0.019, -35), (0.02, 0.28, -40), (0.34, 0.80, -24)
        ),
        "left_shoulder_elevation": _track(
            30, (-0.62, -0.25, 66), (-0.22, 0.05, -56), (0.08, 0.40, 6), (0.4, 0.85, -24)
        ),
    }
)
"""The jump shot: hips towards the goal in the run-up, shoulders turned back in the air."""

SLOTS: Mapping[str, tuple[tuple[str, tuple[tuple[float, float, float], ...]], ...]] = MappingProxyType(
    {
        "overhead": (),
        "side": (
            ("trunk_tilt_lateral", ((-0.35, -0.06, -22), (0.05, 0.4, 22))),
            ("right_shoulder_elevation", ((-0.45, -0.12, -8), (0.1, 0.4, 8))),
            ("right_forearm_rotation", ((-0.12, 0.04, -40), (0.10, 0.4, 40))),
        ),
        "low": (
            ("trunk_tilt_lateral", ((-0.40, -0.06, -40), (0.05, 0.45, 40))),
            ("right_shoulder_elevation", ((-0.45, -0.08, -42), (0.01, 0.24, 50), (0.34, 0.6, -8))),
            ("right_forearm_rotation", ((-0.20, 0.02, -60), (0.10, 0.4, 60))),
            ("crouch", ((-0.40, -0.10, 0.08), (0.1, 0.5, -0.08))),
        ),
    }
)
"""What the arm slots add to the overhead throw: the trunk leans to the throwing side, the arm comes from lower."""
