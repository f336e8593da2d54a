"""`handball check`: a good clip, slow motion with and without a tag, and what can not be checked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from command import handball, refusal, throw_file
from handball.benchmarking.capture_truth import slowed
from handball.config import ClipSettings, Settings
from handball.domain.capture import POINTS, Capture
from handball.pipeline import Hooks, load_nets
from handball.pipeline.checking import check
from handball.pipeline.search import search
from handball.pipeline.throws import find_throws
from videos import moving_scene, write_video

COACH = Path(__file__).resolve().parents[2] / "examples" / "coach.mp4"
STRIKE_S = 1.25
"""The hand of the coach is fastest there: seen in the pictures."""


def checked(video: Path, clip: ClipSettings | None = None) -> Capture:
    settings = Settings(pose="full")
    return check(video, clip or ClipSettings(), settings, Hooks())


@pytest.mark.models
def test_a_good_clip_is_told_in_lines_and_in_json(tmp_path: Path) -> None:
    told = handball("check", COACH, "--language", "de", folder=tmp_path)
    assert told.returncode == 0
    assert "Die rechte Hand wirft." in told.stdout
    found = handball("check", COACH, "--json", folder=tmp_path)
    values = json.loads(found.stdout)
    assert [point["name"] for point in values["points"]] == list(POINTS)
    assert values["measured"]["hand"] == "right"
    assert values["measured"]["throw_times"] == [pytest.approx(STRIKE_S, abs=0.2)]
    assert abs(values["measured"]["view"]["azimuth_deg"] - 90) < 40
    assert {"legs", "stride", "elbow_height"} <= set(values["can_decide"])
    assert {"cocking", "release", "order"} <= set(values["cannot_decide"])


@pytest.mark.models
def test_slow_motion_is_read_from_the_tag_of_a_phone(tmp_path: Path) -> None:
    slowed(COACH, tmp_path / "slow.mp4", 4.0, tag=True)
    found = checked(tmp_path / "slow.mp4")
    assert found.point("slow_motion").key == "read"
    assert found.measures.rate_hz == pytest.approx(120, rel=0.01)
    assert found.measures.throw_times == (pytest.approx(STRIKE_S, abs=0.2),)


@pytest.mark.models
def test_the_users_word_counts_more_than_the_tag(tmp_path: Path) -> None:
    slowed(COACH, tmp_path / "slow.mp4", 4.0, tag=True)
    found = checked(tmp_path / "slow.mp4", ClipSettings(slow_motion=2.0))
    assert found.measures.rate_hz == pytest.approx(60, rel=0.01)
    assert found.point("slow_motion").key == "contradicts"


@pytest.mark.models
def test_slow_motion_without_a_tag_is_asked_for_and_never_assumed(tmp_path: Path) -> None:
    slowed(COACH, tmp_path / "slow.mp4", 4.0, tag=False)
    found = checked(tmp_path / "slow.mp4")
    assert found.measures.slow_motion == 1
    assert found.point("slow_motion").key in ("suspected", "slow_hand", "no_throw")
    assert "slow_motion" in found.advice


@pytest.mark.models
def test_a_clip_without_people_is_bad_and_says_why(tmp_path: Path) -> None:
    video = write_video(tmp_path / "empty.mp4", [moving_scene(number, step_px=9) for number in range(40)])
    found = checked(video)
    assert found.light == "bad"
    assert found.point("athlete").key == "nobody"
    assert found.can == ()


@pytest.mark.models
def test_a_single_throw_is_the_only_one_of_its_recording() -> None:
    settings = Settings(pose="full")
    nets = load_nets(settings)
    searched = search(COACH, settings.test, nets, Hooks())
    (only,) = find_throws(searched, settings.test, settings, nets, Hooks())
    assert only.number == 1
    assert only.hand == "right"
    assert only.time == pytest.approx(STRIKE_S, abs=0.2)
    assert only.found.peak_time == only.time
    assert np.isfinite(searched.background.shifts[1:]).all()


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    throw_file(tmp_path / "throw.npz")
    refusal(handball("check", "throw.npz", folder=tmp_path), "throw.npz", "only a video")
    refusal(handball("check", "none.mp4", folder=tmp_path), "none.mp4", "Check the name")
