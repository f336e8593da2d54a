"""What the bench of views makes of readings whose answer is clear by hand."""

from __future__ import annotations

import pytest

from handball.benchmarking.angles import AngleReading
from handball.benchmarking.views import ALL, summarized


def reading(player: int, azimuth: int, error: float, angle: str = "right_elbow_angle") -> AngleReading:
    return AngleReading(
        azimuth=azimuth,
        technique="pass",
        clip=f"p{player}_{azimuth}",
        player=player,
        key_action="strike",
        angle=angle,
        error_deg=error,
        sigma_deg=3.0,
    )


def test_differences_are_put_down_by_how_far_the_phones_are_apart() -> None:
    found = list(
        summarized(
            [
                reading(1, 60, 0.0),
                reading(1, 90, 8.0),
                reading(2, 60, 2.0),
                reading(2, 90, 11.0),
                reading(2, 60, 170.0, "shoulder_line_angle"),
                reading(1, 60, -170.0, "shoulder_line_angle"),
            ]
        )
    )
    rows = {(row.angle, row.apart): row for row in found}
    assert set(rows) == {(name, apart) for name in (ALL, "right_elbow_angle") for apart in (0, 30)} | {
        ("shoulder_line_angle", 0)
    }
    same, apart = rows["right_elbow_angle", 0], rows["right_elbow_angle", 30]
    assert (same.pairs, same.difference) == (2, pytest.approx(2.5))
    assert (apart.pairs, apart.difference) == (2, pytest.approx(8.5))
    assert same.error_bar == pytest.approx(3 * 2**0.5)
    assert (same.within_2.hits, apart.within_2.hits) == (2, 1)
    assert rows["shoulder_line_angle", 0].difference == pytest.approx(20.0)


def test_clips_of_one_player_are_not_compared() -> None:
    assert not list(summarized([reading(1, 60, 0.0), reading(1, 90, 5.0)]))
