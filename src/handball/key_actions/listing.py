"""Find in one throw the key actions that a coach has added to the four."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from handball.domain.action import (
    EVENT_NAMES,
    KEY_ACTION_NAMES,
    KeyAction,
    KeyActionName,
    KeyActions,
    KeyMoment,
    ThrowEvent,
)
from handball.domain.pose import Pose
from handball.key_actions.coach_list import Criterion, role_of
from handball.key_actions.curves import throw_curves
from handball.key_actions.manual import mark_at
from handball.key_actions.moments import cocking_by
from handball.key_actions.rule import mark_moment

OFFSET = "offset"
"""Rule of a key action that lies a fixed time from another one."""


def listed(
    found: KeyActions,
    criteria: Mapping[KeyActionName, Criterion],
    compared: Sequence[KeyActionName],
    body: Pose,
    *,
    events: Sequence[ThrowEvent] = (),
    by_hand: Mapping[KeyActionName, float] | None = None,
) -> KeyActions:
    """Add the key actions of a coach's list; one that the clip does not show is left out.

    Parameters
    ----------
    found
        The four, and what was added to them before: that stays where its rule is still the same or it was set by hand.
    criteria, compared
        How each is found, and which are compared.
    body
        Joints in right-handed form.
    events
        What the feet do; those of `found` without.
    by_hand
        Key actions that the user sets, in real seconds.
    """
    throw = _Throw(body=body, found=found, criteria=criteria, events=(*events, *found.events), by_hand=by_hand or {})
    added = [throw.mark(name) for name in compared if name not in KEY_ACTION_NAMES]
    return attrs.evolve(found, added=tuple(mark for mark in added if mark is not None), compared=tuple(compared))


def beside(base: KeyAction, mark: KeyAction, after_s: float, body: Pose) -> KeyAction | None:
    """Move a mark to a fixed time after a base; None where the clip does not go so far."""
    time = base.time + after_s
    gap = 0.5 / body.rate_hz
    if not body.times[0] - gap <= time <= body.times[-1] + gap:
        return None
    row = body.row_at(time)
    return attrs.evolve(
        mark,
        row=row,
        frame=int(body.frames[row]),
        time=time,
        confidence=base.confidence,
        timing_sigma_s=base.timing_sigma_s,
    )


@attrs.frozen(kw_only=True)
class _Throw:
    body: Pose
    found: KeyActions
    criteria: Mapping[KeyActionName, Criterion]
    events: tuple[ThrowEvent, ...]
    by_hand: Mapping[KeyActionName, float]

    def mark(self, name: KeyActionName) -> KeyAction | None:
        """Return one key action, or None where the clip does not show it."""
        if name in KEY_ACTION_NAMES:
            return self.found[name]
        like = role_of(name, self.criteria)
        if name in self.by_hand:
            return attrs.evolve(mark_at(self.body, name, self.by_hand[name]), like=like)
        criterion, before = self.criteria[name], self.found.find(name)
        if before is not None and before.rule in ("manual", criterion.rule):
            return attrs.evolve(before, like=like)
        mark = self._by_rule(name, criterion)
        return attrs.evolve(mark, like=like) if mark is not None else None

    def _by_rule(self, name: KeyActionName, criterion: Criterion) -> KeyAction | None:
        if criterion.after_ms:
            base = self.mark(criterion.rule)
            return self._offset(name, criterion, base) if base is not None else None
        if criterion.rule in EVENT_NAMES:
            event = next((one for one in self.events if one.name == criterion.rule), None)
            return at_event(name, event) if event is not None else None
        moment = cocking_by(criterion.rule, throw_curves(self.body), self.found["strike"].row)
        return mark_moment(self.body, name, moment) if moment is not None else None

    def _offset(self, name: KeyActionName, criterion: Criterion, base: KeyAction) -> KeyAction | None:
        shared = {field.name: getattr(base, field.name) for field in attrs.fields(KeyMoment)}
        mark = KeyAction(**shared | {"name": name, "rule": OFFSET, "offset_from": criterion.rule})
        return beside(base, mark, criterion.after_ms / 1000, self.body)


def at_event(name: KeyActionName, event: ThrowEvent) -> KeyAction:
    """Return a key action at an event; its rule is the name of that."""
    shared = {field.name: getattr(event, field.name) for field in attrs.fields(KeyMoment)}
    return KeyAction(**shared | {"name": name, "rule": event.name})
