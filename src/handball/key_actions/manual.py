"""Key actions that the user sets by hand."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from handball.domain.action import KEY_ACTION_NAMES, AnchorName, KeyAction, KeyActionName, KeyActions
from handball.domain.pose import Pose
from handball.errors import UsageError
from handball.key_actions.literal import literal_key_actions
from handball.key_actions.rule import arm_slot


def at_times(body: Pose, times: Mapping[KeyActionName, float], found: KeyActions | None) -> KeyActions:
    """Replace key actions by the frames nearest to given times (real seconds).

    Parameters
    ----------
    body
        Joints in right-handed form.
    times
        Some or all of the four, in seconds; those of others count only in that they lie inside the clip.
    found
        What the rule found; may be None when all four are given.

    Raises
    ------
    UsageError
        When the moments do not follow each other or lie outside the clip.
    """
    first, last = float(body.times[0]), float(body.times[-1])
    for name, time in times.items():
        if not first - 0.5 / body.rate_hz <= time <= last + 0.5 / body.rate_hz:
            raise UsageError(
                f"--key {name}={time:g} lies outside what was analysed, {first:.2f} to {last:.2f} seconds."
            )
    marks = [mark_at(body, name, times[name]) if name in times else _found(found, name) for name in KEY_ACTION_NAMES]
    rows = [mark.row for mark in marks]
    if rows != sorted(rows):
        order = ", ".join(f"{mark.name} {mark.time:.2f} s" for mark in marks)
        raise UsageError(f"Key actions must follow each other as start, cocking, strike, finish; found {order}.")
    start, cocking, strike, finish = marks
    slot = arm_slot(body, strike.row)
    both = (start, cocking, strike, finish)
    if found is not None:
        return attrs.evolve(found, marks=both, arm_slot=slot)
    return KeyActions(marks=both, hand="right", arm_slot=slot, literal=literal_key_actions(body))


def mark_at(body: Pose, name: KeyActionName, time: float) -> KeyAction:
    """Return the key action that a user has set: the frame nearest to a time in real seconds."""
    row = body.row_at(time)
    return KeyAction(
        name=name,
        row=row,
        frame=int(body.frames[row]),
        time=float(body.times[row]),
        rule="manual",
        confidence=1.0,
        timing_sigma_s=float(1.0 / body.rate_hz / np.sqrt(12)),
    )


def _found(found: KeyActions | None, name: AnchorName) -> KeyAction:
    if found is None:
        raise UsageError(f"--key gives no {name}, and it was not found: give all four key actions.")
    return found[name]
