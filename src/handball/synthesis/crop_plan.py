"""How crops differ: light, size of the ball, place, smear, hands, and what else is there."""

from __future__ import annotations

import attrs
import numpy as np

from handball.synthesis.crop_camera import toward_camera
from handball.synthesis.crop_canvas import Point
from handball.synthesis.crop_figures import DECOYS, Decoy
from handball.synthesis.crop_hands import Hand, drawn_hand
from handball.synthesis.hall import LIGHTINGS, LIGHTS, Lighting, LightRig

SMALLEST, LARGEST = 0.12, 0.60
"""Diameter of the ball as a share of the crop's height."""
MOST_BLUR = 1.5
"""How far the ball moves while the shutter is open, in diameters."""
OFF_CENTER = 0.1
"""How far a crop is off what it is cut around: one standard deviation along each axis, in diameters."""
_DECOY_SHARE: dict[Decoy, float] = {
    "head": 0.2,
    "bald_head": 0.2,
    "logo": 0.2,
    "lamp": 0.12,
    "shoe": 0.14,
    "shirt": 0.14,
}
_DECOY_LEVELS = np.cumsum([_DECOY_SHARE[kind] for kind in DECOYS])
_BARE = 0.3
"""Share of crops whose spot shows no decoy where there is no ball: a hand alone, or the background."""


@attrs.frozen(kw_only=True)
class CropPlan:
    """What is fixed before anything is drawn.

    Attributes
    ----------
    light
        The lamps, in the camera's axes.
    diameter
        Of a ball, as a share of the crop's height.
    spot
        Where what the crop is cut around is, in heights of the crop from its corner, right and down.
    blur, way
        How far it moves while the shutter is open, in diameters, and where to, radians.
    hand
        What holds it, if anything.
    people, decoys
        How many there are besides.
    shadow
        Whether a shadow lies below.
    """

    lighting: Lighting
    light: LightRig
    diameter: float
    spot: Point
    blur: float
    way: float
    hand: Hand | None
    people: int
    decoys: int
    shadow: bool


def plan_crop(rng: np.random.Generator, off_center: float = OFF_CENTER) -> CropPlan:
    """Draw a plan; `off_center` says how far off its subject a crop is, as `OFF_CENTER`."""
    lighting = LIGHTINGS[rng.integers(len(LIGHTINGS))]
    light = toward_camera(LIGHTS[lighting], float(rng.uniform(0, 2 * np.pi)))
    diameter = float(rng.uniform(SMALLEST, LARGEST))
    room = np.clip(rng.normal(0, 0.01 + off_center * diameter, 2), -0.48 + diameter / 3, 0.48 - diameter / 3)
    moving, blur, way = rng.random() < 0.6, float(rng.uniform(0, MOST_BLUR)), float(rng.uniform(0, 2 * np.pi))
    held, people, decoys = rng.random() < 0.4, int(rng.integers(0, 4)), int(rng.integers(0, 3))
    shadow = bool(rng.random() < 0.3)
    return CropPlan(
        lighting=lighting,
        light=light,
        diameter=diameter,
        spot=(2 / 3 + float(room[0]), 0.5 + float(room[1])),
        # A hand that holds a ball moves slower than a ball in flight.
        blur=(blur if moving else 0.0) * (0.25 if held else 1.0),
        way=way,
        hand=drawn_hand(rng) if held else None,
        people=people,
        decoys=decoys,
        shadow=shadow,
    )


def drawn_decoy(rng: np.random.Generator) -> Decoy | None:
    """Draw what a crop without a ball is cut around; none is a hand alone, or nothing."""
    bare, level = rng.random() < _BARE, rng.random() * _DECOY_LEVELS[-1]
    return None if bare else DECOYS[int(np.searchsorted(_DECOY_LEVELS, level))]
