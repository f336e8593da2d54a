"""What a rig sees of the court: the numbers of the paper's pose (SPEC 8.2)."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from handball.errors import InvalidRigError
from handball.stereo.coverage import (
    behind_frame,
    behind_net,
    corner_view_deg,
    coverage,
    full_width_range,
    meters_per_pixel,
)
from handball.stereo.coverage_drawing import draw_coverage
from handball.stereo.presets import preset_rig

EYE = np.array([-3.0, 10.0, 2.2])


def floor(x: float, y: float = 10.0) -> np.ndarray:
    return np.array([x, y, 0.0])


def test_the_width_of_the_court_enters_where_the_paper_cannot_have_it() -> None:
    assert full_width_range(preset_rig("paper_rig", 6.0).cameras[0]) == pytest.approx(25.3, abs=0.05)
    assert full_width_range(preset_rig("paper_rig", 4.0).cameras[0]) == pytest.approx(16.9, abs=0.05)
    assert corner_view_deg((-3.0, 10.0, 2.2)) == pytest.approx(146.6, abs=0.05)


@pytest.mark.parametrize(("distance", "meters"), [(5, 0.014), (13, 0.095), (23, 0.297), (43, 1.037)])
def test_metres_in_an_image_row(distance: float, meters: float) -> None:
    camera = preset_rig("paper_rig").cameras[0]
    along = meters_per_pixel(camera, floor(distance - 3.0, camera.position[1]))[1]
    assert along == pytest.approx(meters, rel=0.01)


def test_the_goal_hides_what_is_behind_bar_and_net() -> None:
    assert behind_frame(EYE, np.stack([floor(31), floor(51.9)])).all()
    assert not behind_frame(EYE, np.stack([floor(29), floor(52.1)])).any()
    half = 3 * np.tan(np.radians(26.5))
    assert behind_net(EYE, floor(0.001, 10 + half))
    assert not behind_net(EYE, floor(0.001, 10 + 3 * np.tan(np.radians(26.7))))
    assert behind_net(EYE, np.stack([floor(17.1, 0.1), floor(17.1, 19.9)])).all()


def test_the_rig_at_the_side_sees_past_the_goals() -> None:
    paper, side = (coverage(preset_rig(name), cell=0.5) for name in ("paper_rig", "side_rig"))
    assert paper.clear_share < 0.02 < 0.2 < side.clear_share
    assert paper.netted.any()
    assert not side.netted.any()
    assert np.isnan(side.depth_sigma[side.cameras < 2]).all()


def test_the_map_is_drawn() -> None:
    rig = preset_rig("paper_rig")
    picture = draw_coverage(coverage(rig, cell=0.5), rig)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 8


def test_a_rig_outside_a_court_has_no_map() -> None:
    with pytest.raises(InvalidRigError, match="world"):
        coverage(attrs.evolve(preset_rig("side_rig"), world="floor"))
