"""From two films of one athlete of known height to a rig of two phones, with its error at the athlete."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D
from handball.domain.rig import Rig
from handball.errors import InvalidRigError
from handball.stereo.floor import Floor, floor_of
from handball.stereo.people import Fitted, focal_px, relation_of, sights_of
from handball.stereo.relative import BONES, Relation, Sights, bone_logs, log_shares, sampson
from handball.stereo.synchrony import at_times

Array = NDArray[np.float64]

PHONE_VIEW_DEG = 69.0
"""Of the longer side of the picture: the main camera of most phones (26 mm on 35 mm film)."""
MOST_ERROR = 0.025
"""Metres at the athlete above which two phones are no measuring device, and the rig is refused."""
LEG_AND_TRUNK = 0.741
"""Shank, thigh and trunk as pose nets mark them, in body heights; 0.783 between true centres of joints.

Measured on synthetic players whose height is known; see the page on two phones without a board.
"""
HEIGHT_DOUBT = 0.025
"""One standard deviation of that share between people, with the doubt of a height that was told."""
_ANGLES_DEG = (12.0, 125.0)
_MOST_SAMPSON = 2.5
_SCALED_BY = [row for row, name in enumerate(BONES) if name.split("_", 1)[1] in ("shank", "thigh", "trunk")]
_DRAWS = 16
_HALF_S = 0.25


@attrs.frozen(kw_only=True)
class PhoneCalibration:
    """Two phones in the room.

    Attributes
    ----------
    rig
        In the world `floor` where the feet show the floor, else `camera`.
    error
        What the calibration adds to a joint's place at the athlete, one standard deviation in metres.
    halves
        How far joints move when the phones are calibrated by one half of the pictures or the other, metres.
    bone_spread
        One standard deviation of the lengths of bones over the clip, metres: what the joints themselves are good for.
    """

    rig: Rig
    error: float
    halves: float
    bone_spread: float
    frames: int


def calibrate_phones(
    first: Pose2D,
    second: Pose2D,
    *,
    height: float,
    view_deg: float = PHONE_VIEW_DEG,
    names: tuple[str, str] = ("left", "right"),
) -> PhoneCalibration:
    """Find two phones from the joints of an athlete that both film.

    Parameters
    ----------
    first, second
        Joints in both films at the same moments, row by row.
    height
        Of the athlete, metres.
    view_deg
        Angle of view of the longer side of the pictures, roughly: it is refined.

    Raises
    ------
    InvalidRigError
        When the athlete is hardly seen by both, the phones stand too near each other, the films do not fit each other,
        or the error at the athlete is above `MOST_ERROR`.
    """
    focals = (focal_px(first.image_size, view_deg), focal_px(second.image_size, view_deg))
    sights = sights_of(first, second, focals)
    fitted = relation_of(sights)
    points = scaled_points(fitted.relation, sights, height)
    _check_views(fitted.relation, sights)
    halves = _halves(fitted, sights, height)
    doubt = _doubt(fitted, sights, height, points)
    reach = float(np.sqrt(np.nanmean(np.sum((points - np.nanmean(points, axis=1, keepdims=True)) ** 2, axis=-1))))
    error = float(np.sqrt(doubt**2 + (halves / 2) ** 2 + (HEIGHT_DOUBT * reach) ** 2))
    if error > MOST_ERROR:
        raise InvalidRigError(
            f"Two phones placed by the athlete are only good to {error * 1000:.0f} mm here, at most "
            f"{MOST_ERROR * 1000:.0f} mm is of use: let the athlete walk and turn around in view of both phones, stand "
            "60 to 110 degrees apart, give --fov of the phones, or click points of the court."
        )
    rig = _rig(fitted.relation, sights, points, (first, second), focals, height, names)
    return PhoneCalibration(
        rig=rig, error=error, halves=halves, bone_spread=_bone_spread(points), frames=len(sights.times)
    )


def scaled_points(relation: Relation, sights: Sights, height: float) -> Array:
    """Return the joints in metres in the axes of the first camera, shape (frames, joints, 3)."""
    points, _ = relation.points(sights)
    return points * _scale(points, height)


def _scale(points: Array, height: float) -> float:
    lengths = np.exp(log_shares(bone_logs(points))[_SCALED_BY])
    if np.isnan(lengths).any():
        raise InvalidRigError("Legs or trunk of the athlete are never seen by both phones: film the whole body.")
    return float(height * LEG_AND_TRUNK / (lengths.sum() / 2))


def _check_views(relation: Relation, sights: Sights) -> None:
    first, second = (np.nanmedian(slopes, axis=(0, 1)) for slopes in relation.slopes(sights))
    rays = np.append(first, 1.0), np.append(second, 1.0) @ relation.rotation
    angle = float(np.degrees(np.arccos(rays[0] @ rays[1] / np.linalg.norm(rays[0]) / np.linalg.norm(rays[1]))))
    if not _ANGLES_DEG[0] < angle < _ANGLES_DEG[1]:
        raise InvalidRigError(
            f"The phones see the athlete from directions {angle:.0f} degrees apart, which leaves too much open: "
            "stand 60 to 110 degrees apart."
        )
    misfit = float(np.nanmedian(np.abs(sampson(relation, sights)))) / 0.6745
    if misfit > _MOST_SAMPSON:
        raise InvalidRigError(
            f"The two films do not fit each other (joints miss each other by {misfit:.1f} times their error): check "
            "that they show the same athlete at the same time (--delay) and that no phone moved."
        )


def _halves(fitted: Fitted, sights: Sights, height: float) -> float:
    """Calibrate by alternate stretches of the clip and compare where each half puts all joints."""
    odd = (np.floor((sights.times - sights.times[0]) / _HALF_S) % 2).astype(bool)
    if min(odd.sum(), (~odd).sum()) < 5:
        return float("inf")
    placed = [
        scaled_points(relation_of(sights.rows(np.flatnonzero(half)), fitted).relation, sights, height)
        for half in (odd, ~odd)
    ]
    return distance_after_moving(placed[0], placed[1])


def _doubt(fitted: Fitted, sights: Sights, height: float, points: Array) -> float:
    """Draw relations from what the fit leaves open and see how far they move the joints, metres."""
    draw = np.random.default_rng(8)
    steps = draw.multivariate_normal(np.zeros(8), fitted.covariance, _DRAWS, method="eigh")
    moved = [
        distance_after_moving(points, scaled_points(Relation.of(fitted.relation.values + step), sights, height))
        for step in steps
    ]
    return float(np.sqrt(np.mean(np.square(moved))))


def distance_after_moving(first: Array, second: Array) -> float:
    """Return the root mean square distance of points after the best turn and shift (Kabsch 1976), metres."""
    both = np.isfinite(first).all(axis=-1) & np.isfinite(second).all(axis=-1)
    a, b = first[both] - first[both].mean(axis=0), second[both] - second[both].mean(axis=0)
    left, _, right = np.linalg.svd(a.T @ b)
    turn = left @ np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right))]) @ right
    return float(np.sqrt(np.mean(np.sum((a @ turn - b) ** 2, axis=1))))


def _bone_spread(points: Array) -> float:
    lengths = np.exp(bone_logs(points))
    return float(np.nanmedian(1.4826 * np.nanmedian(np.abs(lengths - np.nanmedian(lengths, axis=0)), axis=0)))


def _rig(
    relation: Relation,
    sights: Sights,
    points: Array,
    poses: tuple[Pose2D, Pose2D],
    focals: tuple[float, float],
    height: float,
    names: tuple[str, str],
) -> Rig:
    raw, _ = relation.points(sights)
    baseline = _scale(raw, height)
    second_center = -relation.rotation.T @ relation.shift * baseline
    level = (np.array([1.0, 0.0, 0.0]), relation.rotation[0])
    floor = floor_of(points, sights.times, level)
    axes, origin = _world(floor)
    places = ((np.eye(3), np.zeros(3)), (relation.rotation, second_center))
    cameras = tuple(
        Camera(
            name=name,
            image_size=pose.image_size,
            focal=(focal * factor, focal * factor),
            principal=((pose.image_size[0] - 1) / 2, (pose.image_size[1] - 1) / 2),
            rotation=rotation @ axes.T,
            position=axes @ (center - origin),
        )
        for name, pose, focal, factor, (rotation, center) in zip(
            names, poses, focals, relation.factors, places, strict=True
        )
    )
    pixels = sampson(relation, sights) * sights.sigma[0] * focals[0]
    error_px = float(np.sqrt(np.nanmean(np.square(pixels))))
    return Rig(cameras=cameras, world="floor" if floor.found else "camera", error_px=error_px)


def _world(floor: Floor) -> tuple[Array, Array]:
    """Return the world's axes as rows in the first camera's axes, and its origin there."""
    if not floor.found:
        return np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]), np.zeros(3)
    right = np.cross([0.0, 0.0, 1.0], floor.up)
    right = right / np.linalg.norm(right)
    return np.stack([right, np.cross(floor.up, right), floor.up]), floor.up * floor.height


def paired(first: Pose2D, second: Pose2D, delay: float) -> tuple[Pose2D, Pose2D]:
    """Bring the second film to the moments of the first; a joint that it misses there is missing.

    Parameters
    ----------
    delay
        Seconds to add to the second clock to get the first.

    Raises
    ------
    InvalidRigError
        When the films share no time.
    """
    places, sigma = at_times(second, first.times - delay)
    if not np.isfinite(places).any():
        raise InvalidRigError("The two films share no time: check --delay, and that both show the same throw.")
    nearest = np.abs(second.times[None] - (first.times - delay)[:, None]).argmin(axis=1)
    moved = Pose2D(
        skeleton=second.skeleton,
        frames=first.frames,
        times=first.times,
        positions=places,
        scores=second.scores[nearest],
        sigma=np.repeat(sigma[..., None], 2, axis=-1),
        image_size=second.image_size,
    )
    return first, moved
