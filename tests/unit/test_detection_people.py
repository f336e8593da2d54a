"""Boxes, tracks and the choice of a person."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from handball.detection.choice import check_rule, chosen_track
from handball.detection.efficientdet import anchors, overlap, suppressed
from handball.detection.tracking import LONGEST_LOSS_S, TrackLinker, _matched, within_shot
from handball.domain.boxes import Boxes, BoxTrack
from handball.errors import NoAthleteError, UsageError

SIZE = (1280, 720)
STEP_S = 1 / 15


def box(x: float, y: float = 300.0, width: float = 80.0, height: float = 240.0) -> list[float]:
    """Return xyxy around a center."""
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def boxes(*rows) -> Boxes:
    return Boxes(xyxy=np.array(rows, float).reshape(-1, 4), scores=np.linspace(0.9, 0.6, len(rows)))


def linked(pictures) -> tuple[TrackLinker, list[tuple[int, ...]]]:
    linker = TrackLinker()
    return linker, [linker.add(frame, frame * STEP_S, boxes(*rows)) for frame, rows in enumerate(pictures)]


def track(number: int, xyxy, frames=None) -> BoxTrack:
    rows = np.atleast_2d(np.array(xyxy, float))
    return BoxTrack(
        number=number, frames=np.arange(len(rows)) if frames is None else frames, xyxy=rows, scores=np.ones(len(rows))
    )


def test_two_people_who_cross_keep_their_numbers():
    pictures = [[box(200 + 16 * k), box(1000 - 16 * k)] for k in range(45)]
    linker, numbers = linked(pictures)
    assert set(numbers) == {(1, 2)}
    right, left = linker.tracks()
    assert right.centers[-1, 0] > 880 > 320 > left.centers[-1, 0]


def test_one_hidden_while_they_cross_comes_back_under_the_same_number():
    pictures = [[box(200 + 16 * k), *([] if 20 <= k <= 27 else [box(1000 - 16 * k)])] for k in range(45)]
    linker, _ = linked(pictures)
    assert [len(one) for one in linker.tracks()] == [45, 37]
    assert linker.tracks()[1].centers[-1, 0] < 320


@pytest.mark.parametrize("walk_px", [0, 6])
def test_half_a_second_without_a_box_does_not_end_a_track(walk_px):
    gap = round(0.5 / STEP_S)
    pictures = [[] if 20 <= k < 20 + gap else [box(300 + walk_px * k)] for k in range(50)]
    linker, _ = linked(pictures)
    (only,) = linker.tracks()
    assert len(only) == 50 - gap
    assert only.at(np.array([20 + gap // 2]))[0, 0] == pytest.approx(300 + walk_px * (20 + gap // 2) - 40, abs=1)


def test_a_long_absence_ends_a_track():
    gap = round(LONGEST_LOSS_S / STEP_S) + 2
    linker, _ = linked([[] if 20 <= k < 20 + gap else [box(300)] for k in range(60)])
    assert [one.number for one in linker.tracks()] == [1, 2]


def test_the_order_of_the_boxes_does_not_matter():
    pictures = [[box(200), box(900)] if k % 2 else [box(900), box(200)] for k in range(20)]
    linker, numbers = linked(pictures)
    assert numbers[1] == numbers[3] == numbers[0][::-1]
    assert len(linker.tracks()) == 2


def test_short_flashes_are_no_people():
    linker, _ = linked([[box(200)] + ([box(1000)] if k in (5, 6) else []) for k in range(20)])
    assert [one.number for one in linker.tracks()] == [1]
    assert len(linker.tracks(least_boxes=2)) == 2


def test_nobody_gives_no_tracks():
    assert linked([[], [], []])[0].tracks() == ()


def test_a_track_can_be_cut_to_a_shot():
    whole = track(1, [box(100 + k) for k in range(10)])
    assert within_shot(whole, 3, 6).frames.tolist() == [3, 4, 5, 6]
    assert len(within_shot(whole, 20, 30)) == 0


COACH = track(1, [box(300, width=160, height=500)] * 20)
PUPIL = track(2, [box(700 + 6 * k, 400, width=70, height=200) for k in range(20)])
GUEST = track(3, [box(640, 360, width=60, height=180)] * 20, frames=np.arange(5, 25))
EVERYBODY = (COACH, PUPIL, GUEST)


@pytest.mark.parametrize(
    ("rule", "number"),
    [
        ("auto", 2),
        ("largest", 1),
        ("moving", 2),
        ("center", 3),
        ("1", 1),
        ("3", 3),
        ("300,300", 1),
        ("640,360", 3),
        ("814.5,400", 2),
        ("700,400", 2),
    ],
)
def test_each_rule_chooses_its_person(rule, number):
    assert chosen_track(EVERYBODY, check_rule(rule), SIZE, {1: 2.0, 2: 14.0, 3: 3.0}).number == number


def test_a_point_on_two_people_means_the_one_who_is_there_first_and_then_the_smaller():
    behind = track(4, [box(300, 300, width=60, height=180)] * 20)
    assert chosen_track((COACH, behind), "300,300", SIZE, {}).number == 4


@pytest.mark.parametrize(
    ("rule", "message"),
    [("7", r"no person number 7: found 1, 2, 3"), ("1200,10", "Nobody stands at 1200,10")],
)
def test_somebody_who_is_not_there_is_said(rule, message):
    with pytest.raises(NoAthleteError, match=message):
        chosen_track(EVERYBODY, rule, SIZE, {})


@pytest.mark.parametrize("rule", ["auto", "largest", "1", "5,5"])
def test_nobody_at_all_is_said(rule):
    with pytest.raises(NoAthleteError, match="No person was found"):
        chosen_track((), rule, SIZE, {})


@pytest.mark.parametrize("rule", ["tallest", "", "-1", "1,2,3", "a,b", "1.5", "10, 20"])
def test_a_misspelt_rule_is_refused(rule):
    with pytest.raises(UsageError, match="expected one of auto, largest"):
        check_rule(rule)


def test_there_are_as_many_anchors_as_the_net_has_rows():
    found = anchors()
    assert found.shape == (19206, 4)
    # levels of 40, 20, 10, 5 and 3 cells, nine shapes each
    assert sum(cells**2 * 9 for cells in (40, 20, 10, 5, 3)) == 19206
    assert found[0, :2] == pytest.approx([4 / 320, 4 / 320])
    assert found[0, 2:] == pytest.approx([24 / 320, 24 / 320])


def test_overlap_is_intersection_over_union():
    first = np.array([[0.0, 0, 10, 10], [20, 20, 30, 30]])
    second = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [100, 100, 110, 110], [5, 5, 5, 5]])
    assert overlap(first, second) == pytest.approx(np.array([[1, 1 / 3, 0, 0], [0, 0, 0, 0]]), abs=1e-9)
    assert pytest.approx(overlap(second[:2], first)) == overlap(first, second[:2]).T


def test_suppression_keeps_the_best_of_each_heap():
    heap = np.array([box(100), box(104), box(500), box(98), box(505)])
    assert suppressed(heap, np.array([0.6, 0.9, 0.5, 0.7, 0.8]), 0.5).tolist() == [1, 4]
    assert suppressed(heap[:0], np.zeros(0), 0.5).tolist() == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 2), (4, 4), (5, 4)])
def test_boxes_are_matched_so_that_the_sum_of_overlaps_is_largest(shape):
    rng = np.random.default_rng(2)
    for _ in range(30):
        shared = np.round(rng.uniform(0, 1, shape), 1)
        rows, columns = linear_sum_assignment(-shared)
        pairs = _matched(shared)
        assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == min(shape)
        assert sum(shared[pair] for pair in pairs) == pytest.approx(shared[rows, columns].sum())
