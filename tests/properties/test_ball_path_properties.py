"""The best path against the best of all paths, tried one by one by the rules of the docstring."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handball.ball import path as rules
from handball.ball.path import Sightings, best_path

NUMBERS = st.tuples(
    st.integers(0, 400),
    st.integers(0, 60),
    st.sampled_from([8.0, 10.0, 16.0]),
    st.sampled_from([0.02, 0.3, 0.55, 0.8, 0.97, 1.0]),
    st.booleans(),
)
PICTURES = st.lists(
    st.tuples(st.sampled_from([0.02, 0.05, 0.13]), st.lists(NUMBERS, max_size=2)), min_size=1, max_size=5
)


def clip_of(drawn):
    times = np.cumsum([0.0, *(step for step, _ in drawn)])
    return [
        Sightings(
            time=float(time),
            rows=np.array([[*row[:4], 0.5] for row in rows], float).reshape(-1, 5),
            doubts=np.array([0.0 if row[4] else 1.5 for row in rows]),
            away=np.array([0.5 if row[4] else 9.0 for row in rows]),
        )
        for time, (_, rows) in zip(times, drawn, strict=False)
    ]


def worth(picture, number):
    sure = min(max(picture.rows[number, 3], 1 - rules._MOST_SURE), rules._MOST_SURE)
    return np.log(sure / (1 - sure)) - picture.doubts[number]


def cost(earlier, first, later, second, missed):
    gap = later.time - earlier.time
    (x, y, radius), (u, v, other) = earlier.rows[first, :3], later.rows[second, :3]
    way = np.hypot(u - x, v - y) / np.sqrt(radius * other)
    reach = rules.FASTEST * gap + rules._SLACK_RADII
    if gap > rules.LONGEST_GAP_S or way > reach:
        return np.inf
    resting = way < rules._RESTING * gap and not (earlier.at_hand[first] or later.at_hand[second])
    return (
        rules._TURN * (way / reach) ** 2
        + rules._GROWTH * np.log(other / radius) ** 2 / (1 + 10 * gap)
        + (rules._AT_REST if resting else 0.0)
        + (rules._GAP_PER_S * gap if missed else 0.0)
    )


def value(pictures, path):
    taken = [number for number, place in enumerate(path) if place >= 0]
    total = sum(worth(pictures[number], path[number]) for number in taken)
    for before, after in itertools.pairwise(taken):
        total -= cost(pictures[before], path[before], pictures[after], path[after], after - before > 1)
    return total


@settings(max_examples=250)
@given(PICTURES)
def test_no_path_is_worth_more(drawn):
    pictures = clip_of(drawn)
    found = best_path(pictures)
    every = itertools.product(*(range(-1, len(picture.rows)) for picture in pictures))
    best = max((value(pictures, path) for path in every), default=0.0)
    assert abs(value(pictures, found.tolist()) - max(best, 0.0)) < 1e-9
