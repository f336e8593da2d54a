"""Tips point the right way: bodies set up by hand say what each angle means, and the sentences agree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from builders import build_finding, build_key_actions, build_peaks, build_pose_3d
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.evaluation.advice import Candidate, advice_key
from handball.kinematics.angles import ANGLE_NAMES, measure_angles
from handball.kinematics.measures import throw_measures
from handball.languages import load_catalog
from handball.reporting.html.wording import finding_text

Point = tuple[float, float, float]
TARGET = np.array([1.0, 0.0, 0.0])

# A right-hander sideways to the target, which is at +x: y to the left of the throw, z up, metres.
BODY: Mapping[str, Point] = {
    "right_shoulder": (-0.15, -0.1, 1.4), "left_shoulder": (0.15, 0.1, 1.4),
    "right_hip": (-0.08, -0.1, 0.9), "left_hip": (0.08, 0.1, 0.9),
    "right_elbow": (-0.35, -0.25, 1.4), "right_wrist": (-0.45, -0.2, 1.6),
    "left_elbow": (0.4, 0.15, 1.35), "left_wrist": (0.6, 0.15, 1.5),
    "right_knee": (-0.2, -0.1, 0.5), "right_ankle": (-0.4, -0.1, 0.1),
    "left_knee": (0.3, 0.1, 0.5), "left_ankle": (0.35, 0.1, 0.1),
}  # fmt: skip
UPPER = ("right_shoulder", "left_shoulder", "right_elbow", "right_wrist", "left_elbow", "left_wrist")

# Which joints the learner has elsewhere (metres from the coach's), and what a coach would say of it in both languages.
SET_UP = [
    ("right_shoulder_elevation", {"right_elbow": (0, 0, -0.15)}, "less", "lower", "tiefer"),
    ("elbow_height", {"right_elbow": (0, 0, -0.15)}, "less", "lower", "tiefer"),
    ("right_elbow_angle", {"right_wrist": (0.25, 0, 0)}, "less", "more bent|tighter", "gebeugt"),
    ("right_shoulder_azimuth", {"right_elbow": (0.3, -0.1, 0)}, "more", "further forward", "weiter vorn"),
    ("right_forearm_rotation", {"right_wrist": (-0.1, 0.05, -0.15)}, "more", "laid back", "weiter zurück"),
    ("hand_behind_shoulder", {"right_wrist": (-0.2, 0, 0)}, "more", "back further", "weiter aus"),
    ("left_elbow_angle", {"left_wrist": (-0.15, 0, 0)}, "less", "more bent", "gebeugt"),
    ("left_shoulder_elevation", {"left_elbow": (0, 0, 0.15), "left_wrist": (0, 0, 0.15)}, "more", "higher", "höher"),
    ("left_knee_angle", {"left_ankle": (-0.3, 0, 0)}, "less", "more bent", "gebeugt"),
    ("right_knee_angle", {"right_ankle": (-0.2, 0, 0.1)}, "less", "more bent", "gebeugt"),
    ("left_hip_angle", {"left_knee": (0.2, 0, 0.2)}, "less", "more bent", "gebeugt"),
    ("right_hip_angle", {"right_knee": (0.4, 0, 0.3)}, "less", "more bent", "gebeugt"),
    ("trunk_tilt_forward", dict.fromkeys(UPPER, (0.15, 0, 0)), "more", "further forward", "weiter nach vorn"),
    ("trunk_tilt_lateral", dict.fromkeys(UPPER, (0, 0.15, 0)), "more", "away from the throwing arm", "weg vom Wurfarm"),
    ("shoulder_line_angle", {"right_shoulder": (-0.1, 0.05, 0), "left_shoulder": (0.1, -0.05, 0)}, "more",
     "further back|further away|before the coach's", "zurückgedreht|weggedreht|denen des Vorbilds"),
    ("hip_line_angle", {"right_hip": (-0.1, 0.05, 0), "left_hip": (0.1, -0.05, 0)}, "more",
     "further back", "zurückgedreht"),
    ("hip_shoulder_separation", {"right_shoulder": (-0.1, 0.05, 0), "left_shoulder": (0.1, -0.05, 0)}, "more",
     "further behind the hips", "weiter hinter der Hüfte"),
    ("stride_length", {"left_ankle": (0.2, 0, 0)}, "more", "longer", "länger"),
    ("lead_foot", {"left_ankle": (-0.9, 0, 0)}, "less", "less far in front", "weniger weit vorn"),
]  # fmt: skip


def body(moved: Mapping[str, Point] | None = None) -> Pose3D:
    """Stand still in the posture above, some joints moved."""
    throw = build_pose_3d()
    positions: NDArray[np.float64] = np.full(throw.positions.shape, np.nan)
    for joint, place in BODY.items():
        shift = (moved or {}).get(joint, (0, 0, 0))
        positions[:, BODY_23.index(joint)] = np.add(place, shift)
    return Pose3D(
        skeleton=BODY_23, frames=throw.frames, times=throw.times, positions=positions,
        scores=throw.scores, sigma=np.full(positions.shape, 0.01), origin="pelvis",
    )  # fmt: skip


def measured(found: Pose3D) -> dict[str, float]:
    """Measure everything of a posture."""
    angles, marks = measure_angles(found, TARGET), build_key_actions(found)
    values = {name: float(angles.curve(name)[0]) for name in ANGLE_NAMES}
    measures = throw_measures(found, angles, marks, build_peaks(found), TARGET)
    return values | {measure.name: measure.value for measure in measures}


def candidate(name: str, difference: float, moment: str | None) -> Candidate:
    return Candidate(finding=build_finding(name, 0.0, difference), key_action=moment, weight=1.0)  # type: ignore[arg-type]


def moments(name: str) -> tuple[str | None, ...]:
    if name in ANGLE_NAMES:
        return KEY_ACTION_NAMES
    return ("cocking", "strike") if name == "elbow_height" else (None,)


def test_every_angle_is_set_up_once() -> None:
    assert {name for name, *_ in SET_UP} >= set(ANGLE_NAMES)


@pytest.mark.parametrize(("name", "moved", "way", "english", "german"), SET_UP, ids=[one[0] for one in SET_UP])
def test_a_posture_gets_the_tip_of_its_direction(name, moved, way, english, german) -> None:
    difference = measured(body(moved))[name] - measured(body())[name]
    for moment in moments(name):
        key = advice_key(candidate(name, difference, moment))
        assert f"_{way}" in key
        for language, words in (("en", english), ("de", german)):
            why = load_catalog(language).text(f"advice.{key}.why", degrees="20°", moment="X")
            assert any(word in why for word in words.split("|")), (key, language, why)


# What each direction is called, and words of the opposite one that must not be in the cue or the reason.
OPPOSITE = {
    "right_elbow_angle": {"more": "more bent|tighter|longer arm|open the elbow", "less": "straighter|bend the elbow"},
    "right_shoulder_elevation": {"more": "elbow up|is lower|higher elbow", "less": "little lower|higher than"},
    "elbow_height": {"more": "elbow up|is lower", "less": "little lower|higher than"},
    "trunk_tilt_forward": {
        "more": "lean into|less far forward|bow",
        "less": "stay back|stay tall|further forward than",
    },
    "shoulder_line_angle": {"more": "sideways|less before|more open", "less": "turn through|further back than"},
    "hip_line_angle": {"more": "sideways|more open", "less": "turn the hip through|further back than"},
    "hip_shoulder_separation": {"more": "hip first|less far behind", "less": "at once|further behind"},
    "left_knee_angle": {"more": "more bent|post", "less": "straighter|soft"},
}


@pytest.mark.parametrize("name", sorted(OPPOSITE))
@pytest.mark.parametrize("way", ["more", "less"])
def test_a_tip_never_says_the_opposite(name: str, way: str) -> None:
    for moment in moments(name):
        key = advice_key(candidate(name, 20.0 if way == "more" else -20.0, moment))
        said = " ".join(load_catalog("en").template(f"advice.{key}.{part}") for part in ("cue", "why")).lower()
        assert [word for word in OPPOSITE[name][way].split("|") if word in said] == [], key


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_word_beside_the_number_goes_the_same_way(language: str) -> None:
    catalog = load_catalog(language)
    lowered, raised = (finding_text(catalog, build_finding("elbow_height", 0.0, d)).phrase for d in (-20.0, 20.0))
    assert {"en": "lower", "de": "tiefer"}[language] in lowered
    assert {"en": "higher", "de": "höher"}[language] in raised


@pytest.mark.parametrize("language", ["en", "de"])
def test_tips_compare_with_the_coach_and_not_with_a_textbook(language: str) -> None:
    level = {"en": ("level with your shoulder", "as your shoulder", "an L"), "de": ("auf Schulterhöhe", " ein L")}
    texts = load_catalog(language).texts
    cues = {
        key: text
        for key, text in texts.items()
        if key.startswith("advice.") and not key.startswith("advice.fault.") and key.endswith(".cue")
    }
    assert [key for key, text in cues.items() if any(word in text for word in level[language])] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_reason_calls_a_leg_front_or_back_or_a_side_left_or_right(language: str) -> None:
    texts = load_catalog(language).texts
    wrong = {"en": ("front knee", "back knee", "front hip", "left ", "right "), "de": ("vorderes Knie", "hinteres Knie",
             "vordere Hüfte", "linke", "rechte")}[language]  # fmt: skip
    whys = {key: text for key, text in texts.items() if key.startswith("advice.") and key.endswith(".why")}
    assert [key for key, text in whys.items() if any(word in text for word in wrong)] == []
