"""Which tips name which fault: the answers that count as right when a fault was put into a throw."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handball.domain.assessment import Advice

Said = tuple[str, str]
"""A quantity in right-handed form, and whether the learner has `more` or `less` of it than the coach."""

FAULT_TIPS: Mapping[str, frozenset[Said]] = MappingProxyType(
    {
        "low_elbow": frozenset({("right_shoulder_elevation", "less"), ("elbow_height", "less")}),
        "short_draw": frozenset({("hand_behind_shoulder", "less"), ("right_shoulder_azimuth", "more")}),
        "straight_cocking": frozenset({("least_elbow_angle", "more"), ("right_elbow_angle", "more")}),
        "push_arm": frozenset({("right_elbow_angle", "less")}),
        "faces_goal": frozenset(
            {
                ("shoulder_line_angle", "less"),
                ("hip_line_angle", "less"),
                ("hip_shoulder_separation", "less"),
                ("largest_hip_shoulder_separation", "less"),
            }
        ),
        "arm_only": frozenset(
            {
                ("largest_hip_shoulder_separation", "less"),
                ("hip_shoulder_separation", "less"),
                ("pelvis_to_trunk", "less"),
            }
        ),
        "wrong_foot": frozenset({("lead_foot", "less")}),
        "short_step": frozenset({("stride_length", "less"), ("lead_foot", "less")}),
        "soft_front_leg": frozenset({("left_knee_angle", "less")}),
        "no_follow_through": frozenset(
            {
                ("right_shoulder_elevation", "more"),
                ("right_shoulder_azimuth", "less"),
                ("shoulder_line_angle", "more"),
                ("trunk_tilt_forward", "less"),
            }
        ),
    }
)
"""A fault may be told by any of these; faults of timing have no tip of their own yet."""

DEGREE_FAULTS: tuple[str, ...] = (
    "low_elbow",
    "straight_cocking",
    "push_arm",
    "faces_goal",
    "arm_only",
    "soft_front_leg",
)
"""Faults whose size is in degrees."""


def names_fault(tip: Advice, fault: str) -> bool:
    """Tell whether a tip speaks of a fault, in the right direction."""
    direction = "more" if tip.finding.difference > 0 else "less"
    return (tip.finding.name, direction) in FAULT_TIPS.get(fault, frozenset())
