"""The hall: lines and goals have the measures of the rules."""

import numpy as np
import pytest

from handball.synthesis.hall import (
    FLOORS,
    LIGHTINGS,
    LIGHTS,
    HallLooks,
    banners,
    court_lines,
    floor_picture,
    furniture,
    goal_arc,
    goal_areas,
    goals,
    joined,
    stands,
)


@pytest.mark.parametrize("radius", [6.0, 9.0])
def test_the_goal_lines_keep_their_distance_from_the_goal(radius: float) -> None:
    line = goal_arc(radius)
    nearest = np.stack([np.zeros(len(line)), np.clip(line[:, 1], 8.5, 11.5)], axis=1)
    assert np.linalg.norm(line - nearest, axis=1) == pytest.approx(radius)
    assert line[:, 1].min() >= -1e-9
    assert line[:, 0].max() == pytest.approx(radius)


def test_the_six_metre_line_ends_on_the_goal_line_and_the_nine_metre_line_on_the_side_line() -> None:
    assert goal_arc(6.0)[0] == pytest.approx([0.0, 2.5], abs=1e-9)
    assert goal_arc(9.0)[0] == pytest.approx([np.sqrt(81 - 8.5**2), 0.0], abs=1e-9)


def test_the_court_is_forty_by_twenty_and_symmetric() -> None:
    lines = court_lines()
    low, high = lines.vertices.min(axis=0), lines.vertices.max(axis=0)
    assert (high - low)[:2] == pytest.approx([40.0, 20.0], abs=0.35)
    # The marks of the substitution zone stand out on one side only.
    assert (high + low)[:2] == pytest.approx([40.0, 20.0], abs=0.15)
    assert high[2] < 0.01
    for x, y in ((7.0, 10.3), (4.0, 10.0), (33.0, 9.7), (20.0, 0.1), (15.5, 0.1), (6.0, 8.7)):
        assert np.linalg.norm(lines.vertices[:, :2] - [x, y], axis=1).min() < 0.6


def test_the_goals_are_three_by_two_metres_inside() -> None:
    bars = goals().vertices
    front = bars[np.abs(bars[:, 0]) < 1e-6]
    assert np.abs(front[:, 1] - 10.0).min() >= 0
    posts = front[front[:, 2] < 1.9]
    inner = np.abs(posts[:, 1] - 10.0)
    assert inner[inner > 1.45].min() == pytest.approx(1.5, abs=0.003)
    assert front[:, 2].max() == pytest.approx(2.08)
    assert bars[:, 0].min() == pytest.approx(-1.1, abs=0.01)
    assert bars[:, 0].max() == pytest.approx(41.1, abs=0.01)


def test_the_goal_area_lies_inside_its_line() -> None:
    area = goal_areas((10, 20, 30))
    near = area.vertices[area.vertices[:, 0] < 20]
    assert near[:, 0].max() == pytest.approx(6.0)
    corners = area.vertices[area.faces][:, :, :2]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    size = 0.5 * np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]).sum() / 2
    assert size == pytest.approx(np.pi * 36 / 2 + 3 * 6, rel=0.01)


def test_every_floor_and_lighting_looks_different() -> None:
    floors = [floor_picture(HallLooks(floor=floor)).mean(axis=(0, 1)) for floor in FLOORS]
    apart = [np.abs(a - b).max() for row, a in enumerate(floors) for b in floors[:row]]
    assert min(apart) > 10
    lamps = [LIGHTS[name] for name in LIGHTINGS]
    assert len({(lamp.key, lamp.ambient, lamp.tint) for lamp in lamps}) == 5
    assert LIGHTS["dim"].exposure > LIGHTS["bright"].exposure
    assert LIGHTS["dim"].noise > LIGHTS["bright"].noise


def test_the_same_seed_makes_the_same_hall() -> None:
    looks, other = HallLooks(seed=4), HallLooks(seed=5)
    assert furniture(looks) == furniture(looks)
    assert banners(looks) != banners(other)
    assert stands(looks) != stands(other)


def test_nothing_stands_on_the_court() -> None:
    looks = HallLooks(area=(60, 90, 140))
    hall = furniture(looks).vertices
    on_court = (hall[:, 0] > 0.5) & (hall[:, 0] < 39.5) & (hall[:, 1] > 0.5) & (hall[:, 1] < 19.5) & (hall[:, 2] < 6)
    assert hall[on_court, 2].max() < 0.01


def test_joined_meshes_keep_their_triangles() -> None:
    lines, frames = court_lines(), goals()
    both = joined([lines, frames])
    assert both.vertices[both.faces[len(lines.faces) :]] == pytest.approx(frames.vertices[frames.faces])
    assert len(both.colors) == len(both.faces)
