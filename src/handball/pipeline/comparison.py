"""Analysed clips to an `Assessment`: the standard, the alignment, the moments carried over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from handball.alignment import PiecewiseAligner, average, carried_over, default_aligner
from handball.config import Settings
from handball.domain.action import EVENT_NAMES, KeyAction, KeyActionName
from handball.domain.alignment import Alignment
from handball.domain.assessment import Assessment
from handball.domain.performance import Notice, Performance
from handball.domain.skeleton import Side
from handball.domain.standard import StandardAction
from handball.errors import UsageError
from handball.evaluation import EvaluationSettings, evaluate
from handball.evaluation.repeated import combine
from handball.key_actions.listing import OFFSET, beside
from handball.key_actions.released import RULE
from handball.kinematics.measures import cocking_to_strike
from handball.pipeline.hooks import Hooks
from handball.pipeline.views import compared_in_like_views

_OWN_RULES = (RULE, "peak_hand_speed", "peak_elbow_extension", "arm_top_after_trunk_turn", "manual")
"""A strike that was found in the performance itself, and whatever the user has set, is not carried over."""


_SIDES: tuple[Side, Side] = ("left", "right")

_AGREES = 1.5
"""Standard deviations of both moments together within which a carried moment agrees with the performance's own."""


def build_standard(clips: Sequence[Performance], hooks: Hooks) -> StandardAction:
    """Build the standard from one coach clip, or a band from several."""
    with hooks.stage("align"):
        if len(clips) == 1:
            return StandardAction(clips=tuple(clips), medoid=0, band=None)
        medoid, band = average([clip.angles.rows(clip.action_rows) for clip in clips], default_aligner())
        return StandardAction(clips=tuple(clips), medoid=medoid, band=band)


def compare(standard: StandardAction, performance: Performance, settings: Settings, hooks: Hooks) -> Assessment:
    """Align a performance with a standard and measure what differs.

    Raises
    ------
    ArmNotVisibleError
        When nothing can be compared.
    """
    reference = standard.reference
    with hooks.stage("align"):
        action = reference.angles.rows(reference.action_rows)
        alignment = default_aligner()(action, performance.angles)
        carried = tuple(_carried(mark, alignment, reference, performance) for mark in reference.key_actions.marks)
        marks = _in_order(carried, performance.key_actions.marks)
        if marks is not carried or all(mark.rule == "manual" for mark in marks):
            alignment = _between_marks(reference, performance, marks)
        whole = attrs.evolve(alignment, path=alignment.path + np.array([reference.action_rows.start, 0]))
        every = (*marks, *_added(reference, performance, marks, alignment))
    with hooks.stage("evaluate"):
        known = evaluation_settings(settings)
        found = compared_in_like_views(
            reference,
            _with_tempo(performance, marks),
            lambda seen: evaluate(standard, seen, whole, settings=known, carried=every),
        )
    return attrs.evolve(found, notices=(*found.notices, *_unseen(reference, performance)))


def compare_throws(
    standard: StandardAction, performances: Sequence[Performance], settings: Settings, hooks: Hooks
) -> Assessment:
    """Compare every throw of one athlete with a standard, and combine what they show (see `combine`).

    Raises
    ------
    UsageError
        When the throws are with different hands.
    ArmNotVisibleError
        When nothing can be compared.
    """
    hands = {one.hand: one for one in performances}
    if len(hands) > 1:
        left, right = (f"{hands[side].path.name} ({hands[side].key_actions['strike'].time:.1f} s)" for side in _SIDES)
        raise UsageError(
            f"One athlete throws with one hand: {left} is with the left, {right} with the right; set --hand, or leave "
            "one of them out."
        )
    every = [compare(standard, one, settings, hooks) for one in performances]
    with hooks.stage("evaluate"):
        return combine(every, evaluation_settings(settings))


def evaluation_settings(settings: Settings) -> EvaluationSettings:
    """Return what the evaluation needs of all settings."""
    technique = settings.technique
    return EvaluationSettings(
        strictness=settings.strictness,
        technique=technique.shipped if technique is not None else settings.action,
        own_standard=settings.own_standard,
        first=technique.first if technique is not None else {},
    )


def _between_marks(reference: Performance, performance: Performance, marks: tuple[KeyAction, ...]) -> Alignment:
    """Stretch evenly between the moments of both clips, where the user has set them all or the path makes no sense."""
    action = reference.action_rows
    pairs = zip(reference.key_actions.marks, marks, strict=True)
    aligner = PiecewiseAligner(
        marks=tuple((first.row - action.start, second.row) for first, second in pairs),
        name="stretched between the key actions",
    )
    return aligner(reference.angles.rows(action), performance.angles)


def _with_tempo(performance: Performance, marks: tuple[KeyAction, ...]) -> Performance:
    """Measure the time from cocking to strike between the moments that are compared, not two rules' own."""
    start, cocking, strike, finish = marks
    tempo = cocking_to_strike(attrs.evolve(performance.key_actions, marks=(start, cocking, strike, finish)))
    (tempo,) = performance.error_bars.on_measures((tempo,))
    measures = tuple(tempo if one.name == tempo.name else one for one in performance.measures)
    return attrs.evolve(performance, measures=measures)


def _carried(mark: KeyAction, alignment: Alignment, reference: Performance, performance: Performance) -> KeyAction:
    """Carry one key action of the reference over to the performance.

    Where the performance's own moment was found by the same rule and both agree within their timing
    uncertainty, it is kept; where they disagree, half the distance widens that uncertainty.
    """
    own = performance.key_actions[mark.name]
    if own.rule in _OWN_RULES and own.rule in (mark.rule, "manual"):
        return own
    action = reference.angles.rows(reference.action_rows)
    time = carried_over(alignment, action, performance.angles, mark.time)
    known = float(np.hypot(own.timing_sigma_s, mark.timing_sigma_s))
    if own.rule == mark.rule and abs(time - own.time) <= _AGREES * known:
        return own
    row = performance.body.row_at(time)
    doubt = abs(time - own.time) / 2 if own.rule == mark.rule else 0.0
    return attrs.evolve(
        own,
        row=row,
        frame=int(performance.body.frames[row]),
        time=float(time),
        rule="carried_over",
        confidence=min(own.confidence, mark.confidence),
        timing_sigma_s=float(np.hypot(max(own.timing_sigma_s, mark.timing_sigma_s), min(doubt, 0.1))),
    )


def _added(
    reference: Performance, performance: Performance, marks: Sequence[KeyAction], alignment: Alignment
) -> tuple[KeyAction, ...]:
    """Return the key actions of the performance that a coach has added, as far as both clips show them.

    What the feet do and what the user has set stands where it is; a fixed time from another key action is counted
    from where that one is compared; what the arm does is carried over as the cocking is.
    """
    placed = {mark.name: mark for mark in marks}
    left = {mark.name: mark for mark in performance.key_actions.added if reference.key_actions.find(mark.name)}
    for own in sorted(left.values(), key=lambda mark: _steps(mark, left)):
        first = reference.key_actions[own.name]
        if own.rule == OFFSET and own.offset_from is not None:
            base = performance.key_actions.find(own.offset_from)
            there = placed.get(own.offset_from, base)
            moved = beside(there, own, own.time - base.time, performance.body) if there and base else own
        elif own.rule in ("manual", *EVENT_NAMES) or not _in_action(first, reference):
            moved = own
        else:
            moved = _carried(first, alignment, reference, performance)
        placed |= {own.name: moved} if moved is not None else {}
    return tuple(mark for name, mark in placed.items() if name in left)


def _in_action(mark: KeyAction, clip: Performance) -> bool:
    return clip.key_actions["start"].row <= mark.row <= clip.key_actions["finish"].row


def _steps(mark: KeyAction, among: Mapping[KeyActionName, KeyAction]) -> int:
    """Count the key actions that a key action hangs on, so that what others hang on comes first."""
    base = among.get(mark.offset_from) if mark.offset_from is not None else None
    return 1 + _steps(base, among) if base is not None else 0


def _unseen(reference: Performance, performance: Performance) -> tuple[Notice, ...]:
    """Say which key actions of the coach's list a clip does not show, so that they are not compared."""
    sides = (("key_action_unseen_standard", reference), ("key_action_unseen_test", performance))
    return tuple(
        Notice(key=key, values=(("key_action", name),)) for key, clip in sides for name in clip.key_actions.unseen
    )


def _in_order(marks: tuple[KeyAction, ...], own: tuple[KeyAction, ...]) -> tuple[KeyAction, ...]:
    """Return the carried moments where they follow each other, else the performance's own.

    Movements that hardly resemble each other are aligned badly: moments then fall together, while
    each clip's own rule still finds its own.
    """
    rows = [mark.row for mark in marks]
    apart = rows[0] < rows[1] < rows[2] < rows[3]
    return marks if apart else own
