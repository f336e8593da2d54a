"""Several throws of one athlete as one assessment: the median of each quantity, and what most throws show.

One throw differs from the next, and so does what a camera makes of it. The median of several is steadier than any of
them, and the spread between them says how steady. What all of them share stays: the error of the standard, and
what the net gets wrong in every picture from this side (see docs/explanation/several-throws.md).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import AnchorName, KeyAction, KeyActionName
from handball.domain.assessment import Advice, Assessment, Finding, KeyActionAssessment, Repetition, SingleThrow
from handball.domain.performance import Notice, Performance
from handball.evaluation.advice import Candidate, choose_advice, choose_praise
from handball.evaluation.faults import combine_faults
from handball.evaluation.importance import angle_weight, first_screen, measure_weight
from handball.evaluation.score import overall_score
from handball.evaluation.settings import EvaluationSettings
from handball.evaluation.spread import median_deg, median_error, robust_spread
from handball.evaluation.stages import combine_stages
from handball.evaluation.style import judge_style
from handball.evaluation.tolerances import angle_tolerance, measure_tolerance
from handball.evaluation.uncertainty import combined, read_angle
from handball.evaluation.verdicts import judge
from handball.kinematics.vectors import wrapped_deg

Key = tuple[str, KeyActionName | None]
"""A quantity and its moment."""

_TELLS_SOMETHING = 3.0
"""A throw counts unless its uncertainty is above so many tolerances of the table; the median is held to more."""
_FARTHEST = 3.0
"""A quantity counts for at most so many tolerances where the throw nearest to the median is looked for."""


def combine(assessments: Sequence[Assessment], settings: EvaluationSettings | None = None) -> Assessment:
    """Combine the assessments of several throws of one athlete, in the order in which they were thrown.

    Parameters
    ----------
    assessments
        Each against the same standard.
    settings
        Those that the assessments were made with; the defaults without.

    Returns
    -------
    Assessment
        Of a single throw just that. Else every finding is the median of the throws that can measure it (at least half
        of them must), a tip or praise stays only if most throws show it, and `performance`, `alignment` and the
        key actions are those of the throw nearest to the median.

    Raises
    ------
    ValueError
        Without assessments, or for different standards.
    ArmNotVisibleError
        When nothing at all can be compared.
    """
    if not assessments or any(one.standard.reference is not assessments[0].standard.reference for one in assessments):
        raise ValueError("only throws that were measured against the same standard can be combined")
    if len(assessments) == 1:
        return assessments[0]
    clips = [assessments[0].standard.reference, *(one.performance for one in assessments)]
    settings = (settings or EvaluationSettings()).of_clips(*clips)
    roles = _roles(assessments)
    throws = _filled([_by_key(one) for one in assessments], assessments)
    found = {key: _combined(key, throws, assessments, settings, roles) for key in throws[0] if _is_kept(key, roles)}
    middle = _nearest(assessments, throws, found, roles)
    there = {one.name for one in assessments[middle].key_actions}
    found = {key: one for key, one in found.items() if key[1] is None or key[1] in there}
    faults = combine_faults([one.faults for one in assessments])
    candidates = judge_style(
        [Candidate(finding=one, key_action=key[1], weight=_weight(key, roles)) for key, one in found.items()],
        assessments[0].standard,
        settings,
    )
    shown = [one for one in candidates if not _faulty(one.finding) or 2 * shown_in(one.finding) > len(throws)]
    good = [one for one in candidates if one.finding.verdict != "ok" or 2 * _fine_in(one.finding) > len(throws)]
    advice = choose_advice(shown, faults)
    return attrs.evolve(
        assessments[middle],
        key_actions=tuple(_moment(one, found) for one in assessments[middle].key_actions if one.name in roles),
        measures=tuple(found[key] for key in assessments[middle].measure_keys if key in found),
        score=overall_score(list(found.values()), [_weight(key, roles) for key in found], settings.score_scale),
        advice=tuple(attrs.evolve(one, shown_in=_said_by(one)) for one in advice),
        praise=_counted(choose_praise(good, advice, faults)),
        notices=_all_notices([one.notices for one in assessments]),
        performance=_with_notices(assessments, middle),
        faults=faults,
        stages=combine_stages([one.stages for one in assessments]),
        usual=any(one.beyond and not one.unusual for one in shown),
        repetition=Repetition(throws=_singles(assessments), pictured=middle, spread_deg=_repeatability(found, roles)),
    )


def shown_in(finding: Finding) -> int:
    """Count the throws that differ in the direction of the median by more than the tolerance.

    Examples
    --------
    >>> finding = Finding(name="right_elbow_angle", unit="deg", reference=90, performance=65, difference=-25,
    ...     tolerance=15, uncertainty=6, verdict="slight", each=(-25.0, -31.0, -8.0, float("nan"), -17.0))
    >>> shown_in(finding)
    3
    """
    way = math.copysign(1.0, finding.difference)
    return sum(way * one > finding.tolerance for one in finding.each)


def _said_by(tip: Advice) -> int:
    """Count the throws that show a correction."""
    return shown_in(tip.finding) if tip.fault is None else sum(one == "fired" for one in tip.fault.each)


def _fine_in(finding: Finding) -> int:
    return sum(abs(one) <= finding.tolerance for one in finding.each)


def _faulty(finding: Finding) -> bool:
    return finding.verdict in ("slight", "large")


def _counted(praise: Advice | None) -> Advice | None:
    return praise and attrs.evolve(praise, shown_in=_fine_in(praise.finding))


def _by_key(assessment: Assessment) -> dict[Key, Finding]:
    """Return every finding of a throw by its name and moment."""
    found: dict[Key, Finding] = {}
    for one in assessment.key_actions:
        found |= {(finding.name, one.name): finding for finding in one.angles}
    return found | dict(zip(assessment.measure_keys, assessment.measures, strict=True))


def _roles(assessments: Sequence[Assessment]) -> dict[KeyActionName, AnchorName]:
    """Return the roles of the key actions that at least two throws, and half of them, show."""
    every = [moment for one in assessments for moment in one.key_actions]
    count = Counter(moment.name for moment in every)
    least = max(2.0, len(assessments) / 2)
    return {moment.name: moment.reference.role for moment in every if count[moment.name] >= least}


def _filled(throws: Sequence[dict[Key, Finding]], assessments: Sequence[Assessment]) -> list[dict[Key, Finding]]:
    """Give every throw the same quantities: those of a key action that it does not show are not measurable.

    A quantity that a throw lacks otherwise is left out.
    """
    every = {key: finding for throw in reversed(throws) for key, finding in throw.items()}
    shown = [{moment.name for moment in one.key_actions} | {None} for one in assessments]
    shared = [
        key
        for key in dict.fromkeys((*throws[0], *every))
        if all(key in throw or key[1] not in there for throw, there in zip(throws, shown, strict=True))
    ]
    return [{key: throw[key] if key in throw else _not_seen(every[key]) for key in shared} for throw in throws]


def _not_seen(finding: Finding) -> Finding:
    return attrs.evolve(
        finding, performance=np.nan, difference=np.nan, uncertainty=np.nan, verdict="not_measurable", each=()
    )


def _is_kept(key: Key, roles: Mapping[KeyActionName, AnchorName]) -> bool:
    return key[1] is None or key[1] in roles


def _is_angle(key: Key, assessment: Assessment) -> bool:
    return key[0] in assessment.performance.angles.names


def _weight(key: Key, roles: Mapping[KeyActionName, AnchorName]) -> float:
    name, moment = key
    try:
        return measure_weight(name)
    except KeyError:
        return angle_weight(name, roles[moment]) if moment else 0.0


def _combined(
    key: Key,
    throws: Sequence[Mapping[Key, Finding]],
    assessments: Sequence[Assessment],
    settings: EvaluationSettings,
    roles: Mapping[KeyActionName, AnchorName],
) -> Finding:
    """Take the median of one quantity over the throws that can measure it, and judge that."""
    own = [throw[key] for throw in throws]
    at_moment = key[1] is not None and _is_angle(key, assessments[0])
    table = angle_tolerance(key[0], roles[key[1] or ""]) if at_moment else measure_tolerance(key[0])
    told = [one.uncertainty <= _TELLS_SOMETHING * table for one in own]
    each = np.array([one.difference if sure else np.nan for one, sure in zip(own, told, strict=True)], np.float64)
    seen = [number for number in range(len(own)) if not np.isnan(each[number])]
    if len(seen) < 2 or 2 * len(seen) < len(own):
        return attrs.evolve(
            own[0], performance=np.nan, difference=np.nan, uncertainty=np.nan, verdict="not_measurable",
            each=tuple(each.tolist()),
        )  # fmt: skip
    degrees = own[0].unit == "deg"
    away = each[seen]
    middle = median_deg(away) if degrees else float(np.median(away))
    left = np.asarray(wrapped_deg(away - middle)) if degrees else away - middle
    spread = robust_spread(left)
    uncertainty = _uncertainty(key, [own[number] for number in seen], [assessments[number] for number in seen], spread)
    value = own[0].reference + middle
    return attrs.evolve(
        own[0],
        performance=float(wrapped_deg(np.asarray(value))) if degrees else value,
        difference=middle,
        uncertainty=uncertainty,
        verdict=judge(middle, own[0].tolerance, uncertainty, cap=settings.cap_share * table),
        each=tuple(each.tolist()),
        spread=spread,
    )


def _uncertainty(key: Key, own: Sequence[Finding], assessments: Sequence[Assessment], spread: float) -> float:
    """Combine what the throws share, which stays, with the error of their median, which shrinks with their number.

    Chance between throws is never less than what the moments' own uncertainty makes of it: a few throws that
    happen to agree do not prove more.
    """
    chance = np.array([_chance(key, one.performance, _mark(one, key[1])) for one in assessments])
    whole = np.array([finding.uncertainty for finding in own])
    shared = np.sqrt(np.maximum(whole**2 - chance**2, 0.0))
    return float(np.hypot(np.median(shared), median_error(max(spread, float(np.median(chance))), len(own))))


def _chance(key: Key, performance: Performance, mark: KeyAction | None) -> float:
    """Return the part of one throw's uncertainty that differs from throw to throw.

    That is the uncertainty of its moments, and of the joints what one camera does not get wrong each time.
    """
    own = math.sqrt(1.0 - performance.error_bars.shared)
    if mark is not None and key[0] in performance.angles.names:
        reading = read_angle(performance.angles, key[0], mark, performance.error_bars)
        return float(np.nan_to_num(combined(reading.timing_sigma, own * reading.pose_sigma)))
    found = next((one for one in performance.measures if (one.name, one.key_action) == key), None)
    if found is None or not np.isfinite(found.sigma):
        return 0.0
    return found.sigma if found.unit == "ms" else own * found.sigma


def _mark(assessment: Assessment, name: KeyActionName | None) -> KeyAction | None:
    return next((one.performance for one in assessment.key_actions if one.name == name), None)


def _nearest(
    assessments: Sequence[Assessment],
    throws: Sequence[Mapping[Key, Finding]],
    found: Mapping[Key, Finding],
    roles: Mapping[KeyActionName, AnchorName],
) -> int:
    """Return the number of the throw whose quantities lie nearest to the medians, by importance.

    It is one of those that show the most key actions, since the pictures are its.
    """
    sure = {key: one for key, one in found.items() if np.isfinite(one.difference)}
    weights = np.array([_weight(key, roles) for key in sure])
    shown = [sum(moment.name in roles for moment in one.key_actions) for one in assessments]

    def distance(number: int) -> float:
        away = np.array([_away(throws[number][key], one) for key, one in sure.items()])
        return float((weights * away**2).sum())

    return min((number for number, count in enumerate(shown) if count == max(shown)), key=distance)


def _away(own: Finding, middle: Finding) -> float:
    """Return how far one throw lies from the median, in tolerances; the most where it cannot be measured."""
    if not np.isfinite(own.difference):
        return _FARTHEST
    left = own.difference - middle.difference
    left = float(wrapped_deg(np.asarray(left))) if middle.unit == "deg" else left
    return min(abs(left) / middle.tolerance, _FARTHEST)


def _moment(own: KeyActionAssessment, found: Mapping[Key, Finding]) -> KeyActionAssessment:
    return attrs.evolve(
        own, angles=tuple(found[one.name, own.name] for one in own.angles if (one.name, own.name) in found)
    )


def _singles(assessments: Sequence[Assessment]) -> tuple[SingleThrow, ...]:
    return tuple(
        SingleThrow(path=one.performance.path, strike=one.moment("strike").performance.time, score=one.score)
        for one in assessments
    )


def _repeatability(found: Mapping[Key, Finding], roles: Mapping[KeyActionName, AnchorName]) -> float:
    """Return the median spread of the angles of the first screen in degrees."""
    spreads: NDArray[np.float64] = np.array(
        [one.spread for (name, moment), one in found.items() if moment and name in first_screen(roles[moment])]
    )
    return float(np.nanmedian(spreads)) if np.isfinite(spreads).any() else float("nan")


def _all_notices(each: Sequence[tuple[Notice, ...]]) -> tuple[Notice, ...]:
    """Keep the first notice of each kind; of key actions that are not seen, the first of each."""
    return tuple({_kind(notice): notice for notices in reversed(each) for notice in reversed(notices)}.values())[::-1]


def _kind(notice: Notice) -> object:
    return notice if notice.key.startswith("key_action_unseen") else notice.key


def _with_notices(assessments: Sequence[Assessment], middle: int) -> Performance:
    """Let the pictured throw say what must be known of any of them, its own notices first."""
    performances = [assessments[middle].performance, *(one.performance for one in assessments)]
    return attrs.evolve(performances[0], notices=_all_notices([one.notices for one in performances]))
