"""A skeleton on a picture: the throwing side in one color, the other side in another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import Side, Skeleton
from handball.drawing.colors import INK, MIDDLE, OTHER_SIDE, THROWING_SIDE, Color
from handball.drawing.strokes import draw_dot, draw_line

_NO_DOT = ("eye", "ear", "index", "heel", "big_toe")


def draw_skeleton(
    picture: NDArray[np.uint8],
    points_px: NDArray[np.float64],
    skeleton: Skeleton,
    hand: Side,
    *,
    thickness: int | None = None,
    mirrored: bool = False,
) -> None:
    """Draw the bones of one person on an RGB picture, in place.

    Parameters
    ----------
    picture
        RGB, shape (height, width, 3), contiguous.
    points_px
        Joints in pixels, shape (joints, 2), under their true sides. A missing joint (NaN) takes its
        bones with it.
    hand
        The hand that throws: its side is drawn last and in the color of the throwing side.
    thickness
        Of the bones in pixels; by default it grows with the size of the body.
    mirrored
        The picture was flipped after the joints were found: the points are flipped as well.

    Examples
    --------
    >>> from handball.domain.skeleton import BODY_23
    >>> picture = np.zeros((60, 60, 3), np.uint8)
    >>> points = np.full((23, 2), np.nan)
    >>> points[BODY_23.indices(("right_shoulder", "right_elbow"))] = [[10, 10], [40, 40]]
    >>> draw_skeleton(picture, points, BODY_23, "right", thickness=3)
    >>> tuple(map(int, picture[25, 25])) == THROWING_SIDE
    True
    """
    points = flipped(points_px, picture.shape[1]) if mirrored else points_px
    width = thickness or stroke_width(points)
    for color, bones in _layers(skeleton, hand):
        for first, last in bones:
            if not np.isnan(points[[first, last]]).any():
                draw_line(picture, points[first], points[last], INK, width + 2)
                draw_line(picture, points[first], points[last], color, width)
    for joint, point in zip(skeleton.joints, points, strict=True):
        if not np.isnan(point).any() and not joint.endswith(_NO_DOT):
            draw_dot(picture, point, 0.8 * width + 1, INK)
            draw_dot(picture, point, 0.8 * width, _color_of(joint, joint, hand))


def flipped(points_px: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return points, shape (..., 2), of a picture of this width after the picture was flipped sideways."""
    points: NDArray[np.float64] = points_px * np.array([-1.0, 1.0]) + np.array([width - 1.0, 0.0])
    return points


def stroke_width(points_px: NDArray[np.float64]) -> int:
    """Give a line width in pixels that suits the size of a body, joints of shape (joints, 2)."""
    present = points_px[~np.isnan(points_px).any(axis=1)]
    size = float(np.ptp(present, axis=0).max()) if len(present) else 0.0
    return int(np.clip(round(size / 90), 2, 12))


def _layers(skeleton: Skeleton, hand: Side) -> list[tuple[Color, list[tuple[int, int]]]]:
    layers: dict[Color, list[tuple[int, int]]] = {OTHER_SIDE: [], MIDDLE: [], THROWING_SIDE: []}
    for first, last in skeleton.bones:
        layers[_color_of(first, last, hand)].append((skeleton.index(first), skeleton.index(last)))
    return list(layers.items())


def _color_of(first: str, last: str, hand: Side) -> Color:
    sides = {joint.split("_")[0] for joint in (first, last)}
    if sides == {hand}:
        return THROWING_SIDE
    return OTHER_SIDE if sides <= {"left", "right"} and len(sides) == 1 else MIDDLE
