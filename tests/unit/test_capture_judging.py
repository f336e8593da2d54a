"""From measures to lights, what a clip can decide, and words for all of it."""

from __future__ import annotations

import itertools
import json

import attrs
import pytest

from handball.capture.judging import _ADVICE, _DECIDES, ONE_CAMERA_CANNOT, judge
from handball.domain.capture import LIGHTS, POINTS, CaptureMeasures, View
from handball.languages import available_languages, load_catalog
from handball.reporting.capture_text import SYMBOLS, capture_json, capture_lines, point_text

GOOD = CaptureMeasures(
    rate_hz=120.0, distinct_rate_hz=120.0, repeated_share=0.0, variable_rate=False, blur_px=20.0, blur_m=0.12,
    height_px=400.0, height_share=0.5, feet_inside=1.0, arm_inside=1.0, camera_drift=0.001,
    view=View(azimuth_deg=88.0, sigma_deg=14.0), hand="left", hand_sure=0.9, people=1, athlete=1,
    throw_times=(1.25,),
)  # fmt: skip
NOTHING = CaptureMeasures(rate_hz=30.0, distinct_rate_hz=30.0, repeated_share=0.0, variable_rate=False)


def changed(**changes) -> CaptureMeasures:
    return attrs.evolve(GOOD, **changes)


CASES = [
    ("frame_rate", "ok", {}),
    ("frame_rate", "doubtful", {"rate_hz": 60.0, "distinct_rate_hz": 60.0}),
    ("frame_rate", "bad", {"rate_hz": 30.0, "distinct_rate_hz": 17.0, "repeated_share": 0.43}),
    ("frame_rate", "doubtful", {"repeated_share": 0.1}),
    ("frame_rate", "doubtful", {"variable_rate": True}),
    ("slow_motion", "bad", {"slow_motion_suspected": 4.0}),
    ("slow_motion", "ok", {"slow_motion": 8.0, "slow_motion_tag": 8.0}),
    ("slow_motion", "doubtful", {"slow_motion": 2.0, "slow_motion_tag": 8.0}),
    ("slow_motion", "doubtful", {"blur_m": 0.02}),
    ("slow_motion", "doubtful", {"throw_times": ()}),
    ("slow_motion", "ok", {"throw_times": (), "slow_motion_tag": 1.0}),
    ("slow_motion", "ok", {"throw_times": (), "slow_motion": 4.0}),
    ("slow_motion", "ok", {"blur_m": 0.02, "slow_motion_tag": 1.0}),
    ("blur", "doubtful", {"blur_m": 0.4}),
    ("blur", "bad", {"blur_m": 1.0}),
    ("size", "doubtful", {"height_px": 120.0, "height_share": 0.3}),
    ("size", "bad", {"height_px": 60.0, "height_share": 0.3}),
    ("inside", "doubtful", {"feet_inside": 0.4}),
    ("inside", "bad", {"arm_inside": 0.4}),
    ("camera_motion", "doubtful", {"camera_drift": 0.08}),
    ("camera_motion", "bad", {"camera_drift": 0.5}),
    ("view", "doubtful", {"view": View(azimuth_deg=10.0, sigma_deg=14.0)}),
    ("view", "bad", {"view": View(azimuth_deg=-80.0, sigma_deg=14.0)}),
    ("hand", "doubtful", {"hand_sure": 0.1}),
    ("athlete", "doubtful", {"people": 3, "athlete_sure": False}),
    ("athlete", "ok", {"people": 3}),
    ("throws", "bad", {"throw_times": ()}),
]


@pytest.mark.parametrize(("point", "light", "changes"), CASES)
def test_each_point_has_its_own_light(point, light, changes):
    judged = judge(changed(**changes))
    assert judged.point(point).light == light
    assert tuple(one.name for one in judged.points) == POINTS


def test_a_good_clip_is_ok_throughout_and_decides_what_one_camera_can():
    judged = judge(GOOD)
    assert judged.light == "ok"
    assert judged.can == tuple(_DECIDES)
    assert judged.cannot == ONE_CAMERA_CANNOT == ("cocking", "release", "order")
    assert judged.advice == ()


def test_the_light_of_a_clip_is_its_worst():
    assert judge(changed(camera_drift=0.08)).light == "doubtful"
    assert judge(changed(camera_drift=0.08, height_px=50.0)).light == "bad"


def test_a_left_hander_from_the_wrong_side_shows_legs_and_turn_only():
    judged = judge(changed(view=View(azimuth_deg=-85.0, sigma_deg=14.0)))
    assert set(judged.can) == {"foot", "legs", "stride", "turn"}
    assert judged.advice == ("left_side",)


def test_thirty_pictures_a_second_are_too_few():
    judged = judge(changed(rate_hz=30.0, distinct_rate_hz=30.0))
    assert judged.point("frame_rate").light == "doubtful"
    assert "release" in judged.cannot
    assert "faster" in judged.advice


def test_what_may_be_slow_motion_decides_nothing_before_it_is_known():
    judged = judge(changed(slow_motion_suspected=4.0))
    assert judged.can == ()
    assert judged.advice[0] == "slow_motion"


def test_without_a_throw_nothing_is_decided():
    judged = judge(NOTHING)
    assert judged.light == "bad"
    assert judged.can == ()
    assert set(judged.cannot) == {*_DECIDES, *ONE_CAMERA_CANNOT}


@pytest.mark.parametrize("language", available_languages())
def test_every_case_has_words_in_every_language(language):
    catalog = load_catalog(language)
    for measures in (GOOD, NOTHING, *(changed(**changes) for _, _, changes in CASES)):
        lines = capture_lines(judge(measures), catalog)
        assert not any("{" in line or "nan" in line for line in lines)
    for table, keys in (
        ("can_decide", _DECIDES),
        ("cannot_decide", (*_DECIDES, *ONE_CAMERA_CANNOT)),
        ("advice_to", _ADVICE),
    ):
        assert all(f"check.{table}.{key}" in catalog.texts for key in keys)


def test_a_light_is_a_symbol_and_a_word():
    assert len(set(SYMBOLS.values())) == len(LIGHTS)
    catalog = load_catalog("en")
    line = capture_lines(judge(changed(height_px=50.0)), catalog)[POINTS.index("size")]
    assert line.startswith(f"{SYMBOLS['bad']} bad")


def test_numbers_are_written_as_the_language_does():
    judged = judge(changed(throw_times=(1.25, 4.5)))
    assert "1,25" in point_text(judged.point("throws"), load_catalog("de"))


def test_json_has_null_for_what_was_not_measured():
    values = json.loads(json.dumps(capture_json(judge(NOTHING), load_catalog("en")), allow_nan=False))
    assert values["light"] == "bad"
    assert values["measured"]["blur_m"] is None
    assert [point["name"] for point in values["points"]] == list(POINTS)


def test_worse_measures_never_brighten_a_light():
    rates, heights = (120.0, 60.0, 17.0), (400.0, 130.0, 60.0)
    for (rate, height), (worse_rate, worse_height) in itertools.product(itertools.product(rates, heights), repeat=2):
        if worse_rate <= rate and worse_height <= height:
            better = judge(changed(distinct_rate_hz=rate, height_px=height)).light
            worse = judge(changed(distinct_rate_hz=worse_rate, height_px=worse_height)).light
            assert LIGHTS.index(worse) >= LIGHTS.index(better)
