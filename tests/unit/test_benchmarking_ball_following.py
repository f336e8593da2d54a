"""What the benches of the finder count: crops, places, releases, and whole pictures by two ways to run a net."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from balls import ball_picture, build_track
from handball.benchmarking import ball_finder, ball_frames
from handball.benchmarking.ball_tracks import BallTracks, FollowedBall, judged, run
from handball.benchmarking.intervals import Share
from handball.errors import UsageError
from videos import write_video


def test_crops_are_counted_by_kind() -> None:
    done = []
    scores = ball_finder.run(balls=30, others=20, progress=lambda part, total: done.append((part, total)))
    cells = {(cell.group, cell.kind): cell.right for cell in scores.cells}
    assert done[-1] == (60, 60)
    assert [cells["all", kind].of for kind in ("balls", "no ball")] == [30, 20]
    by_light = [right for (group, _), right in cells.items() if group == "ball and light"]
    assert (len(by_light), sum(right.of for right in by_light)) == (15, 30)
    assert sum(right.hits for right in by_light) == cells["all", "balls"].hits >= 24
    assert sum(right.of for (group, _), right in cells.items() if group.startswith("no ball")) == 20
    assert json.loads(scores.to_json())[0] == {
        "group": "all",
        "kind": "balls",
        "right": [cells["all", "balls"].hits, 30],
    }
    assert scores.to_table().count("| told rightly |") == 5


def test_places_count_as_found_within_half_a_radius_and_as_mistaken_beyond_one() -> None:
    track = build_track()
    truth = np.array(track.circles)
    truth[1, 0] += 4.0
    truth[2, 0] += 5.0
    truth[3, 0] += 10.0
    truth[0] = [5.0, 5.0, 9.0]
    truth[4:6] = np.nan
    found = judged("clip", "kind", track, truth, release_off=np.nan, hand_off=1.0, strike_off=0.0)
    # known: rows 0 to 3 and 6 to 8; told among them: without row 0
    assert (found.found, found.mistaken) == (Share(hits=4, of=7), Share(hits=1, of=6))


def test_the_table_counts_ball_hand_and_both() -> None:
    def clip(**offs: float) -> FollowedBall:
        return FollowedBall(clip="a", kind="pass", found=Share(hits=3, of=4), mistaken=Share(hits=0, of=3), **offs)

    table = BallTracks(
        clips=(
            clip(release_off=0.5, hand_off=-2.0, strike_off=-0.8),
            clip(release_off=np.nan, hand_off=4.0, strike_off=4.0),
        )
    ).to_table()
    cells = [cell.strip() for cell in table.split("\n")[-1].split("|")[1:-1]]
    assert cells[:2] == ["pass", "2"]
    assert [cell.split(" (")[0] for cell in cells[2:5]] == ["75 %", "0 %", "50 %"]
    assert [cell.split(" (")[0] for cell in cells[5:]] == [
        *("100 %", "100 %", "0.5"),
        *("0 %", "50 %", "3.2"),
        *("50 %", "50 %", "2.9"),
    ]
    assert (
        json.loads(BallTracks(clips=(clip(release_off=np.nan, hand_off=1, strike_off=1),)).to_json())[0]["release_off"]
        is None
    )


def test_without_material_there_is_nothing_to_follow(tmp_path) -> None:
    with pytest.raises(UsageError, match="Give a rendered set or --labeled"):
        run(None, None)
    with pytest.raises(UsageError, match=r"ball_circles\.csv is missing"):
        run(None, tmp_path)


def test_whole_pictures_are_timed_by_two_ways_that_agree(tmp_path) -> None:
    clip = write_video(tmp_path / "a.mp4", (ball_picture(20 + 9 * k, 60, 8, width=320, height=240) for k in range(25)))
    result = ball_frames.run([clip], most=100, threads=1)
    first, second = result.ways
    assert (first.way, second.way, result.pictures) == ("ONNX Runtime", "OpenCV", 100)
    assert first.told == second.told
    for way in result.ways:
        assert 0 < way.times.p50 <= way.times.p95 <= way.times.p99
    assert f"| OpenCV | {second.times.mean:.2f} |" in result.to_table()
    with pytest.raises(UsageError, match="at least 100, found 99"):
        ball_frames.run([clip], most=99)


def test_the_benches_of_the_finder_need_no_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; "
        "from handball.benchmarking import ball_finder, ball_frames, ball_tracks"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
