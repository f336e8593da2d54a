"""`evaluation.json`: the published format of an assessment (docs/reference/evaluation-json.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from handball.domain.action import KEY_ACTION_NAMES, KeyAction, KeyActionName, Measure, SpeedPeak
from handball.domain.assessment import Advice, Assessment, FaultFinding, Finding, KeyActionAssessment, StageFinding
from handball.domain.performance import Performance
from handball.domain.rig import RigFacts
from handball.domain.skeleton import Side, sided_name
from handball.reporting.capture_text import capture_values
from handball.storage.files import replacing

SCHEMA_VERSION = 1

Json = dict[str, Any]
"""A part of the document, for JSON and nothing else."""


def evaluation_document(
    assessment: Assessment,
    *,
    timing: Mapping[str, float],
    advice_texts: Sequence[str],
    notice_texts: Sequence[str],
    version: str,
    praise_text: str | None = None,
) -> Json:
    """Build the document of an assessment, ready for JSON: NaN is None, sides are those of the standard's thrower.

    Parameters
    ----------
    timing
        Seconds that each stage took.
    advice_texts, notice_texts, praise_text
        The corrections, the warnings and the praise in words, in the order of the assessment.
    version
        Of this package.
    """
    clips = (assessment.standard.reference, assessment.performance)
    hand = clips[0].hand
    return {
        "schema_version": SCHEMA_VERSION,
        "handball_version": version,
        "test": _clip(clips[1], assessment.mirrored),
        "standard": [_clip(clip, False) for clip in assessment.standard.clips],
        "frozen_standard": _frozen_standard(assessment),
        "throws": _throws(assessment),
        "key_actions": [_key_action(mark, clips, hand) for mark in assessment.key_actions],
        "key_actions_unseen": {name: list(clip.key_actions.unseen) for name, clip in _named(clips)},
        "measures": _measures(assessment, hand),
        "chain": {name: [_peak(peak) for peak in clip.peaks] for name, clip in _named(clips)},
        "alignment": _alignment(assessment),
        "timing": {stage: _number(seconds) for stage, seconds in timing.items()},
        "score": _number(assessment.score, 1),
        "faults": [_fault(fault, hand) for fault in assessment.faults],
        "stages": [_stage(stage, hand) for stage in assessment.stages],
        "advice": list(advice_texts),
        "advice_details": [_advice(advice, hand) for advice in assessment.advice],
        "praise": None if assessment.praise is None else _advice(assessment.praise, hand) | {"text": praise_text},
        "warnings": list(notice_texts),
    }


def write_evaluation_json(document: Json, path: Path) -> Path:
    """Write a document of `evaluation_document` as UTF-8; the file appears complete or not at all.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(evaluation_text(document), encoding="utf-8")
    return path


def evaluation_text(document: Json) -> str:
    """Return the text of the file: two spaces a level, one line for a pair of frames.

    Examples
    --------
    >>> print(evaluation_text({"path": [[0, 1], [1, 2]]}), end="")
    {
      "path": [
        [0, 1],
        [1, 2]
      ]
    }
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    return re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", text) + "\n"


def measure_key_actions(assessment: Assessment) -> tuple[KeyActionName | None, ...]:
    """Find the key action of each measure that was compared.

    Two findings of one name stand in the order in which the clips hold their measures, the
    standard's first.
    """
    free = list(assessment.measure_keys)
    found: list[KeyActionName | None] = []
    for finding in assessment.measures:
        match = next((pair for pair in free if pair[0] == finding.name), (finding.name, None))
        found.append(match[1])
        free = [pair for pair in free if pair != match]
    return tuple(found)


def _frozen_standard(assessment: Assessment) -> Json | None:
    found = assessment.standard
    words = {"name": found.name, "group": found.group, "technique": found.technique}
    return words if any(words.values()) else None


def _throws(assessment: Assessment) -> Json | None:
    found = assessment.repetition
    if found is None:
        return None
    return {
        "count": len(found.throws),
        "pictured": found.pictured + 1,
        "repeatability_deg": _number(found.spread_deg, 2),
        "each": [
            {"path": one.path.as_posix(), "strike_s": _number(one.strike), "score": _number(one.score, 1)}
            for one in found.throws
        ],
    }


def _each(finding: Finding, digits: int) -> Json:
    """Return what several throws say of a quantity; nothing of a single one."""
    if not finding.each:
        return {}
    return {"spread": _number(finding.spread, digits), "each": [_number(one, digits) for one in finding.each]}


def _named(clips: tuple[Performance, Performance]) -> tuple[tuple[str, Performance], tuple[str, Performance]]:
    return ("standard", clips[0]), ("test", clips[1])


def _number(value: float, digits: int = 4) -> float | None:
    # Adding zero turns -0.0 into 0.0.
    return round(float(value), digits) + 0.0 if np.isfinite(value) else None


def _clip(clip: Performance, mirrored: bool) -> Json:
    times, video = clip.body.times, clip.video
    duration = video.duration_s if video else float(times[-1] - times[0]) + 1 / clip.rate_hz
    athlete = clip.athlete
    return {
        "path": clip.path.as_posix(),
        "frames": video.frame_count if video else len(times),
        "duration_s": _number(duration),
        "rate_hz": _number(clip.rate_hz),
        "hand": clip.hand,
        "mirrored": mirrored,
        "athlete": attrs.asdict(athlete) | {"box_xyxy": [_number(v, 1) for v in athlete.box_xyxy]} if athlete else None,
        "arm_slot": clip.key_actions.arm_slot,
        "video": {
            "width": video.width,
            "height": video.height,
            "slow_motion": _number(video.slow_motion),
            "variable_rate": video.variable_rate,
            "repeated_share": _number(video.repeated_share),
            "lost_frames": video.lost_frames,
        }
        if video
        else None,
        "capture": capture_values(clip.capture) if clip.capture else None,
        "rig": _rig(clip.rig) if clip.rig else None,
    }


def _rig(rig: RigFacts) -> Json:
    return {
        "cameras": list(rig.names),
        "files": list(rig.files),
        "world": rig.world,
        "delays_s": [_number(delay.seconds, 4) for delay in rig.delays],
        "delays_sigma_s": [_number(delay.sigma, 4) for delay in rig.delays],
        "miss_px": _number(rig.miss_px, 2),
        "seen_share": _number(rig.seen_share, 3),
        "measures": [_room_measure(one) for one in rig.measures],
    }


def _room_measure(one: Measure) -> Json:
    return {
        "name": one.name,
        "unit": one.unit,
        "key_action": one.key_action,
        "value": _number(one.value),
        "sigma": _number(one.sigma),
    }


def _key_action(mark: KeyActionAssessment, clips: tuple[Performance, Performance], hand: Side) -> Json:
    like = {"like": mark.reference.role} if mark.name not in KEY_ACTION_NAMES else {}
    return {
        "name": mark.name,
        **like,
        "rule": mark.performance.rule,
        "confidence": _number(mark.performance.confidence, 3),
        "standard": {"clip": clips[0].path.as_posix()} | _moment(mark.reference),
        "test": _moment(mark.performance),
        "literal_rules": {
            name: [_moment(found) for found in clip.key_actions.literal if found.name == mark.name]
            for name, clip in _named(clips)
        },
        "angles": [_angle(finding, hand) for finding in mark.angles],
    }


def _moment(mark: KeyAction) -> Json:
    return {
        "frame": mark.frame,
        "time_s": _number(mark.time),
        "rule": mark.rule,
        "confidence": _number(mark.confidence, 3),
        "timing_sigma_s": _number(mark.timing_sigma_s),
    }


def _verdict(finding: Finding) -> str:
    return "not_measurable" if np.isnan(finding.difference) else finding.verdict


def _angle(finding: Finding, hand: Side) -> Json:
    return {
        "name": sided_name(finding.name, hand),
        "standard_deg": _number(finding.reference, 2),
        "test_deg": _number(finding.performance, 2),
        "difference_deg": _number(finding.difference, 2),
        "tolerance_deg": _number(finding.tolerance, 2),
        "uncertainty_deg": _number(finding.uncertainty, 2),
        "verdict": _verdict(finding),
        **{f"{name}_deg": value for name, value in _each(finding, 2).items()},
    }


def _measures(assessment: Assessment, hand: Side) -> list[Json]:
    moments = measure_key_actions(assessment)
    return [
        {
            "name": sided_name(finding.name, hand),
            "unit": finding.unit,
            "key_action": moment,
            "standard": _number(finding.reference),
            "test": _number(finding.performance),
            "difference": _number(finding.difference),
            "tolerance": _number(finding.tolerance),
            "uncertainty": _number(finding.uncertainty),
            "verdict": _verdict(finding),
            "exact_frame": finding.exact_frame,
            **_each(finding, 4),
        }
        for finding, moment in zip(assessment.measures, moments, strict=True)
    ]


def _peak(peak: SpeedPeak) -> Json:
    return {
        "part": peak.part,
        "time_s": _number(peak.time),
        "timing_sigma_s": _number(peak.timing_sigma_s),
        "value": _number(peak.value, 2),
        "unit": peak.unit,
    }


def _fault(fault: FaultFinding, hand: Side) -> Json:
    return {
        "name": fault.name,
        "status": fault.status,
        "reason": fault.reason or None,
        "measure": sided_name(fault.measure, hand) if fault.measure else None,
        "key_action": fault.key_action,
        "unit": fault.unit or None,
        "value": _number(fault.value),
        "uncertainty": _number(fault.sigma),
        "threshold": _number(fault.threshold),
        "fires": "above" if fault.above else "below",
        "beyond": _number(fault.beyond, 2),
        "standard": _number(fault.reference),
        "views": list(fault.views),
        "least_rate_hz": _number(fault.least_rate_hz),
        "each": list(fault.each),
    }


def _stage(stage: StageFinding, hand: Side) -> Json:
    return {
        "name": stage.name,
        "levels": stage.levels,
        "level": stage.level,
        "between": list(stage.between) if stage.between else None,
        "confidence": _number(stage.confidence, 3),
        "probabilities": [_number(one, 3) for one in stage.probabilities],
        "reason": stage.reason or None,
        "views": list(stage.views),
        "least_rate_hz": _number(stage.least_rate_hz),
        "readings": [
            {
                "measure": sided_name(one.name, hand),
                "unit": one.unit,
                "value": _number(one.value),
                "uncertainty": _number(one.sigma),
            }
            for one in stage.readings
        ],
        "each": list(stage.each),
    }


def _advice(advice: Advice, hand: Side) -> Json:
    shown = {} if advice.shown_in is None else {"shown_in": advice.shown_in}
    fault = {} if advice.fault is None else {"fault": advice.fault.name}
    name = sided_name(advice.finding.name, hand)
    return {"key": advice.key, "key_action": advice.key_action, "name": name} | shown | fault


def _alignment(assessment: Assessment) -> Json:
    alignment = assessment.alignment
    clips = (assessment.standard.reference, assessment.performance)
    frames = np.stack([clip.body.frames[alignment.path[:, k]] for k, clip in enumerate(clips)], axis=1)
    return {"method": alignment.method, "distance": _number(alignment.distance, 6), "path": frames.tolist()}
