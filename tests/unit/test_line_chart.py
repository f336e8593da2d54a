"""Charts show every finite point where it belongs."""

from __future__ import annotations

import re

import numpy as np
import pytest

from handball.drawing.line_chart import Line, line_chart


def test_lines_lie_in_their_axes_and_gaps_are_left_out() -> None:
    lines = [
        Line(name="rising <up>", across=np.arange(4.0), up=np.array([1.0, np.nan, 3.0, 4.0])),
        Line(name="flat", across=np.arange(4.0), up=np.full(4, 2.0)),
    ]
    text = line_chart(lines, title="t", across="x", up="y")
    rising, flat = (
        [tuple(map(float, pair.split(","))) for pair in points.split()]
        for points in re.findall(r'points="([^"]+)"', text)
    )
    assert len(rising) == 3
    assert [x for x, _ in flat] == sorted(x for x, _ in flat)
    assert rising[0][1] > flat[0][1] > rising[1][1] > rising[2][1]
    assert "rising &lt;up&gt;" in text


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="finite point"):
        line_chart([Line(name="a", across=np.array([np.nan]), up=np.array([1.0]))], title="", across="", up="")


def test_one_point_is_a_chart() -> None:
    assert "<circle" in line_chart([Line(name="a", across=np.zeros(1), up=np.ones(1))], title="", across="", up="")
