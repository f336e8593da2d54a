"""The four key actions of a throw and the order of its peak speeds."""

from __future__ import annotations

from typing import Literal

import attrs

from handball.domain.skeleton import Side

KeyActionName = Literal["start", "cocking", "strike", "finish"]
KEY_ACTION_NAMES: tuple[KeyActionName, ...] = ("start", "cocking", "strike", "finish")

ArmSlot = Literal["overhead", "side", "low"]


@attrs.frozen(kw_only=True)
class KeyAction:
    """One moment of a throw.

    Attributes
    ----------
    row
        Row of the pose that was analysed.
    frame
        Zero-based decoded frame of the file.
    time
        Real seconds since the first frame of the file.
    rule
        What found it, for example `peak_hand_speed`, `elbow_top` or `manual`.
    confidence
        From 0 to 1: how clearly the curve shows the moment.
    timing_sigma_s
        One standard deviation of the moment, from the frame rate and the shape of the curve.
    """

    name: KeyActionName
    row: int
    frame: int
    time: float
    rule: str
    confidence: float
    timing_sigma_s: float


@attrs.frozen(kw_only=True)
class KeyActions:
    """Start, cocking, strike and finish of one throw, in this order.

    `literal` holds what the paper's whole-clip elbow-height rule would have taken, for comparison.
    """

    marks: tuple[KeyAction, KeyAction, KeyAction, KeyAction]
    hand: Side
    arm_slot: ArmSlot
    literal: tuple[KeyAction, ...] = ()

    def __attrs_post_init__(self) -> None:
        if tuple(mark.name for mark in self.marks) != KEY_ACTION_NAMES:
            raise ValueError(f"key actions must be {KEY_ACTION_NAMES}")
        rows = [mark.row for mark in self.marks]
        if rows != sorted(rows):
            raise ValueError(f"key actions must follow each other, found rows {rows}")

    def __getitem__(self, name: KeyActionName) -> KeyAction:
        return self.marks[KEY_ACTION_NAMES.index(name)]


@attrs.frozen(kw_only=True)
class SpeedPeak:
    """When a part of the body was fastest, and how fast (degrees a second or metres a second)."""

    part: Literal["pelvis", "trunk", "elbow", "hand"]
    time: float
    value: float
    unit: Literal["deg/s", "m/s"]
    timing_sigma_s: float


@attrs.frozen(kw_only=True)
class Measure:
    """One number of a throw that is no joint angle at a frame, with one standard deviation.

    `key_action` is the moment it belongs to, or None for the throw as a whole. `value` is NaN where
    the clip cannot give it.
    """

    name: str
    unit: Literal["deg", "ms", "%", "arm_lengths", "body_heights", "m/s"]
    value: float
    sigma: float
    key_action: KeyActionName | None = None
