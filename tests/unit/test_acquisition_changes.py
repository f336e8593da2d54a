"""Repeats among the changes from picture to picture, and their share; rough pictures of fast films."""

from __future__ import annotations

import numpy as np
import pytest

from handball.acquisition import scan_video
from handball.acquisition.changes import Change, change_between, repeated_frames, share_of_repeats
from videos import moving_scene, write_video


def changes(levels) -> list[Change]:
    return [Change(mean=level / 10, busiest=float(level)) for level in levels]


def test_the_busiest_blocks_are_those_where_something_moves():
    before = np.full((64, 80), 90, np.uint8)
    after = before.copy()
    after[8:12, 20:40] += 50
    found = change_between(before, after)
    assert found.busiest == pytest.approx(50)
    assert found.mean == pytest.approx(50 * 80 / before.size)


def test_the_share_of_repeats_is_that_while_something_moves():
    moving = ([20.0] * 4 + [1.0]) * 8
    found = changes([0.8] * 120 + moving)
    repeated = repeated_frames(found)
    assert share_of_repeats(found, repeated) == pytest.approx(0.2, abs=0.03)


def test_a_film_that_repeats_is_known_by_it_where_less_moves():
    slow = ([7.0] * 4 + [1.2]) * 6
    alone = repeated_frames(changes(slow))
    after_fast = repeated_frames(changes(([20.0] * 4 + [1.0]) * 8 + slow))
    assert alone.sum() == 0
    assert np.flatnonzero(after_fast[41:]).tolist() == [4, 9, 14, 19, 24, 29]


def test_a_clip_without_repeats_has_a_share_of_none():
    found = changes(np.random.default_rng(1).uniform(10, 30, 90))
    assert share_of_repeats(found, repeated_frames(found)) == 0


def test_a_draft_has_all_frames_and_nearly_the_same_pictures(tmp_path):
    path = write_video(tmp_path / "fast.mp4", [moving_scene(number) for number in range(60)], rate=120.0)
    seen: dict[bool, list[np.ndarray]] = {False: [], True: []}
    videos = {
        draft: scan_video(
            path, sample_hz=30.0, visit=lambda _, __, picture, kept=kept: kept.append(picture), draft=draft
        ).video
        for draft, kept in seen.items()
    }
    assert np.array_equal(videos[True].times, videos[False].times)
    assert len(seen[True]) == len(seen[False]) == 15
    differences = [np.abs(a.astype(int) - b.astype(int)).mean() for a, b in zip(seen[True], seen[False], strict=True)]
    assert max(differences) < 4
