"""Which tips name which fault: the answers that count as right when a fault was put into a throw.

The fault itself, or a difference from the coach that speaks of the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handball.domain.assessment import Advice
from handball.synthesis.faults import FAULTS
from handball.synthesis.motion import Technique

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
"""What a mere difference from the coach may say of a fault that the table does not fire on."""


def degree_faults(technique: Technique) -> tuple[str, ...]:
    """Return the faults of a technique whose size is in degrees.

    Examples
    --------
    >>> "low_elbow" in degree_faults("pass"), "short_step" in degree_faults("pass")
    (True, False)
    """
    return tuple(name for name, (unit, techniques, _) in FAULTS.items() if unit == "deg" and technique in techniques)


def names_fault(tip: Advice, fault: str) -> bool:
    """Tell whether a tip names a fault of the table, or a difference that says the same in the right direction."""
    if tip.fault is not None:
        return tip.fault.name == fault
    direction = "more" if tip.finding.difference > 0 else "less"
    return (tip.finding.name, direction) in FAULT_TIPS.get(fault, frozenset())
