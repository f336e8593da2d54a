"""Measure a performance against a standard at the key actions and over the whole throw."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import attrs

from handball.domain.action import KEY_ACTION_NAMES, KeyAction, KeyActionName
from handball.domain.alignment import Alignment
from handball.domain.assessment import Assessment, FaultFinding, KeyActionAssessment, StageFinding, compared_measures
from handball.domain.performance import Notice, Performance
from handball.domain.standard import StandardAction
from handball.evaluation.advice import Candidate, choose_advice, choose_praise
from handball.evaluation.comparison import compare_angle, compare_measure
from handball.evaluation.fault_readings import circumstances_of, read_triggers
from handball.evaluation.faults import judge_faults
from handball.evaluation.importance import angle_weight, by_importance, measure_weight
from handball.evaluation.score import overall_score
from handball.evaluation.settings import EvaluationSettings
from handball.evaluation.stage_readings import read_stages
from handball.evaluation.stages import judge_stages
from handball.evaluation.style import judge_style, technique_of

NOMINAL_RATE_SHARE = 0.97
"""A phone's 60 pictures a second are often 59 or 58.5: no reason for a notice."""


def evaluate(
    standard: StandardAction,
    performance: Performance,
    alignment: Alignment,
    settings: EvaluationSettings | None = None,
    carried: Sequence[KeyAction] | None = None,
) -> Assessment:
    """Measure a performance against a standard.

    Parameters
    ----------
    standard, performance
        Both in right-handed form, reference first.
    alignment
        Handed on to the assessment.
    settings
        How strict to be; the defaults without.
    carried
        Key actions on the rows of the performance, the four anchors among them, for example carried over from the
        standard through the alignment; without, the performance's own.

    What is compared is the coach's list, as far as both clips show it.

    Returns
    -------
    Assessment
        Key actions stand in the standard's order of time, the angles of each in the order of importance. Advice holds
        at most two tips.

    Raises
    ------
    ArmNotVisibleError
        When nothing at all can be compared.
    """
    settings = (settings or EvaluationSettings()).of_clips(standard.reference, performance)
    own = performance.key_actions
    marks = {mark.name: mark for mark in (carried if carried is not None else (*own.marks, *own.added))}
    both = [mark for mark in standard.reference.key_actions.listed if mark.name in own.compared and mark.name in marks]
    moments = tuple(_assess(standard, performance, mark, marks[mark.name], settings) for mark in both)
    measures = _compare_measures(standard, performance, {mark.name for mark in both}, settings)
    candidates = judge_style([*_angle_candidates(moments), *measures], standard, settings)
    findings = [candidate.finding for candidate in candidates]
    faults = find_faults(standard, performance, [marks[name] for name in KEY_ACTION_NAMES], settings)
    advice = choose_advice(candidates, faults)
    return Assessment(
        standard=standard,
        performance=performance,
        alignment=alignment,
        key_actions=moments,
        measures=tuple(candidate.finding for candidate in measures),
        score=overall_score(findings, [candidate.weight for candidate in candidates], settings.score_scale),
        advice=advice,
        praise=choose_praise(candidates, advice, faults),
        notices=_notices(standard.reference, performance, settings),
        faults=faults,
        stages=find_stages(standard, performance, settings),
        usual=any(candidate.beyond and not candidate.unusual for candidate in candidates),
        left_out=tuple(
            KeyActionAssessment(name=mark.name, reference=mark, performance=marks[mark.name], angles=())
            for mark in standard.reference.key_actions.marks
            if mark not in both
        ),
    )


def find_faults(
    standard: StandardAction, performance: Performance, marks: Sequence[KeyAction], settings: EvaluationSettings
) -> tuple[FaultFinding, ...]:
    """Judge the table of faults on a performance; the clips of the standard forgive what they show themselves."""
    technique = technique_of(standard, settings)
    coaches = [read_triggers(clip, clip.key_actions.marks) for clip in standard.clips]
    readings = performance.error_bars.against_borders(read_triggers(performance, marks))
    return judge_faults(readings, circumstances_of(performance, technique, standard.clips), coaches)


def find_stages(
    standard: StandardAction, performance: Performance, settings: EvaluationSettings
) -> tuple[StageFinding, ...]:
    """Tell the level of each component of a throw: at its own key actions, since levels ask for no standard.

    Of the standard only the arm slot counts, as for faults: a low elbow alone makes a throw look like a side-arm one.
    """
    technique = technique_of(standard, settings)
    return judge_stages(read_stages(performance), circumstances_of(performance, technique, standard.clips))


@attrs.frozen(kw_only=True)
class KeyActionEvaluator:
    """The `Evaluator` of the stages: `evaluate` with fixed settings."""

    settings: EvaluationSettings = attrs.field(factory=EvaluationSettings)

    def __call__(
        self,
        standard: StandardAction,
        performance: Performance,
        alignment: Alignment,
        carried: Sequence[KeyAction] | None = None,
    ) -> Assessment:
        """Return what differs, by how much, how sure, and what to practise (see `evaluate`)."""
        return evaluate(standard, performance, alignment, self.settings, carried)


def _assess(
    standard: StandardAction,
    performance: Performance,
    reference_mark: KeyAction,
    mark: KeyAction,
    settings: EvaluationSettings,
) -> KeyActionAssessment:
    names = by_importance(performance.angles.names, mark.role, settings.first.get(mark.name))
    return KeyActionAssessment(
        name=mark.name,
        reference=reference_mark,
        performance=mark,
        angles=tuple(compare_angle(standard, performance, name, (reference_mark, mark), settings) for name in names),
    )


def _angle_candidates(moments: Sequence[KeyActionAssessment]) -> list[Candidate]:
    return [
        Candidate(finding=finding, key_action=moment.name, weight=angle_weight(finding.name, moment.reference.role))
        for moment in moments
        for finding in moment.angles
    ]


def _compare_measures(
    standard: StandardAction, performance: Performance, names: Collection[KeyActionName], settings: EvaluationSettings
) -> list[Candidate]:
    """Compare the measures of the whole throw and of named key actions that one of the two clips has."""
    return [
        Candidate(
            finding=compare_measure(standard, performance, name, key_action, settings),
            key_action=key_action,
            weight=measure_weight(name),
        )
        for name, key_action in compared_measures(standard.reference, performance, names)
    ]


def _notices(reference: Performance, performance: Performance, settings: EvaluationSettings) -> tuple[Notice, ...]:
    notices: list[Notice] = []
    rate = min(reference.rate_hz, performance.rate_hz)
    if rate < NOMINAL_RATE_SHARE * settings.low_rate_hz:
        notices.append(_notice("low_rate_exact_measures", rate_hz=f"{rate:.0f}"))
    slots = reference.key_actions.arm_slot, performance.key_actions.arm_slot
    if slots[0] != slots[1]:
        notices.append(_notice("arm_slot_differs", standard=slots[0], test=slots[1]))
    if reference.hand != performance.hand:
        notices.append(_notice("hands_differ", standard=reference.hand, test=performance.hand))
    return tuple(notices)


def _notice(key: str, **values: str) -> Notice:
    return Notice(key=key, values=tuple(values.items()))
