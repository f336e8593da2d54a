import numpy as np
import pytest

from handball.alignment import TimeMap, WarpingAligner, average, carried_over, default_aligner, transfer_key_rows
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.alignment import Alignment
from synthetic import ThrowStyle, analytic_throw, throw_angles, warped_angles


def alignment(path, costs=None):
    return Alignment(path=path, costs=np.zeros(len(path)) if costs is None else costs, distance=0.0, method="by hand")


def test_the_cheapest_row_is_taken():
    path = [[0, 0], [1, 1], [1, 2], [1, 3], [2, 4]]
    carried = transfer_key_rows(alignment(path, [0, 3, 1, 2, 0]), [0, 1, 2])
    assert [one.row for one in carried] == [0, 2, 4]


def test_confidence_falls_with_still_phases_and_with_cost():
    path = [[0, 0], [1, 1], [1, 2], [1, 3], [2, 4], [3, 5]]
    sure, still, _, dear = transfer_key_rows(alignment(path, [0, 0, 0, 0, 0, 9]), [0, 1, 2, 3])
    assert sure.confidence == 1
    assert still.confidence == pytest.approx(0.5)
    assert 0 < dear.confidence < 0.6


def test_rows_that_fall_together_are_moved_apart():
    path = [[0, 0], [1, 1], [2, 2], [3, 2], [4, 2], [5, 3], [6, 4]]
    rows = [one.row for one in transfer_key_rows(alignment(path), [1, 2, 3, 4])]
    assert rows == sorted(set(rows))
    assert max(abs(np.subtract(rows, [1, 2, 2, 2]))) <= 2
    at_the_end = [one.row for one in transfer_key_rows(alignment([[0, 0], [1, 1], [2, 2], [3, 2]]), [1, 2, 3])]
    assert at_the_end == [0, 1, 2]


def test_unsorted_rows_are_refused():
    with pytest.raises(ValueError, match="must rise"):
        transfer_key_rows(alignment([[0, 0], [1, 1]]), [1, 0])


def test_key_actions_are_carried_over_within_two_rows():
    pair, reference, performance = warped_angles(3)
    found = default_aligner()(reference, performance)
    rows = [pair.reference.row_of(name) - pair.reference.action_rows.start for name in KEY_ACTION_NAMES]
    truth = [pair.performance.row_of(name) for name in KEY_ACTION_NAMES]
    carried = transfer_key_rows(found, rows)
    assert [one.row for one in carried[1:3]] == pytest.approx(truth[1:3], abs=1)
    assert [one.row for one in carried] == pytest.approx(truth, abs=4)


def test_a_clip_carried_to_itself_keeps_its_times():
    angles = throw_angles()
    found = default_aligner()(angles, angles)
    for time in (0.2, 0.7004, 0.8):
        assert carried_over(found, angles, angles, time) == pytest.approx(time, abs=1e-4)


def test_a_time_map_never_runs_backwards():
    with pytest.raises(ValueError, match="backwards"):
        TimeMap(reference=[0.0, 1.0], performance=[1.0, 0.5])


def test_equal_clips_have_no_spread():
    angles = throw_angles(action_only=True)
    medoid, band = average([angles] * 3, default_aligner())
    assert medoid == 0
    assert band.clips == 3
    np.testing.assert_allclose(band.mean_deg, angles.degrees, atol=1e-6)
    np.testing.assert_allclose(band.spread_deg, 0, atol=1e-6)


@pytest.mark.parametrize("aligner", [default_aligner(), WarpingAligner(name="closed")])
def test_the_band_gives_the_mean_and_spread_of_known_clips(aligner):
    offsets, tempos = (-6.0, 0.0, 6.0), (0.9, 1.0, 1.15)
    clips = [
        throw_angles(ThrowStyle(tempo=tempo, angle_offsets=(("right_elbow_angle", offset),)), action_only=True)
        for offset, tempo in zip(offsets, tempos, strict=True)
    ]
    medoid, band = average(clips, aligner)
    assert medoid == 1
    elbow = clips[1].names.index("right_elbow_angle")
    # The sample deviation of -6, 0, 6 is 6; c4(3) is 0.8862.
    assert np.median(band.spread_deg[:, elbow]) == pytest.approx(6 / 0.8862, abs=0.3)
    away = band.mean_deg[:, elbow] - clips[1].curve("right_elbow_angle")
    assert np.abs(away).mean() < 2.5
    assert np.median(band.spread_deg[:, clips[1].names.index("left_knee_angle")]) < 1


def test_a_band_leaves_out_missing_angles():
    clips = [throw_angles(ThrowStyle(missing=missing), action_only=True) for missing in ((), (), ("left_ankle",))]
    _, band = average(clips, default_aligner())
    knee = clips[0].names.index("left_knee_angle")
    np.testing.assert_allclose(band.mean_deg[:, knee], clips[0].degrees[:, knee], atol=1e-6)
    gone = [throw_angles(ThrowStyle(missing=("left_ankle",)), action_only=True)] * 2
    _, band = average(gone, default_aligner())
    assert np.isnan(band.mean_deg[:, knee]).all()
    assert np.isnan(band.spread_deg[:, knee]).all()


def test_one_clip_is_no_band():
    with pytest.raises(ValueError, match="at least two"):
        average([throw_angles()], default_aligner())


def test_the_mean_crosses_the_seam():
    clips = [
        throw_angles(ThrowStyle(angle_offsets=(("right_forearm_rotation", offset),)), action_only=True)
        for offset in (100.0, 110.0)
    ]
    _, band = average(clips, default_aligner())
    rotation = clips[0].names.index("right_forearm_rotation")
    away = (band.mean_deg[:, rotation] - clips[0].degrees[:, rotation] + 180) % 360 - 180
    np.testing.assert_allclose(np.abs(away), 5, atol=0.5)


def test_throw_times_are_those_of_the_style():
    assert analytic_throw().time_of("strike") == pytest.approx(0.8)
