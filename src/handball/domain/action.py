"""The key actions of a throw, what its feet and hips do meanwhile, and the order of its peak speeds."""

from __future__ import annotations

from typing import Literal

import attrs

from handball.domain.skeleton import Side

AnchorName = Literal["start", "cocking", "strike", "finish"]
KEY_ACTION_NAMES: tuple[AnchorName, ...] = ("start", "cocking", "strike", "finish")
"""The anchors: key actions that every throw has inside the program; alignment, tempo and faults hang on them."""
KeyActionName = str
"""One of the anchors, or a key action that a coach has added."""

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
    """One of the moments at which a throw can be compared.

    Attributes
    ----------
    name
        An anchor, or an identifier of a coach's own.
    like
        Of an added one: the anchor whose tolerances and weights hold for it. None for the anchors themselves.
    offset_from
        Of one that lies a fixed time from another key action: that one.
    """

    name: KeyActionName
    like: AnchorName | None = None
    offset_from: KeyActionName | None = None

    @property
    def role(self) -> AnchorName:
        """The anchor that it is, or whose tolerances and weights hold for it."""
        return next((name for name in KEY_ACTION_NAMES if name == self.name), self.like or "cocking")


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
    """The key actions of one throw.

    Attributes
    ----------
    marks
        The anchors: start, cocking, strike and finish, in this order.
    literal
        What the paper's whole-clip elbow-height rule would have taken, for comparison.
    events
        What feet and hips do, as far as the clip shows it.
    kind
        None where the clip does not show whether this is a jump.
    added
        Key actions that a coach has added, as far as the clip shows them.
    compared
        The coach's list: names of the key actions at which the throw is compared, some of which the clip may not show.
    """

    marks: tuple[KeyAction, KeyAction, KeyAction, KeyAction]
    hand: Side
    arm_slot: ArmSlot
    literal: tuple[KeyAction, ...] = ()
    events: tuple[ThrowEvent, ...] = ()
    kind: FoundKind | None = None
    added: tuple[KeyAction, ...] = ()
    compared: tuple[KeyActionName, ...] = KEY_ACTION_NAMES

    def __attrs_post_init__(self) -> None:
        if tuple(mark.name for mark in self.marks) != KEY_ACTION_NAMES:
            raise ValueError(f"key actions must be {KEY_ACTION_NAMES}")
        rows = [mark.row for mark in self.marks]
        if rows != sorted(rows):
            raise ValueError(f"key actions must follow each other, found rows {rows}")
        names = [mark.name for mark in (*self.marks, *self.added)]
        if len(set(names)) < len(names):
            raise ValueError(f"key actions must have different names, found {names}")

    def __getitem__(self, name: KeyActionName) -> KeyAction:
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def find(self, name: KeyActionName) -> KeyAction | None:
        """Return an anchor or an added key action, or None where the clip does not show it."""
        return next((mark for mark in (*self.marks, *self.added) if mark.name == name), None)

    @property
    def listed(self) -> tuple[KeyAction, ...]:
        """Those of the coach's list that the clip shows, in order of time."""
        found = (mark for mark in (*self.marks, *self.added) if mark.name in self.compared)
        return tuple(sorted(found, key=lambda mark: (mark.row, mark.time)))

    @property
    def unseen(self) -> tuple[KeyActionName, ...]:
        """Names of the coach's list that the clip does not show."""
        return tuple(name for name in self.compared if self.find(name) is None)

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
    unit: Literal["deg", "ms", "%", "arm_lengths", "body_heights", "m", "m/s"]
    value: float
    sigma: float
    key_action: KeyActionName | None = None
