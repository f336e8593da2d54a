"""Repeats and cuts of real clips, as counted by eye."""

import csv

import numpy as np
import pytest

from handball.acquisition import scan_video

pytestmark = pytest.mark.recordings


def test_the_screen_recording_of_a_handball_throw_repeats_17_of_79_steps(recordings):
    video = scan_video(recordings / "handball" / "handball_throw_side.mp4").video
    assert (video.frame_count, int(video.repeated.sum())) == (80, 17)
    assert video.shots == (0,)
    assert video.distinct_rate_hz == pytest.approx(30 * (1 - 17 / 79), rel=1e-3)


def test_the_cuts_of_the_broadcasts_are_found_and_no_others(recordings):
    expected, found = {}, {}
    with (recordings / "baseball" / "pitch_cuts.csv").open() as table:
        for row in csv.DictReader(table):
            expected[row["file"]] = (0, *map(int, row["cut_first_frame_of_new_shot"].split(";")))
    for name in expected:
        found[name] = scan_video(recordings / "baseball" / "pitch" / name).video.shots
    assert found == expected
    assert sum(len(shots) - 1 for shots in found.values()) == 6


def test_broadcasts_repeat_nearly_every_other_frame(recordings):
    shares = [
        scan_video(path).video.repeated_share for path in sorted((recordings / "baseball" / "pitch").glob("*.mp4"))
    ]
    assert max(shares) == pytest.approx(0.44, abs=0.02), np.round(shares, 3)


def test_a_basketball_court_repeats_nothing_and_is_one_shot(recordings):
    video = scan_video(recordings / "sport_clips" / "basketball_shot_court.mp4").video
    assert (int(video.repeated.sum()), video.shots) == (0, (0,))


def test_a_golf_swing_hardly_repeats(recordings):
    video = scan_video(recordings / "sport_clips" / "golf_swing.mp4").video
    assert video.repeated_share < 0.05
    assert video.shots == (0,)
