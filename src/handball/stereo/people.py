"""Two ordinary phones calibrated by the athlete: joints that both see give their places, the height the scale.

Starts: the five-point algorithm with RANSAC (Nister, "An efficient solution to the five-point relative pose problem",
PAMI 26(6), 2004) and a fan of level cameras; then everything at once (`relative.misfits`), by robust least squares.
"""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

from handball.domain.arrays import column
from handball.domain.pose import Pose2D
from handball.errors import InvalidRigError
from handball.stereo.relative import Relation, Sights, misfits

Array = NDArray[np.float64]

LEAST_SCORE = 0.5
FEWEST_FRAMES, FEWEST_JOINTS = 20, 8
MOST_FRAMES = 80
_FOCAL_DOUBT = 0.10
_MEMORY_S = 0.15
"""Errors of a pose net last about as long, so that pictures nearer in time tell little new."""
_TURNS_DEG = (15, 30, 45, 60, 90, 120)
_REFINED = 3
_HUBER = 1.5


def focal_px(image_size: tuple[int, int], view_deg: float) -> float:
    """Return the focal length in pixels of a phone whose longer side spans so many degrees.

    Examples
    --------
    >>> round(focal_px((1280, 720), 69.0))
    931
    """
    return float(max(image_size) / 2 / np.tan(np.radians(view_deg) / 2))


def sights_of(first: Pose2D, second: Pose2D, focals: tuple[float, float], focal_doubt: float = _FOCAL_DOUBT) -> Sights:
    """Take the joints that both cameras see well, at moments with enough of them.

    Parameters
    ----------
    first, second
        The same rows at the same moments.
    focals
        Assumed focal lengths in pixels.

    Raises
    ------
    InvalidRigError
        When the athlete is seen by both cameras for too few pictures.
    """
    seen = (first.scores >= LEAST_SCORE) & (second.scores >= LEAST_SCORE)
    seen &= np.isfinite(first.positions[..., 0]) & np.isfinite(second.positions[..., 0])
    rows = np.flatnonzero(seen.sum(axis=1) >= FEWEST_JOINTS)
    if len(rows) < FEWEST_FRAMES:
        raise InvalidRigError(
            f"Both cameras see the athlete well in only {len(rows)} pictures, {FEWEST_FRAMES} are needed: film "
            "the whole athlete with both, for some seconds, and start both before the throw."
        )
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, MOST_FRAMES).round().astype(int))]
    gap = float(np.median(np.diff(first.times[rows])))
    return Sights(
        times=first.times[rows],
        first=_slopes(first, rows, seen, focals[0]),
        second=_slopes(second, rows, seen, focals[1]),
        sigma=np.stack([pose.sigma[rows, :, 0] / focal for pose, focal in zip((first, second), focals, strict=True)]),
        weight=float(np.sqrt(min(1.0, gap / _MEMORY_S))),
        focal_doubt=focal_doubt,
    )


def _slopes(pose: Pose2D, rows: NDArray[np.int64], seen: NDArray[np.bool_], focal: float) -> Array:
    middle = (np.array(pose.image_size) - 1) / 2
    slopes = (pose.positions[rows] - middle) / focal
    slopes[~seen[rows]] = np.nan
    return np.asarray(slopes)


@attrs.frozen(kw_only=True)
class Fitted:
    """A relation with the covariance of its values, shape (8, 8), and the cost that is left."""

    relation: Relation
    covariance: Float[np.ndarray, "8 8"] = column(np.float64)
    cost: float


def relation_of(sights: Sights, near: Fitted | None = None) -> Fitted:
    """Find how the second camera stands to the first, all over or near what was found before."""
    if near is not None:
        return _refined(near.relation.values, sights)
    starts = sorted(_starts(sights), key=lambda start: _cost(start, sights))
    return min((_refined(start, sights) for start in starts[:_REFINED]), key=lambda found: found.cost)


def _cost(values: Array, sights: Sights) -> float:
    size = np.abs(misfits(values, sights))
    return float(np.where(size < _HUBER, size**2 / 2, _HUBER * (size - _HUBER / 2)).sum())


def _refined(start: Array, sights: Sights) -> Fitted:
    found = least_squares(misfits, start, args=(sights,), loss="huber", f_scale=_HUBER, x_scale=0.1, max_nfev=60)
    jacobian = np.asarray(found.jac)
    covariance = np.linalg.pinv(jacobian.T @ jacobian)
    return Fitted(relation=Relation.of(found.x), covariance=covariance, cost=float(found.cost))


def _starts(sights: Sights) -> list[Array]:
    """Return the answer of the five-point algorithm, and level cameras that look at the athlete from all around."""
    starts = [_five_points(sights)]
    toward = [np.append(np.nanmedian(slopes, axis=(0, 1)), 1.0) for slopes in (sights.first, sights.second)]
    for size in _TURNS_DEG:
        for turn in (size, -size):
            rotation = Rotation.from_euler("y", turn, degrees=True)
            shift = toward[1] - rotation.apply(toward[0])
            starts.append(np.concatenate([rotation.as_rotvec(), shift / np.linalg.norm(shift), [0.0, 0.0]]))
    return starts


def _five_points(sights: Sights) -> Array:
    seen = np.isfinite(sights.first[..., 0])
    first, second = (np.ascontiguousarray(slopes[seen]) for slopes in (sights.first, sights.second))
    within = 2 * float(np.nanmedian(sights.sigma))
    essential, inside = cv2.findEssentialMat(first, second, np.eye(3), cv2.RANSAC, 0.999, within)
    _, rotation, shift, _ = cv2.recoverPose(essential[:3], first, second, np.eye(3), mask=inside)
    turn = Rotation.from_matrix(rotation).as_rotvec()
    return np.concatenate([turn, np.asarray(shift).ravel(), [0.0, 0.0]])
