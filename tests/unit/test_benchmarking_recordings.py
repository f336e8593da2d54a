"""A long recording knows its throws, and found throws are counted against them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from handball.benchmarking.found_throws import FoundThrowsBenchmark, RecordingFound
from handball.benchmarking.intervals import Share
from handball.benchmarking.training_session import _joined, _performances, _truth, read_session, session_folders
from handball.domain.skeleton import BODY_23
from handball.errors import OutputError
from handball.synthesis.roster import build_players

RATE_HZ = 30.0


@pytest.fixture(scope="module")
def parts():
    return _performances(build_players()[0], 22.0, RATE_HZ, np.random.default_rng(5))


def test_every_other_performance_is_a_throw_and_none_overlaps(parts):
    truth = _truth(parts, build_players()[0])
    assert len(truth["throws"]) >= 2
    assert len(parts) - 1 <= len(truth["throws"]) + len(truth["others"]) <= len(parts)
    ends = [part.begin + part.motion.times[-1] for part in parts]
    assert all(later.begin > end for later, end in zip(parts[1:], ends[:-1], strict=True))


def test_the_hand_is_fastest_at_the_throws(parts):
    motion, truth = _joined(parts, RATE_HZ), _truth(parts, build_players()[0])
    hand = motion.joints[:, BODY_23.index("right_wrist")] - motion.root
    speed = np.linalg.norm(np.gradient(hand, motion.times, axis=0), axis=1)
    near = np.zeros(len(speed), bool)
    for throw in truth["throws"]:
        around = np.abs(motion.times - throw["time"]) <= 0.15
        near |= np.abs(motion.times - throw["time"]) <= 0.6
        assert speed[around].max() > 5.0
    assert speed[~near].max() < min(speed[np.abs(motion.times - t["time"]) <= 0.15].max() for t in truth["throws"])


def test_a_recording_is_read_back_and_a_folder_without_one_is_said(parts, tmp_path):
    with pytest.raises(OutputError, match="no recording"):
        read_session(tmp_path)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "throws.json").write_text(json.dumps(_truth(parts, build_players()[0])), encoding="utf-8")
    assert list(session_folders(tmp_path)) == [tmp_path / "one"]
    session = read_session(tmp_path / "one")
    assert session.hand == "right"
    assert [throw.time for throw in session.throws] == sorted(throw.time for throw in session.throws)


def test_recordings_add_up():
    one = RecordingFound(
        name="a",
        found=Share(hits=9, of=10),
        false=Share(hits=1, of=10),
        hand=Share(hits=9, of=9),
        errors_s=(0.01, -0.03),
        missed=((3.0, "pass"),),
        seconds=12.0,
    )
    both = FoundThrowsBenchmark(recordings=(one, one))
    assert (both.total("found").hits, both.total("found").of) == (18, 20)
    assert "| all | 20 | 90 %" in both.to_table()
    assert "| a | 10 |" in both.to_table()
    assert len(json.loads(both.to_json())["recordings"]) == 2
