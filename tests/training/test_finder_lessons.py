"""What the finder is taught stays true when pictures change, and its net reads what its module says."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from balls import RED
from handball.ball.finder_net import HEIGHT, WIDTH
from handball.ball.places import SHARE
from handball.synthesis.labeled_crops import LabeledCrops, plain

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.training.ball_finder.lessons import Lesson, changed, lesson  # noqa: E402
from handball.training.ball_finder.module import FinderModule, ReadFinder  # noqa: E402

COUNT = 40


@pytest.fixture(scope="module")
def crops() -> LabeledCrops:
    """Red discs anywhere, and one crop without any at the end."""
    rng = np.random.default_rng(4)
    middles, diameters = rng.uniform([0.45, 0.3], [0.9, 0.7], (COUNT, 2)), rng.uniform(0.2, 0.4, COUNT)
    pixels = np.full((COUNT + 1, HEIGHT, WIDTH, 3), 90, np.uint8)
    for picture, middle, diameter in zip(pixels, middles, diameters, strict=False):
        large = cv2.resize(picture, (8 * WIDTH, 8 * HEIGHT))
        x, y, radius = (round(8 * HEIGHT * value) for value in (*middle, diameter / 2))
        cv2.circle(large, (x, y), radius, RED, cv2.FILLED)
        picture[:] = cv2.resize(large, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    known = plain(pixels, [True] * COUNT + [False])
    return attrs.evolve(
        known,
        middle=np.vstack([middles, [[np.nan, np.nan]]]),
        diameter=np.append(diameters, np.nan),
        held=np.append(np.arange(COUNT) % 3 - 1, -1),
    )


def told(given: Lesson) -> NDArray[np.float64]:
    """What a lesson says of its circles: center right and down and diameter, in heights, as the module reads it."""

    class Saying(FinderModule):
        def forward(self, _: torch.Tensor) -> torch.Tensor:
            return torch.cat([torch.zeros(len(given.circles), 1), given.circles, torch.zeros(len(given.circles), 1)], 1)

    return ReadFinder(Saying())(given.pictures)[:, 1:4].numpy()


def drawn(given: Lesson) -> NDArray[np.float64]:
    """The same by the red in the pictures."""
    red = (given.pictures[:, 0] - given.pictures[:, 1]).clamp(min=0).numpy()
    red = red / red.max(axis=(1, 2), keepdims=True).clip(0.1)
    area = red.sum(axis=(1, 2))
    right = (red * (np.arange(WIDTH) + 0.5)).sum(axis=(1, 2)) / area
    down = (red * (np.arange(HEIGHT) + 0.5)[:, None]).sum(axis=(1, 2)) / area
    return np.column_stack([right, down, np.sqrt(4 * area / np.pi)]) / HEIGHT


def moved(crops: LabeledCrops, seed: int) -> Lesson:
    """A changed copy whose colors stay those of the ball, so that its place can be read."""
    from handball.training.ball_finder.lessons import _moved

    return _moved(lesson(crops, np.arange(COUNT)), torch.Generator().manual_seed(seed))


def test_a_lesson_says_where_the_ball_is(crops: LabeledCrops) -> None:
    given = lesson(crops, np.arange(COUNT))
    assert told(given) == pytest.approx(np.column_stack([crops.middle, crops.diameter])[:COUNT], abs=1e-5)
    assert np.abs(told(given) - drawn(given)).max() < 0.02
    assert given.pictures.shape == (COUNT, 3, HEIGHT, WIDTH)
    assert float(given.pictures.max()) <= 1


def test_what_is_not_known_is_missing(crops: LabeledCrops) -> None:
    given = lesson(crops, np.array([COUNT, 0, 1, 2]))
    assert given.ball.tolist() == [0, 1, 1, 1]
    assert torch.isnan(given.circles[0]).all()
    assert torch.isnan(given.held).tolist() == [True, True, False, False]
    assert given.held[2:].tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(3))
def test_the_circle_stays_on_the_ball(crops: LabeledCrops, seed: int) -> None:
    before, after = lesson(crops, np.arange(COUNT)), moved(crops, seed)
    assert np.abs(told(after) - drawn(after)).max() < 0.02
    mirrored = np.abs(told(after)[:, 0] - told(before)[:, 0]) > 0.2
    assert mirrored.sum() > 5
    assert np.abs(told(after) - told(before)).max(axis=0).min() > 0.03
    assert torch.equal(after.held.nan_to_num(9), before.held.nan_to_num(9))


def test_about_half_are_mirrored(crops: LabeledCrops) -> None:
    before = told(lesson(crops, np.arange(COUNT)))[:, 0] - 2 / 3
    wide = np.abs(before) > 0.12
    flipped = [(told(moved(crops, seed))[:, 0] - 2 / 3)[wide] * before[wide] < 0 for seed in range(6)]
    assert 0.3 < np.mean(flipped) < 0.7


def test_colors_change_and_nothing_leaves_its_range(crops: LabeledCrops) -> None:
    given = lesson(crops, np.arange(COUNT))
    first, again, other = (changed(given, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first.pictures, again.pictures)
    assert not torch.equal(first.pictures, other.pictures)
    assert torch.equal(first.circles, moved(crops, 1).circles)
    assert 0 <= float(first.pictures.min()) < float(first.pictures.max()) <= 1
    strongest = (first.pictures - first.pictures.median(dim=2, keepdim=True)[0]).abs().amax(dim=(2, 3)).argmax(dim=1)
    assert len(set(strongest.tolist())) > 1


def test_the_net_is_as_large_as_it_says_and_gives_five_numbers() -> None:
    torch.manual_seed(1)
    net = FinderModule().eval()
    assert round(sum(weight.numel() for weight in net.parameters()), -3) == 305_000
    assert "305,000 parameters" in " ".join((FinderModule.__doc__ or "").split())
    pictures = torch.rand(6, 3, HEIGHT, WIDTH)
    assert net(pictures).shape == (6, 5)
    read = ReadFinder(net)(100 * pictures).detach()
    assert ((read[:, [0, 4]] >= 0) & (read[:, [0, 4]] <= 1)).all()
    assert (read[:, 3] > 0).all()


def test_a_net_that_says_nothing_means_the_middle_and_the_usual_size() -> None:
    class Silent(FinderModule):
        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            return torch.zeros(len(pictures), 5)

    read = ReadFinder(Silent())(torch.zeros(1, 3, HEIGHT, WIDTH))[0].tolist()
    assert read == pytest.approx([0.5, WIDTH / HEIGHT / 2, 0.5, SHARE, 0.5])


def test_products_are_about_what_the_net_says() -> None:
    found = []
    net = FinderModule().eval()
    for layer in net.modules():
        if isinstance(layer, (torch.nn.Conv2d, torch.nn.Linear)):
            layer.register_forward_hook(
                lambda own, _, result: found.append(
                    own.weight.numel() * (result[0, 0].numel() if result.ndim == 4 else 1)
                )
            )
    net(torch.zeros(1, 3, HEIGHT, WIDTH))
    assert round(sum(found) / 1e6) == 10
