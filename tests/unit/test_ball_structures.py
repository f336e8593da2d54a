"""The structures of the ball net: what they need, worked out layer by layer, and what is refused."""

from __future__ import annotations

import attrs
import pytest

from handball.ball.solver import FINE_TUNING, FROM_SCRATCH, SolverSettings, learning_rate
from handball.ball.structures import (
    LARGE,
    SMALL,
    STRUCTURES,
    BallStructure,
    Convolution,
    flat_size,
    map_shapes,
    multiply_adds,
    parameter_count,
)

# number: flat size, parameters and million products at 64 x 48, parameters and million products at 320 x 240
SIZES = {
    1: (1320, 128_618, 2.061, 3_581_546, 57.436),
    2: (1120, 110_186, 3.921, 3_477_098, 113.812),
    3: (1320, 43_946, 1.976, 1_194_922, 55.050),
    4: (1320, 22_778, 1.955, 598_266, 54.453),
    5: (11_408, 365_602, 1.597, 9_688_098, 42.383),
    6: (11_408, 1_095_906, 2.327, 29_063_394, 61.758),
    7: (660, 22_246, 1.604, 597_734, 43.873),
}


@pytest.mark.parametrize("number", STRUCTURES)
def test_sizes(number: int) -> None:
    structure = STRUCTURES[number]
    found = (
        flat_size(structure, SMALL),
        parameter_count(structure, SMALL),
        round(multiply_adds(structure, SMALL) / 1e6, 3),
        parameter_count(structure, LARGE),
        round(multiply_adds(structure, LARGE) / 1e6, 3),
    )
    assert found == SIZES[number]


def test_shapes_of_the_third_structure() -> None:
    assert map_shapes(STRUCTURES[3], SMALL) == (((16, 46, 62), (16, 23, 31)), ((8, 21, 29), (8, 11, 15)))


def test_the_structures_are_those_of_the_table() -> None:
    rows = [
        ([(each.maps, each.kernel) for each in structure.convolutions], structure.fc1)
        for structure in STRUCTURES.values()
    ]
    assert rows == [
        ([(16, 3), (8, 3)], 96),
        ([(16, 5), (8, 3)], 96),
        ([(16, 3), (8, 3)], 32),
        ([(16, 3), (8, 3)], 16),
        ([(16, 3)], 32),
        ([(16, 3)], 96),
        ([(16, 3), (4, 3)], 32),
    ]
    assert not any(structure.fc_relu for structure in STRUCTURES.values())


def test_a_relu_more_costs_nothing() -> None:
    other = attrs.evolve(STRUCTURES[3], fc_relu=True)
    assert (parameter_count(other, SMALL), multiply_adds(other, SMALL)) == (43_946, 1_975_936)


def test_pictures_may_be_small_and_not_too_small() -> None:
    assert map_shapes(STRUCTURES[3], (8, 8))[-1][1] == (8, 1, 1)
    with pytest.raises(ValueError, match="4 x 8 pixels are too small for structure ball_3"):
        map_shapes(STRUCTURES[3], (4, 8))


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"name": "a b"}, "'a b'"), ({"convolutions": ()}, "no convolution"), ({"fc1": 0}, "must be positive, found 0")],
)
def test_what_is_no_structure(change: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        attrs.evolve(STRUCTURES[3], **change)
    with pytest.raises(ValueError, match="positive maps and kernel, found 0 and 3"):
        BallStructure(name="a", convolutions=(Convolution(maps=0, kernel=3),), fc1=1)


def test_learning_rates() -> None:
    assert [learning_rate(FROM_SCRATCH, step) for step in (0, 3999)] == [0.01, 0.01]
    assert learning_rate(FROM_SCRATCH, 5999) == pytest.approx(0.001)
    assert learning_rate(FINE_TUNING, 1999) == 0.001
    falling = SolverSettings(lr_policy="inv", gamma=0.0001, power=0.75)
    assert learning_rate(falling, 10_000) == pytest.approx(0.01 * 2**-0.75)


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"max_iter": 0}, "max_iter"), ({"base_lr": -1.0}, "base_lr"), ({"momentum": 1.0}, "momentum")],
)
def test_what_is_no_training(change: dict[str, float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        attrs.evolve(FROM_SCRATCH, **change)
