"""Views of a standard, clips that do not fit, and what the file keeps of the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from builders import build_performance, build_pictures
from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.pipeline import Hooks, analyze_pose, assess, freeze_standard
from handball.pipeline import standards as pipeline_standards
from handball.pipeline.standards import azimuth_deg, fits
from synthetic import ThrowStyle, analytic_throw


def thrown(yaw_deg: float = 0.0, origin: str = "pelvis", **style: object) -> Performance:
    """Analyse an analytic throw; joints around the pelvis are as a camera sees them."""
    throw = analytic_throw(ThrowStyle(yaw_deg=yaw_deg, origin=origin, noise_mm=3.0, **style))
    return analyze_pose(throw.body, ClipSettings(), Settings(), Path(f"{origin}_{yaw_deg:g}.npz"))


@pytest.fixture(scope="module")
def sides() -> dict[float, Performance]:
    return {yaw: thrown(yaw, seed=number) for number, yaw in enumerate((0.0, 8.0, 85.0, 170.0, -175.0))}


def grouped(clips: Sequence[Performance]) -> list[list[str]]:
    standard = freeze_standard(clips, Settings(), Hooks())
    return [[clip.path.stem for clip in view.action.clips] for view in standard.views]


def test_clips_from_one_side_are_a_view_also_across_the_seam_of_the_circle(sides: dict[float, Performance]) -> None:
    found = grouped(list(sides.values()))
    assert sorted(map(sorted, found)) == [["pelvis_-175", "pelvis_170"], ["pelvis_0", "pelvis_8"], ["pelvis_85"]]
    assert len(found[-1]) == 1


def test_joints_in_the_room_fit_every_side() -> None:
    clips = [thrown(0.0, "world"), thrown(90.0, "world", seed=1)]
    assert [azimuth_deg(clip) for clip in clips] == [None, None]
    assert len(grouped(clips)) == 1
    standard = freeze_standard(clips, Settings(), Hooks())
    assert standard.seen_from(77.0) is standard.views[0]


def test_a_throw_is_held_against_the_nearest_view(sides: dict[float, Performance]) -> None:
    standard = freeze_standard(list(sides.values()), Settings(), Hooks(), name="Club", group="men")
    found = assess(standard, [thrown(75.0, seed=9)], Settings(), Hooks())
    assert found.standard.reference.path.stem == "pelvis_85"
    assert (found.standard.name, found.standard.group) == ("Club", "men")
    turned = assess(standard, [thrown(-165.0, seed=9)], Settings(), Hooks())
    assert turned.standard.reference.path.stem in ("pelvis_170", "pelvis_-175")


def test_throws_from_far_apart_sides_are_told(sides: dict[float, Performance]) -> None:
    standard = freeze_standard([sides[0.0]], Settings(), Hooks())
    found = assess(standard, [sides[8.0], sides[85.0]], Settings(), Hooks())
    assert "throws_from_sides" in [notice.key for notice in found.notices]
    close = assess(standard, [sides[0.0], sides[8.0]], Settings(), Hooks())
    assert "throws_from_sides" not in [notice.key for notice in close.notices]


def test_a_clip_that_does_not_fit_is_found_and_two_clips_accuse_nobody() -> None:
    clean = [thrown(seed=seed) for seed in range(4)]
    odd = thrown(seed=9, angle_offsets=(("trunk_tilt_forward", 25.0), ("right_shoulder_elevation", -30.0)))
    assert [one.outlying for one in fits([*clean, odd])] == [False] * 4 + [True]
    assert not any(one.outlying for one in fits(clean))
    assert not any(one.outlying for one in fits([clean[0], odd]))


def test_the_file_keeps_pictures_of_the_key_actions_and_as_many_others_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = build_performance()
    assert clip.pictures is not None
    monkeypatch.setattr(pipeline_standards, "PICTURES_BUDGET", sum(map(len, clip.pictures.jpegs)) // 2)
    kept = freeze_standard([clip], Settings(), Hooks()).clips[0].pictures
    assert kept is not None
    assert len(kept.frames) < len(clip.pictures.frames)
    assert {mark.frame for mark in clip.key_actions.marks} <= set(kept.frames.tolist())
    for frame, jpeg in zip(kept.frames, kept.jpegs, strict=True):
        assert clip.pictures.jpegs[clip.pictures.nearest(int(frame))] == jpeg


def test_only_the_clip_that_reports_show_keeps_pictures() -> None:
    pictures = build_pictures()
    clips = [attrs.evolve(thrown(seed=seed), pictures=pictures) for seed in range(3)]
    action = freeze_standard(clips, Settings(), Hooks()).views[0].action
    assert [clip.pictures is not None for clip in action.clips] == [number == action.medoid for number in range(3)]
