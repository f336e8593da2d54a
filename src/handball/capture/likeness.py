"""Which angles two clips from different views can not be compared in."""

from __future__ import annotations

import attrs
import numpy as np

from handball.capture.view import camera_side, views_apart
from handball.domain.angles import AngleSeries
from handball.domain.capture import View
from handball.kinematics.angles import AGAINST_DIRECTION

_TURNS = ("right_shoulder_azimuth", "hip_shoulder_separation")
"""Turns about the vertical: depth, wherever the camera stands."""
_LEANS = ("trunk_tilt_forward", "trunk_tilt_lateral")
"""One of them lies across the picture, the other one in depth; from another side it is the other way round."""
_THROWING_ARM = ("right_elbow_angle", "right_shoulder_elevation", "right_forearm_rotation")
_OTHER_ARM = ("left_elbow_angle", "left_shoulder_elevation")
_HIDES_THROWING_ARM = ("other_side", "behind")


def angles_apart(reference: View | None, performance: View | None) -> tuple[str, ...]:
    """Name the angles that differ by the view alone, where two clips are surely of different views.

    Angles against the throwing direction and turns about the vertical hang on what a camera guesses as depth. An arm
    that the body hides from one side is a guess there, and no mirror brings it back.

    Parameters
    ----------
    reference, performance
        Where the cameras stand, seen from who throws; None where that is not known.

    Returns
    -------
    tuple
        Names of angles in right-handed form; none for clips of the same view.
    """
    if reference is None or performance is None or views_apart(reference, performance) is None:
        return ()
    sides = {camera_side(reference), camera_side(performance)}
    names = {*AGAINST_DIRECTION, *_TURNS}
    if len(sides) > 1:
        names |= set(_LEANS)
    if len(sides) > 1 and sides & set(_HIDES_THROWING_ARM):
        names |= set(_THROWING_ARM)
    if sides == {"throwing_side", "other_side"}:
        names |= set(_OTHER_ARM)
    return tuple(sorted(names))


def without_angles(angles: AngleSeries, names: tuple[str, ...]) -> AngleSeries:
    """Return a series in which some angles are not measured."""
    degrees, sigma = angles.degrees.copy(), angles.sigma_deg.copy()
    columns = [number for number, name in enumerate(angles.names) if name in names]
    degrees[:, columns] = np.nan
    sigma[:, columns] = np.nan
    return attrs.evolve(angles, degrees=degrees, sigma_deg=sigma)
