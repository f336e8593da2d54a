"""The side-by-side film."""

import time

import attrs
import av
import numpy as np
import pytest

from builders import build_alignment, build_assessment, build_performance, build_standard
from handball.drawing.colors import THROWING_SIDE
from handball.errors import OutputError
from handball.languages.catalog import load_catalog
from handball.reporting.figures import build_figure, build_placements, standing_height
from handball.reporting.side_by_side import HEIGHT, WIDTH, Film, SideBySideLabels, write_side_by_side
from handball.reporting.timeline import build_timeline, key_steps, path_times, slowness

LABELS = SideBySideLabels(
    standard="Trainerin",
    performance="Schülerin",
    key_actions={"start": "Start", "cocking": "Ausholen", "strike": "Abwurf", "finish": "Ende"},
)
ALL = slice(None)


def test_the_fast_part_takes_a_second_and_a_half():
    timeline = build_timeline(build_assessment())
    begins = dict(timeline.key_frames)
    assert (begins["strike"] - begins["cocking"] - timeline.held) / 30 == pytest.approx(1.5, abs=0.1)
    assert timeline.slowness.max() <= 8
    assert np.all(np.diff(timeline.steps) >= 0)
    assert (timeline.steps[0], timeline.steps[-1]) == (0, len(build_assessment().alignment.path) - 1)


def test_key_actions_are_held_and_named():
    assessment = build_assessment()
    timeline = build_timeline(assessment)
    for (name, frame), (_, step) in zip(timeline.key_frames, key_steps(assessment), strict=True):
        held = timeline.steps[frame : frame + timeline.held]
        assert set(held.tolist()) == {step}
        assert len(held) == 12
        assert timeline.key_action_at(frame) == timeline.key_action_at(frame + 11) == name
        assert timeline.key_action_at(frame - 1) is None


@pytest.mark.parametrize("rate_hz", [15.0, 60.0])
def test_long_clips_stay_under_twenty_seconds(rate_hz):
    performance = build_performance(speed=0.025, rate_hz=rate_hz, with_pictures=False)
    assessment = build_assessment(performance=performance)
    assert 18 <= len(build_timeline(assessment).steps) / 30 <= 20


def test_a_very_fast_throw_is_slowed_eight_times_at_most():
    assert slowness(np.array([0.5]), (0.5, 0.52)).max() == pytest.approx(8)
    assert slowness(np.array([0.0, 0.5, 2.0]), (0.4, 2.4)).max() == 1
    assert np.all(np.diff(path_times(build_assessment())) > 0)


def test_both_stand_equally_tall_on_the_same_floor():
    small = build_performance(path="small.mp4")
    pose = small.picture_pose
    pose = attrs.evolve(pose, positions=pose.positions * 0.5 + np.array([31.0, 77.0]))
    pair = (build_performance(), attrs.evolve(small, picture_pose=pose, pictures=None))
    figures = tuple(build_figure(clip, clip.action_rows, "right") for clip in pair)
    rows = (pair[0].action_rows, pair[1].action_rows)
    assert figures[0].height == pytest.approx(2 * figures[1].height)
    shown = [
        np.stack([place.points(points) for place, points in zip(places, figure.points, strict=True)])
        for figure, places in zip(figures, build_placements(figures, rows, (480, 440)), strict=True)
    ]
    np.testing.assert_allclose(shown[0], shown[1], atol=1e-6)
    action = shown[0][rows[0]]
    assert action[..., 0].min() > 0
    assert action[..., 0].max() < 480
    assert action[..., 1].min() > 0
    assert action[..., 1].max() < 440
    assert np.ptp(action[..., 1]) > 250


def test_standing_height_is_near_the_truth_and_needs_no_legs():
    body = build_performance(with_video=False).body
    points = body.positions[..., [0, 2]]
    assert standing_height(points, body.skeleton) == pytest.approx(1.8, rel=0.1)
    points = points.copy()
    points[:, body.skeleton.indices(("left_knee", "right_knee", "left_ankle", "right_ankle"))] = np.nan
    assert standing_height(points, body.skeleton) == pytest.approx(1.8, rel=0.15)


def test_a_left_hander_is_shown_as_the_standards_mirror_image():
    left, right = build_performance(hand="left"), build_performance()
    for hand, clip in (("right", left), ("left", right)):
        assert build_figure(clip, ALL, hand).mirrored
        assert not build_figure(clip, ALL, clip.hand).mirrored
        film = Film(build_assessment(standard=build_standard(hand=hand), performance=clip), LABELS)
        picture = film.picture(dict(film.timeline.key_frames)["cocking"])
        arms = [
            np.flatnonzero((half == THROWING_SIDE).all(axis=2)[:200].any(axis=0)).mean()
            for half in (picture[:, : WIDTH // 2], picture[:, WIDTH // 2 :])
        ]
        assert arms[0] == pytest.approx(arms[1], abs=25)


def test_one_who_runs_across_the_picture_is_followed():
    clip = build_performance(with_pictures=False)
    pose = clip.picture_pose
    shift = np.stack([8.0 * pose.frames, 0 * pose.frames], axis=1)[:, None]
    runner = attrs.evolve(clip, picture_pose=attrs.evolve(pose, positions=pose.positions + 4 * shift))
    rows = (clip.action_rows, runner.action_rows)
    figures = (build_figure(clip, rows[0], "right"), build_figure(runner, rows[1], "right"))
    still, moving = build_placements(figures, rows, (480, 440))
    assert len({place.anchor[0] for place in still}) == 1
    assert len({place.anchor[0] for place in moving}) > 10
    hips = np.array([place.points(p)[13] for place, p in zip(moving, figures[1].points, strict=True)])[rows[1], 0]
    assert hips.min() > 140
    assert hips.max() < 340


@pytest.mark.parametrize("kind", ["video", "mirrored", "pose file", "no pictures", "no feet", "pelvis"])
def test_every_kind_of_clip_makes_a_film(tmp_path, kind):
    performance = {
        "video": lambda: None,
        "mirrored": lambda: build_performance(hand="left", speed=0.9),
        "pose file": lambda: build_performance(with_video=False, hand="left"),
        "no pictures": lambda: build_performance(with_pictures=False),
        "no feet": lambda: build_performance(
            missing=[f"{side}_{part}" for side in ("left", "right") for part in ("ankle", "heel", "big_toe", "knee")]
        ),
        "pelvis": lambda: build_performance(with_pictures=False, picture_pose=None),
    }[kind]()
    path = write_side_by_side(build_assessment(performance=performance), tmp_path / "film.mp4", labels=LABELS)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate, stream.codec.name) == (WIDTH, HEIGHT, 30, "h264")
        frames = sum(1 for _ in container.decode(video=0))
    assert 3 <= frames / 30 <= 20


def test_runs_cover_the_film_and_pictures_differ_between_them():
    film = Film(build_assessment(), LABELS)
    runs = film.runs()
    assert sum(count for _, count in runs) == len(film)
    assert [first for first, _ in runs] == np.concatenate([[0], np.cumsum([count for _, count in runs])[:-1]]).tolist()
    for first, count in runs[:5]:
        panel = film.picture(first)[50:480]
        np.testing.assert_array_equal(panel, film.picture(first + count - 1)[50:480])


def test_a_frame_is_drawn_in_a_few_milliseconds():
    film = Film(build_assessment(), LABELS)
    started = time.perf_counter()
    for first, _ in film.runs():
        film.picture(first)
    # Six on a quiet machine; the limit leaves room for a busy one.
    assert (time.perf_counter() - started) / len(film) < 0.02


def test_a_path_of_one_step_still_makes_a_film():
    clips = (build_performance(), build_performance())
    alignment = build_alignment(*clips, path=np.array([[30, 30]]), costs=np.zeros(1))
    film = Film(build_assessment(performance=clips[1], alignment=alignment), LABELS)
    assert len(film) == 48
    assert film.picture(47).shape == (HEIGHT, WIDTH, 3)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OutputError, match="the folder does not exist"):
        write_side_by_side(build_assessment(), tmp_path / "no" / "film.mp4", labels=LABELS)


@pytest.mark.parametrize(("language", "strike", "time_text"), [("en", "Strike", "1.23 s"), ("de", "Abwurf", "1,23 s")])
def test_the_words_come_from_the_language_tables(language, strike, time_text):
    labels = SideBySideLabels.from_catalog(load_catalog(language))
    assert (labels.key_action("strike"), labels.seconds(1.234)) == (strike, time_text)
