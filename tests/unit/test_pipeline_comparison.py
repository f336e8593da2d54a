"""Moments carried over to the performance, or its own where they make no sense."""

import attrs

from builders import build_performance, build_standard
from handball.config import Settings
from handball.pipeline import Hooks, compare
from handball.pipeline import build_standard as standard_of
from handball.pipeline.comparison import _in_order


def test_moments_that_fall_together_are_given_up_for_the_performances_own() -> None:
    own = build_performance().key_actions.marks
    together = tuple(attrs.evolve(mark, row=own[2].row) for mark in own)
    assert _in_order(together, own) == own


def test_moments_in_order_are_kept() -> None:
    own = build_performance().key_actions.marks
    shifted = tuple(attrs.evolve(mark, row=mark.row + 1) for mark in own)
    assert _in_order(shifted, own) == shifted


def test_a_clip_against_itself_scores_100_and_differs_nowhere() -> None:
    clip = build_performance()
    assessment = compare(standard_of([clip], Hooks()), clip, Settings(), Hooks())
    assert assessment.score == 100
    differences = [finding.difference for moment in assessment.key_actions for finding in moment.angles]
    assert all(not difference > 0 and not difference < 0 for difference in differences)
    assert len(differences) == 4 * len(clip.angles.names)


def test_the_path_runs_on_rows_of_the_whole_clips() -> None:
    clip = build_performance()
    assessment = compare(build_standard(clips=1), clip, Settings(), Hooks())
    action = assessment.standard.reference.action_rows
    path = assessment.alignment.path
    assert path[0, 0] == action.start
    assert path[-1, 0] == action.stop - 1
    assert path[:, 1].max() < len(clip.body.times)


def test_moments_set_by_hand_meet_each_other_on_the_path() -> None:
    coach, learner = build_performance(), build_performance(speed=0.8, first_frame=9)
    marks = [[attrs.evolve(m, rule="manual") for m in clip.key_actions.marks] for clip in (coach, learner)]
    early = [
        attrs.evolve(m, row=m.row - 4, frame=m.frame - 4, time=float(learner.body.times[m.row - 4])) for m in marks[1]
    ]
    clips = [
        attrs.evolve(clip, key_actions=attrs.evolve(clip.key_actions, marks=tuple(found)))
        for clip, found in ((coach, marks[0]), (learner, early))
    ]
    found = compare(standard_of([clips[0]], Hooks()), clips[1], Settings(), Hooks())
    steps = {tuple(step) for step in found.alignment.path.tolist()}
    assert {(m.reference.row, m.performance.row) for m in found.key_actions} <= steps
    assert [m.performance.row for m in found.key_actions] == [m.row for m in early]
    assert found.alignment.method == "stretched between the key actions"
