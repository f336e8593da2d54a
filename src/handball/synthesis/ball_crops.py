"""Pieces of pictures with and without a ball, drawn from a seed and a number alone (SPEC 2.5).

A crop depends on nothing but the seed of its set and its number, so that a set needs no storage and every crop can be
drawn again at another size with the same scene. Odd numbers show a ball, even ones none. All else is drawn in the same
way for both: background, people, hands, decoys, smear, light and camera; where one has the ball, the other has a decoy,
a hand or nothing, and the decoy of the first stands beside its ball. So neither a color nor a round or bright thing
tells that there is a ball.
"""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.synthesis.crop_backgrounds import draw_background
from handball.synthesis.crop_camera import drawn_exposure, exposed
from handball.synthesis.crop_canvas import BALL_RADIUS, Canvas, Figure
from handball.synthesis.crop_figures import Decoy, any_ball_figure, ball_figure, decoy_figure, drawn_turn
from handball.synthesis.crop_hands import draw_capsules
from handball.synthesis.crop_people import draw_person
from handball.synthesis.crop_plan import OFF_CENTER, drawn_decoy, plan_crop
from handball.synthesis.hall import Lighting

Array = NDArray[np.float64]

TAUGHT_SKINS, HELD_OUT_SKINS = (0, 1, 2), (3,)
"""Of `BALL_SKINS`: those that nets learn from, and one that they never see."""
SIZES = (64, 48), (320, 240)
"""Smallest and largest crops, width and height in pixels."""

_FINE_BELOW = 120
_PLAN, _BEHIND, _BESIDE, _SUBJECT, _CAMERA, _STREAMS = range(6)


@attrs.frozen(kw_only=True)
class CropFacts:
    """What is true of a crop.

    Attributes
    ----------
    ball
        Whether there is a ball.
    skin
        Which of `BALL_SKINS` it has; none without a ball, and of a ball of other looks.
    middle
        Of the ball: right and down from the crop's corner, in heights of the crop. NaN without a ball.
    diameter, blur, occlusion
        Of the ball: share of the crop's height, movement in diameters, share that a hand covers. NaN without a ball.
    subject
        What it is cut around where there is no ball; none where that is a hand alone or the background.
    distractors
        What else is in the crop that may be taken for a ball.
    """

    ball: bool
    skin: int | None
    lighting: Lighting
    middle: tuple[float, float] = attrs.field(eq=str)
    diameter: float = attrs.field(eq=str)
    blur: float = attrs.field(eq=str)
    occlusion: float = attrs.field(eq=str)
    subject: Decoy | None
    distractors: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Crop:
    """A piece of a picture, RGB, and what is true of it."""

    pixels: UInt8[np.ndarray, "rows columns 3"] = column(np.uint8)
    facts: CropFacts


@attrs.frozen(kw_only=True)
class CropSet:
    """An endless set of crops; those of two seeds share no scene and no floor.

    Attributes
    ----------
    skins
        Which of `BALL_SKINS` the balls have.
    off_center
        How far a crop is off what it is cut around: one standard deviation along each axis, in diameters.
    any_ball
        Share of the balls that have looks drawn by chance instead.

    Raises
    ------
    ValueError
        For a negative seed or no skin.
    """

    seed: int
    skins: tuple[int, ...] = TAUGHT_SKINS
    off_center: float = OFF_CENTER
    any_ball: float = 0.0

    def __attrs_post_init__(self) -> None:
        if self.seed < 0 or not self.skins or min(self.skins) < 0:
            raise ValueError(f"a set needs a seed from 0 and a skin or more, found {self.seed} and {self.skins}")

    def crop(self, number: int, size: tuple[int, int] = SIZES[0]) -> Crop:
        """Draw a crop.

        Parameters
        ----------
        number
            From 0; odd numbers show a ball.
        size
            Width and height in pixels, 4 to 3, from 64 x 48 to 320 x 240.

        Raises
        ------
        ValueError
            For a negative number or another size.

        Examples
        --------
        >>> crop = CropSet(seed=1).crop(7)
        >>> crop.pixels.shape, crop.facts.ball
        ((48, 64, 3), True)
        """
        if number < 0 or 3 * size[0] != 4 * size[1] or not SIZES[0][0] <= size[0] <= SIZES[1][0]:
            raise ValueError(
                f"a crop needs a number from 0 and a size of 4 to 3 from 64 x 48 to 320 x 240, "
                f"found {number} and {size[0]} x {size[1]}"
            )
        return _Drawing(self, number, size).crop()

    def random(self, number: int, stream: int) -> np.random.Generator:
        """Return the random numbers of one part of a crop, which are the same at every size."""
        return np.random.Generator(np.random.Philox(key=np.array([self.seed, number * _STREAMS + stream], np.uint64)))


class _Drawing:
    """One crop in the making."""

    def __init__(self, crops: CropSet, number: int, size: tuple[int, int]) -> None:
        self._crops, self._number, self._size = crops, number, size
        self._plan = plan_crop(crops.random(number, _PLAN), crops.off_center)
        fine = 2 if size[1] < _FINE_BELOW else 1
        height, width = size[1] * fine, size[0] * fine
        self._canvas = Canvas(
            pixels=np.zeros((height, width, 3), np.uint8),
            scale=height * self._plan.diameter / (2 * BALL_RADIUS),
            spot=(self._plan.spot[0] * height, self._plan.spot[1] * height),
            light=self._plan.light,
        )
        self._unit = height * self._plan.diameter / 2
        self._seen: list[str] = []

    def crop(self) -> Crop:
        ball = self._number % 2 == 1
        self._draw_behind()
        rng = self._crops.random(self._number, _SUBJECT)
        decoy = drawn_decoy(rng)
        self._draw_beside(decoy if ball else None)
        skin = self._crops.skins[rng.integers(len(self._crops.skins))]
        turn = drawn_turn(rng)
        looks = np.random.default_rng([self._crops.seed, self._number])
        other, light = looks.random() < self._crops.any_ball, self._plan.light
        if ball:
            self._draw_subject(any_ball_figure(turn, light, looks) if other else ball_figure(skin, turn, light))
        else:
            self._draw_subject(self._figure(decoy, rng) if decoy else None)
        hand = self._plan.hand
        return Crop(
            pixels=self._photographed(),
            facts=CropFacts(
                ball=ball,
                skin=skin if ball and not other else None,
                lighting=self._plan.lighting,
                middle=self._plan.spot if ball else (np.nan, np.nan),
                diameter=self._plan.diameter if ball else np.nan,
                blur=self._plan.blur if ball else np.nan,
                occlusion=(hand.occlusion if hand else 0.0) if ball else np.nan,
                subject=None if ball else decoy,
                distractors=tuple(self._seen),
            ),
        )

    def _draw_behind(self) -> None:
        rng = self._crops.random(self._number, _BEHIND)
        view = draw_background(self._canvas, rng, self._crops.seed)
        for _ in range(self._plan.people):
            draw_person(self._canvas, view, self._crops.skins, rng)
            self._seen.append("person")

    def _draw_beside(self, displaced: Decoy | None) -> None:
        """Paint decoys around the spot: those of the crop, and the one that has made room for a ball."""
        rng = self._crops.random(self._number, _BESIDE)
        kinds: list[Decoy | None] = [drawn_decoy(rng) for _ in range(self._plan.decoys)]
        places = [(rng.uniform(0, 2 * np.pi), rng.uniform(1.6, 6.0), rng.uniform(0.5, 1.2)) for _ in range(3)]
        for kind, (angle, away, size) in zip([*kinds, displaced], places, strict=False):
            if kind:
                x, y = self._canvas.spot
                middle = x + np.cos(angle) * away * self._unit, y + np.sin(angle) * away * self._unit
                self._canvas.sprite(self._figure(kind, rng), middle, self._unit * size)

    def _figure(self, kind: Decoy, rng: np.random.Generator) -> Figure:
        self._seen.append(kind)
        return decoy_figure(kind, self._plan.light, self._crops.skins, rng)

    def _draw_subject(self, figure: Figure | None) -> None:
        """Paint what the crop is cut around, its shadow below, and the hand that holds it."""
        plan, canvas = self._plan, self._canvas
        if plan.shadow:
            self._draw_shadow()
        if plan.hand:
            draw_capsules(canvas, plan.hand.behind, canvas.spot, self._unit, plan.hand.tone)
        if figure:
            length = 2 * self._unit * plan.blur
            path = length * np.cos(plan.way), length * np.sin(plan.way)
            canvas.sprite(figure, canvas.spot, self._unit, path)
        if plan.hand:
            self._seen.append("hand")
            draw_capsules(canvas, plan.hand.before, canvas.spot, self._unit, plan.hand.tone)

    def _draw_shadow(self) -> None:
        """Darken the floor below, away from the lamp."""
        canvas, lamp = self._canvas, self._plan.light.direction
        x = canvas.spot[0] - 1.5 * self._unit * lamp[0]
        y = canvas.spot[1] + 1.3 * self._unit
        across = (np.arange(canvas.width) + 0.5 - x) / (1.1 * self._unit)
        down = (np.arange(canvas.height) + 0.5 - y) / (0.4 * self._unit)
        dark = np.multiply.outer(np.exp(-(down**2)), np.exp(-(across**2)))
        canvas.pixels[:] = canvas.pixels * (1 - 0.5 * dark[..., None])

    def _photographed(self) -> NDArray[np.uint8]:
        exposure = drawn_exposure(self._plan.light, self._crops.random(self._number, _CAMERA))
        pixels = self._canvas.pixels
        if pixels.shape[1::-1] != self._size:
            pixels = np.asarray(cv2.resize(pixels, self._size, interpolation=cv2.INTER_AREA), np.uint8)
        return exposed(pixels, exposure)
