"""The four key actions of a throw, what its feet and hips do meanwhile, and the order of its peak speeds."""

from __future__ import annotations

from typing import Literal

import attrs

from handball.domain.skeleton import Side

KeyActionName = Literal["start", "cocking", "strike", "finish"]
KEY_ACTION_NAMES: tuple[KeyActionName, ...] = ("start", "cocking", "strike", "finish")

ArmSlot = Literal["overhead", "side", "low"]


EventName = Literal["plant", "take_off", "top", "landing"]
EVENT_NAMES: tuple[EventName, ...] = ("plant", "take_off", "top", "landing")

ThrowKind = Literal["jump", "standing"]


@attrs.frozen(kw_only=True)
class KeyMoment:
    """When something happens in a throw.

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

    row: int
    frame: int
    time: float
    rule: str
    confidence: float
    timing_sigma_s: float


@attrs.frozen(kw_only=True)
class KeyAction(KeyMoment):
    """One of the four moments at which a throw is compared."""

    name: KeyActionName


@attrs.frozen(kw_only=True)
class ThrowEvent(KeyMoment):
    """What feet and hips do in a throw.

    `plant` is when the front foot comes down (in a jump the foot that takes off), `take_off` when that
    foot leaves the floor, `top` when the hips are highest and `landing` when a foot is down again.
    """

    name: EventName


@attrs.frozen(kw_only=True)
class FoundKind:
    """Whether the ball is thrown in a jump or standing, and how sure that is from 0.5 to 1."""

    kind: ThrowKind
    confidence: float


@attrs.frozen(kw_only=True)
class KeyActions:
    """Start, cocking, strike and finish of one throw, in this order.

    `literal` holds what the paper's whole-clip elbow-height rule would have taken, for comparison;
    `events` what feet and hips do, as far as the clip shows it; `kind` is None where it does not show
    whether this is a jump.
    """

    marks: tuple[KeyAction, KeyAction, KeyAction, KeyAction]
    hand: Side
    arm_slot: ArmSlot
    literal: tuple[KeyAction, ...] = ()
    events: tuple[ThrowEvent, ...] = ()
    kind: FoundKind | None = None

    def __attrs_post_init__(self) -> None:
        if tuple(mark.name for mark in self.marks) != KEY_ACTION_NAMES:
            raise ValueError(f"key actions must be {KEY_ACTION_NAMES}")
        rows = [mark.row for mark in self.marks]
        if rows != sorted(rows):
            raise ValueError(f"key actions must follow each other, found rows {rows}")

    def __getitem__(self, name: KeyActionName) -> KeyAction:
        return self.marks[KEY_ACTION_NAMES.index(name)]

    def event(self, name: EventName) -> ThrowEvent | None:
        """Return one event, or None where the clip does not show it."""
        return next((event for event in self.events if event.name == name), None)


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
