"""The rigs that are built in: where they stand in the court, and what they see."""

from __future__ import annotations

import numpy as np
import pytest

from handball.domain.court import court_point
from handball.stereo.presets import preset_rig


def inside(pixels: np.ndarray) -> bool:
    return bool(((pixels > 0) & (pixels < (639, 479))).all())


def test_the_rig_of_the_paper_looks_level_along_the_court() -> None:
    rig = preset_rig("paper_rig", baseline=2.0)
    assert rig.world == "court"
    assert np.mean([camera.position for camera in rig.cameras], axis=0) == pytest.approx([-3, 10, 2.2])
    assert [camera.rotation[2].tolist() for camera in rig.cameras] == [[1, 0, 0], [1, 0, 0]]
    left, right = rig.cameras
    assert left.in_camera(right.position) == pytest.approx([2, 0, 0], abs=1e-12)
    assert not inside(left.project(np.array([court_point("corner_left")])))


def test_the_rig_at_the_side_sees_the_center() -> None:
    for camera in preset_rig("side_rig").cameras:
        assert camera.position[1:] == pytest.approx([-3, 4])
        assert inside(camera.project(np.array([court_point("center"), court_point("center_right")])))


def test_a_shorter_lens_sees_more() -> None:
    post = np.array([court_point("far_corner_left")])
    assert [inside(preset_rig("paper_rig", focal_mm=focal).cameras[0].project(post)) for focal in (6.0, 12.0)] == [
        True,
        False,
    ]


def test_what_is_no_lens() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        preset_rig("paper_rig", baseline=0.0)
