"""Recall by skin and light counts what it says."""

from __future__ import annotations

import numpy as np

from handball.benchmarking.ball_recall import ball_recall
from handball.synthesis.labeled_crops import UNKNOWN, LabeledCrops, plain


def _crops() -> LabeledCrops:
    missing = np.full(6, np.nan)
    return LabeledCrops(
        pixels=np.zeros((6, 48, 64, 3), np.uint8),
        ball=[True, True, True, True, False, False],
        skin=[0, 0, 1, 1, UNKNOWN, UNKNOWN],
        lighting=[0, 0, 1, 0, 0, 1],
        held=np.full(6, UNKNOWN),
        middle=np.full((6, 2), np.nan),
        diameter=missing,
        blur=missing,
        occlusion=missing,
    )


def test_balls_found_by_skin_and_light() -> None:
    found = ball_recall("test", _crops(), np.array([True, False, True, True, True, False]))
    assert (found.right.hits, found.recall.hits, found.false_alarms.hits) == (4, 3, 1)
    cells = {(cell.skin, cell.lighting): (cell.found.hits, cell.found.of) for cell in found.cells}
    assert cells[0, "bright"] == (1, 2)
    assert cells[1, "dim"] == (1, 1)
    assert cells[0, "cool"] == (0, 0)
    assert len(cells) == 10
    assert "66.7 % (30.0 to 90.3) of 6 crops right" in found.to_text()
    assert found.to_json()["recall"] == {"hits": 3, "of": 4, "interval": [0.3006, 0.9544]}
    assert found.to_json()["cells"][2]["found"]["interval"] is None


def test_crops_of_which_only_the_label_is_known_have_no_cells() -> None:
    found = ball_recall("own", plain(np.zeros((2, 48, 64, 3), np.uint8), [True, False]), np.array([True, True]))
    assert found.cells == ()
    assert (found.recall.hits, found.false_alarms.hits) == (1, 1)
