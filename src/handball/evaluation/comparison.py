"""Turn a quantity of both clips into a finding."""

from __future__ import annotations

import attrs
import numpy as np

from handball.domain.action import KeyAction, KeyActionName, Measure
from handball.domain.assessment import Finding
from handball.domain.performance import Performance
from handball.domain.standard import StandardAction
from handball.evaluation.importance import needs_exact_frame
from handball.evaluation.settings import EvaluationSettings
from handball.evaluation.tolerances import angle_tolerance, measure_tolerance, scaled_tolerance
from handball.evaluation.uncertainty import Reading, combined, read_angle, value_at
from handball.evaluation.verdicts import judge
from handball.kinematics.angles import AGAINST_DIRECTION
from handball.kinematics.vectors import wrapped_deg

FRONT_OR_BACK_DEG = 120.0
"""No two throws turn so differently: one camera has taken front for back, and the turn is not measurable."""
TURNS = AGAINST_DIRECTION | {"hip_shoulder_separation"}


@attrs.frozen(kw_only=True)
class Expectation:
    """What the standard shows: a value, its spread over clips (NaN for one clip) and its uncertainty."""

    value: float
    spread: float
    uncertainty: float


def compare_angle(
    standard: StandardAction,
    performance: Performance,
    name: str,
    marks: tuple[KeyAction, KeyAction],
    settings: EvaluationSettings,
) -> Finding:
    """Compare one angle at one key action; the two marks stand on the rows of their own clip, reference first."""
    reference_mark, mark = marks
    expected = expected_angle(standard, name, reference_mark)
    reading = read_angle(performance.angles, name, mark, performance.error_bars)
    difference = _wrapped(reading.value - expected.value)
    uncertainty = combined(expected.uncertainty, reading.pose_sigma, reading.timing_sigma)
    if name in TURNS and abs(difference) > FRONT_OR_BACK_DEG:
        uncertainty = 180.0
    return _finding(
        Finding(
            name=name,
            unit="deg",
            reference=expected.value,
            performance=reading.value,
            difference=difference,
            tolerance=angle_tolerance(name, reference_mark.role),
            uncertainty=uncertainty,
            verdict="not_measurable",
        ),
        expected.spread,
        settings,
    )


def expected_angle(standard: StandardAction, name: str, mark: KeyAction) -> Expectation:
    """Read an angle of the standard: the medoid's, or the mean of the band where there is one at that moment.

    The spread of a band is its tolerance and no uncertainty; only the standard error of the mean
    is, and that never with less than the pose noise of the medoid.
    """
    reading = read_angle(standard.reference.angles, name, mark, standard.reference.error_bars)
    if not _has_band(standard, mark) or name not in standard.reference.angles.names:
        return Expectation(
            value=reading.value, spread=np.nan, uncertainty=combined(reading.pose_sigma, reading.timing_sigma)
        )
    return _banded(standard, name, mark, reading)


def _has_band(standard: StandardAction, mark: KeyAction) -> bool:
    """Whether there is a band and it reaches to a key action: it stands on the rows from start to finish."""
    action = standard.reference.action_rows
    return standard.band is not None and action.start <= mark.row < action.stop


def _banded(standard: StandardAction, name: str, mark: KeyAction, reading: Reading) -> Expectation:
    band, action = standard.band, standard.reference.action_rows
    if band is None:
        raise ValueError("the standard has no band")
    column = standard.reference.angles.names.index(name)
    on_band = attrs.evolve(mark, row=mark.row - action.start)
    times = standard.reference.angles.times[action]
    spread = float(band.spread_deg[on_band.row, column])
    return Expectation(
        value=value_at(times, band.mean_deg[:, column], on_band),
        spread=spread,
        uncertainty=combined(max(spread, reading.pose_sigma) / np.sqrt(band.clips), reading.timing_sigma),
    )


def compare_measure(
    standard: StandardAction,
    performance: Performance,
    name: str,
    key_action: KeyActionName | None,
    settings: EvaluationSettings,
) -> Finding:
    """Compare one measure by its name and key action; NaN where a clip lacks it."""
    found = _measure(performance, name, key_action)
    expected = expected_measure(standard, name, key_action)
    unit = next(m.unit for clip in (standard.reference, performance) for m in clip.measures if m.name == name)
    value = found.value if found else np.nan
    difference = value - expected.value
    return _finding(
        Finding(
            name=name,
            unit=unit,
            reference=expected.value,
            performance=value,
            difference=_wrapped(difference) if unit == "deg" else difference,
            tolerance=measure_tolerance(name),
            uncertainty=combined(expected.uncertainty, found.sigma if found else np.nan),
            verdict="not_measurable",
            exact_frame=needs_exact_frame(name),
        ),
        expected.spread,
        settings,
    )


def expected_measure(standard: StandardAction, name: str, key_action: KeyActionName | None) -> Expectation:
    """Take a measure of the standard: the medoid's, or mean and spread over the clips of a band."""
    own = _measure(standard.reference, name, key_action)
    sigma = own.sigma if own else np.nan
    clips = standard.clips if standard.band is not None else ()
    every = [m.value for clip in clips if (m := _measure(clip, name, key_action)) and np.isfinite(m.value)]
    if len(every) < 2:
        return Expectation(value=own.value if own else np.nan, spread=np.nan, uncertainty=sigma)
    spread = float(np.std(every, ddof=1))
    return Expectation(
        value=float(np.mean(every)), spread=spread, uncertainty=float(np.fmax(spread, sigma)) / np.sqrt(len(every))
    )


def _measure(clip: Performance, name: str, key_action: KeyActionName | None) -> Measure | None:
    return next((m for m in clip.measures if m.name == name and m.key_action == key_action), None)


def _wrapped(degrees: float) -> float:
    return float(wrapped_deg(np.asarray(degrees, dtype=np.float64)))


def _finding(raw: Finding, spread: float, settings: EvaluationSettings) -> Finding:
    """Scale the tolerance of the table that `raw` carries, and judge."""
    tolerance = scaled_tolerance(raw.tolerance, spread, settings)
    verdict = judge(raw.difference, tolerance, raw.uncertainty, cap=settings.cap_share * raw.tolerance)
    return attrs.evolve(raw, tolerance=tolerance, verdict=verdict)
