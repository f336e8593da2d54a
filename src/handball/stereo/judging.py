"""What a calibration is good for, in words: which camera, which image, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.stereo.board_coverage import bare_corners, covered_cells
from handball.stereo.bundle import board_tilts_deg
from handball.stereo.calibration import Calibration
from handball.stereo.precision import Precision

Array = NDArray[np.float64]
Light = Literal["green", "amber", "red"]
LIGHTS: tuple[Light, ...] = ("green", "amber", "red")

GOOD_PX, POOR_PX = 0.5, 1.0
"""Error of a picture up to 1280 pixels wide; in proportion for wider ones."""
_WIDE_PX = 1280
GOOD_MM, POOR_MM = 10.0, 30.0
LARGEST_SAMPSON_PX = 1.0
GOOD_SCALE, POOR_SCALE = 0.005, 0.02
ENOUGH_PAIRS, FEWEST_PAIRS = 10, 5
LEAST_TILT_DEG = 20.0
BLURRED_PX = 5.0
_OFF_MIDDLE, _UNEQUAL = 0.15, 0.03
_BAD_SHARE = 0.01
_CLOSE = 0.1


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    light: Light
    text: str


def findings(calibration: Calibration, precision: Precision) -> tuple[Finding, ...]:
    """Return what is not as it should be, worst first; nothing where all is well."""
    found = [
        *_of_errors(calibration, precision),
        *_of_pairs(calibration),
        *_of_left_out(calibration),
        *_of_blur(calibration),
        *_of_lenses(calibration),
        *_of_views(calibration),
        *_of_places(calibration, precision),
    ]
    return tuple(sorted(found, key=lambda finding: -LIGHTS.index(finding.light)))


def verdict(found: tuple[Finding, ...]) -> Light:
    """Return the worst light.

    Examples
    --------
    >>> verdict(()), verdict((Finding(light="amber", text=""),))
    ('green', 'amber')
    """
    return max((finding.light for finding in found), key=LIGHTS.index, default="green")


def _of_errors(calibration: Calibration, precision: Precision) -> Iterator[Finding]:
    for name, size, error in zip(
        calibration.sightings.names, calibration.sightings.image_sizes, calibration.camera_rms_px, strict=True
    ):
        scale = max(1.0, size[0] / _WIDE_PX)
        if error > GOOD_PX * scale:
            light: Light = "red" if error > POOR_PX * scale else "amber"
            yield Finding(
                light=light,
                text=f"{name}: error {error:.2f} px, expected below {GOOD_PX * scale:.2f}: hold the board "
                "still, keep it flat on something stiff, film in good light.",
            )
    if precision.sampson_px > LARGEST_SAMPSON_PX:
        yield Finding(
            light="red",
            text=f"Rays of two cameras miss each other by {precision.sampson_px:.2f} px, expected below "
            f"{LARGEST_SAMPSON_PX:g}: the images of a pair are not of the same moment, or a camera was moved.",
        )
    off = abs(precision.square_ratio - 1)
    if off > GOOD_SCALE:
        yield Finding(
            light="red" if off > POOR_SCALE else "amber",
            text=f"Squares measured by the calibration without them are {precision.square_ratio:.4f} of their side: "
            "take more pairs, with the board at all distances.",
        )


def _of_pairs(calibration: Calibration) -> Iterator[Finding]:
    pairs = calibration.shared_moments
    if pairs < ENOUGH_PAIRS:
        yield Finding(
            light="red" if pairs < FEWEST_PAIRS else "amber",
            text=f"Only {pairs} moments show the board to two cameras, expected {ENOUGH_PAIRS} or more: take 15 to 25.",
        )


def _of_left_out(calibration: Calibration) -> Iterator[Finding]:
    sightings = calibration.sightings
    out = sightings.seen & ~calibration.used
    for camera, moment in np.argwhere(out):
        yield Finding(
            light="amber",
            text=f"{sightings.names[camera]}, {sightings.labels[moment]}: left out, it does not fit the other images. "
            "Blurred, the board bent, or not of the same moment?",
        )
    bad = calibration.bad_corners
    if bad > _BAD_SHARE * np.sum(~np.isnan(calibration.distances_px)):
        yield Finding(light="amber", text=f"{bad} corners lie more than 2 px off and hardly count: is the board flat?")


def _of_blur(calibration: Calibration) -> Iterator[Finding]:
    sightings = calibration.sightings
    blurred = calibration.used & (np.nan_to_num(sightings.edges_px) > BLURRED_PX)
    for name, row in zip(sightings.names, blurred, strict=True):
        if row.any():
            which = ", ".join(sightings.labels[moment] for moment in np.flatnonzero(row)[:5])
            yield Finding(
                light="amber",
                text=f"{name}: {row.sum()} blurred images ({which}): hold the board still, focus, more light.",
            )


def _of_lenses(calibration: Calibration) -> Iterator[Finding]:
    for camera in calibration.rig.cameras:
        middle = (np.array(camera.image_size) - 1) / 2
        off = float(np.max(np.abs(camera.principal - middle) / camera.image_size))
        unequal = abs(camera.focal[0] / camera.focal[1] - 1)
        if off > _OFF_MIDDLE or unequal > _UNEQUAL:
            yield Finding(
                light="amber",
                text=f"{camera.name}: its lens looks odd (axis {off:.0%} of the picture beside the middle, focal "
                f"lengths {camera.focal[0]:.0f} and {camera.focal[1]:.0f} px): tilt the board, fill the picture.",
            )


def _of_views(calibration: Calibration) -> Iterator[Finding]:
    cells = covered_cells(calibration.sightings, calibration.used)
    for number, name in enumerate(calibration.sightings.names):
        tilts = board_tilts_deg(calibration.adjustment.geometry, number)[calibration.used[number, calibration.moments]]
        if tilts.max() < LEAST_TILT_DEG:
            yield Finding(
                light="amber",
                text=f"{name}: the board is never tilted by more than {tilts.max():.0f} degrees: tilt it by 30 to 45 "
                "degrees to the left, right, front and back.",
            )
        bare = bare_corners(cells[number])
        if bare:
            yield Finding(
                light="amber",
                text=f"{name}: the board was never in the {', '.join(bare)} of the picture: the lens is unknown there.",
            )


def _of_places(calibration: Calibration, precision: Precision) -> Iterator[Finding]:
    rig = calibration.rig
    aside = float(rig.cameras[1].position[0])
    names = [name.lower() for name in rig.names]
    if ("left" in names[0] and "right" in names[1] and aside < 0) or (
        "right" in names[0] and "left" in names[1] and aside > 0
    ):
        side = "left" if aside < 0 else "right"
        yield Finding(light="amber", text=f"{rig.names[1]} stands to the {side} of {rig.names[0]}: are they swapped?")
    if np.isnan(precision.athlete_mm):
        yield Finding(
            light="amber",
            text=f"No two cameras see a place {precision.distance:g} m in front of {rig.names[0]}: give the distance "
            "of the athlete by --distance, or turn the cameras.",
        )
    elif precision.athlete_mm > GOOD_MM:
        apart = max(float(np.linalg.norm(camera.position - rig.cameras[0].position)) for camera in rig.cameras)
        close = apart < _CLOSE * precision.distance
        advice = (
            f"the cameras stand only {apart:.2f} m apart, expected {0.2 * precision.distance:.1f} m or more"
            if close
            else "take more pairs, and hold the board also where the athlete will stand"
        )
        word = "too coarse for a throw" if precision.athlete_mm > POOR_MM else "coarse"
        yield Finding(
            light="amber",
            text=f"A point {precision.distance:g} m away is off by {precision.athlete_mm:.0f} mm, {word}: {advice}.",
        )
